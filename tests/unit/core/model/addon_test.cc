#include "core/model/addon.h"

#include <catch2/catch.hpp>

#include "core/util/encoding.h"
#include "tests/unit/core/model/support.h"

namespace wasphere::model {
namespace {

using test::hex;

std::string text(const nlohmann::json& value) {
  return value.get<std::string>();
}

const nlohmann::json& cases(const char* group) {
  return test::vector_file("vectors-2.json").at(group).at("cases");
}

AddonParties parties_of(const nlohmann::json& item) {
  return {text(item.at("parent_id")), text(item.at("parent_sender")),
          text(item.at("modification_sender"))};
}

TEST_CASE("add-ons are those of the vectors, both ways") {
  for (const auto& item : cases("addons")) {
    std::string use_case = text(item.at("use_case"));
    CAPTURE(use_case);
    auto secret = test::hex_array<32>(item.at("message_secret"));
    Bytes plaintext = hex(item.at("plaintext")), iv = hex(item.at("iv"));
    test::ScriptedRng rng{iv};
    Sealed sealed = seal_addon(plaintext, secret, parties_of(item), use_case, rng);
    CHECK(to_hex(sealed.payload) == text(item.at("enc_payload")));
    CHECK(sealed.iv == iv);
    auto opened = open_addon(sealed, secret, parties_of(item), use_case);
    REQUIRE(opened);
    CHECK(*opened == plaintext);
  }
}

TEST_CASE("an add-on opens for nobody else") {
  const auto& item = cases("addons").at(0);
  auto secret = test::hex_array<32>(item.at("message_secret"));
  Sealed sealed{hex(item.at("enc_payload")), hex(item.at("iv"))};
  auto refused = [&](const Sealed& what, const MessageSecret& key, const AddonParties& who,
                     std::string_view use_case) {
    auto out = open_addon(what, key, who, use_case);
    return !out && out.error().code == ErrorCode::crypto_error;
  };
  AddonParties parties = parties_of(item), other = parties;
  other.sender = "200000087654322@lid";
  MessageSecret wrong = secret;
  wrong[0] ^= 1;
  CHECK(refused(sealed, wrong, parties, "Poll Vote"));
  CHECK(refused(sealed, secret, other, "Poll Vote"));
  CHECK(refused(sealed, secret, parties, "Enc Reaction"));
  CHECK(refused({sealed.payload, Bytes(11)}, secret, parties, "Poll Vote"));
  CHECK(refused({Bytes(3), sealed.iv}, secret, parties, "Poll Vote"));
  CHECK(refused({{}, {}}, secret, parties, "Poll Vote"));
}

TEST_CASE("a vote names options by their hashes") {
  const auto& item = cases("addons").at(0);
  std::vector<std::string> options{"Coffee", "Käse 🧀", "Tea"};
  Bytes vote = encode_vote({"Tea", "Käse 🧀"});
  CHECK(to_hex(vote) == text(item.at("plaintext")));
  CHECK(selected_options(vote, options).value() == std::vector<std::string>{"Käse 🧀", "Tea"});
  CHECK(selected_options(encode_vote({"Water"}), options).value().empty());
  CHECK(selected_options({}, options).value().empty());
  CHECK_FALSE(selected_options(Bytes{0x0A, 0xFF}, options));
}

TEST_CASE("reporting tokens are those of the vectors") {
  for (const auto& item : cases("reporting_token")) {
    CAPTURE(text(item.at("name")));
    Bytes message = hex(item.at("message_bytes"));
    auto secret = parse_message(message).value().secret;
    REQUIRE(secret);
    auto sender = wire::Jid::parse(text(item.at("sender_user_jid"))).value();
    auto remote = wire::Jid::parse(text(item.at("remote_jid"))).value();
    sender.device = 5;
    auto token = reporting_token(message, *secret, text(item.at("message_id")), sender, remote);
    REQUIRE(token.has_value() == !item.at("token").is_null());
    if (token) CHECK(to_hex(*token) == text(item.at("token")));
  }
}

TEST_CASE("what has no listed field, or is no message, has no reporting token") {
  wire::Jid jid{"1", "lid"};
  CHECK_FALSE(reporting_token({}, test::kSecret, "3EB0", jid, jid));
  CHECK_FALSE(reporting_token(test::secret_field(test::kSecret), test::kSecret, "3EB0", jid, jid));
  CHECK_FALSE(reporting_token(Bytes{0xFF}, test::kSecret, "3EB0", jid, jid));
  CHECK(reporting_token(test::field(1, "x"), test::kSecret, "3EB0", jid, jid)->size() == 16);
}

TEST_CASE("fields count in the order of their numbers") {
  wire::Jid jid{"1", "lid"};
  Bytes a = test::field(1, "x"), b = test::field(28, test::field(1, "y"));
  CHECK(reporting_token(concat({a, b}), test::kSecret, "3EB0", jid, jid) ==
        reporting_token(concat({b, a}), test::kSecret, "3EB0", jid, jid));
}

}  // namespace
}  // namespace wasphere::model
