#include "core/stanza/usync.h"

#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::kAnnLid;
using test::kAnnPn;
using test::node;

wire::Node device(const char* id, const char* key_index = nullptr) {
  wire::Node out = node("device", {{"id", id}});
  if (key_index != nullptr) out.set("key-index", key_index);
  return out;
}

wire::Node answer_of(wire::Nodes users, wire::Nodes result = {}) {
  return node("iq", {{"type", "result"}, {"id", "1"}},
              {node("usync", {},
                    {node("result", {}, std::move(result)), node("list", {}, std::move(users))})});
}

wire::Node user_with(wire::Nodes devices, wire::Nodes more = {}) {
  wire::Nodes parts{node("device-list", {{"hash", "2:abcdefgh"}}, std::move(devices))};
  parts.insert(parts.end(), more.begin(), more.end());
  return node("user", {{"jid", kAnnPn}},
              {node("devices", {}, std::move(parts)), node("lid", {{"val", kAnnLid}})});
}

UserDevices only_user(const wire::Node& answer) {
  auto out = parse_usync(test::over_the_wire(answer));
  REQUIRE(out);
  REQUIRE(out->size() == 1);
  return out->front();
}

std::vector<int> numbers(const UserDevices& user) {
  std::vector<int> out;
  for (const DeviceEntry& entry : user.devices) out.push_back(entry.device);
  return out;
}

// A list that allows 2, 3 and everything above 5; with its own key if asked.
struct SignedList {
  test::SeededRng rng{5};
  crypto::KeyPair account = crypto::KeyPair::generate(rng);
  Bytes bytes;

  explicit SignedList(const crypto::PublicKey* key) {
    bytes = sign_key_index_list({77, 1750000000, 5, {2, 3}}, account.private_key, rng);
    if (key == nullptr) return;
    bytes.push_back(3 << 3 | 2);
    bytes.push_back(32);
    append(bytes, *key);
  }
  wire::Node as_node() const {
    return test::with_content(node("key-index-list", {{"ts", "1750000000"}}), bytes);
  }
};

const wire::Nodes kDevices{device("0"), device("4", "2"), device("5", "4"), device("6", "6"),
                           device("7")};

TEST_CASE("a device query asks for bare users") {
  wire::Node iq = device_query("9", "s1", UsyncContext::background, {kAnnPn, kAnnLid});
  CHECK(iq.attr("xmlns") == "usync");
  const wire::Node* usync = iq.child("usync");
  REQUIRE(usync != nullptr);
  CHECK(usync->attr("sid") == "s1");
  CHECK(usync->attr("context") == "background");
  CHECK(usync->child("query")->child("devices")->attr("version") == "2");
  CHECK(usync->child("query")->child("lid") != nullptr);
  REQUIRE(usync->child("list")->children().size() == 2);
  CHECK(usync->child("list")->child("user")->jid("jid") == kAnnPn.without_device());
}

TEST_CASE("a contact query writes numbers with a plus") {
  wire::Node iq = contact_query("9", "s1", {"447700900123"});
  const wire::Node* usync = iq.child("usync");
  CHECK(usync->attr("context") == "interactive");
  CHECK(usync->child("query")->child("contact") != nullptr);
  CHECK(usync->child("list")->child("user")->child("contact")->content_text() == "+447700900123");
}

TEST_CASE("devices without key index are left out, device 0 never") {
  auto user = only_user(answer_of({user_with(kDevices)}));
  CHECK(user.user == kAnnPn.without_device());
  CHECK(user.lid == kAnnLid.without_device());
  CHECK(user.hash == "2:abcdefgh");
  CHECK(numbers(user) == std::vector<int>{0, 4, 5, 6});
  CHECK(user.devices[1].key_index == 2U);
  CHECK_FALSE(user.devices[0].key_index);
  CHECK(numbers(only_user(answer_of({user_with({device("4", "2")})}))) == std::vector<int>{0, 4});
}

TEST_CASE("hosted devices are marked") {
  wire::Node hosted = device("99", "1");
  hosted.set("is_hosted", "true");
  CHECK(only_user(answer_of({user_with({hosted})})).devices[1].hosted);
}

TEST_CASE("the phone's signed list decides which devices are valid") {
  SignedList without_key(nullptr);
  SignedList with_key(&without_key.account.public_key);
  for (const SignedList* list : {&without_key, &with_key}) {
    auto user = only_user(answer_of({user_with(kDevices, {list->as_node()})}));
    CHECK(numbers(user) == std::vector<int>{0, 4, 6});
    CHECK(user.raw_id == 77);
    CHECK(user.key_index_time == 1750000000);
  }
}

TEST_CASE("a list with a wrong signature leaves the phone only") {
  crypto::PublicKey other{};
  other[0] = 9;
  SignedList wrong(&other);
  CHECK(numbers(only_user(answer_of({user_with(kDevices, {wrong.as_node()})}))) ==
        std::vector<int>{0});
  SignedList cut(nullptr);
  cut.bytes.resize(5);
  CHECK(numbers(only_user(answer_of({user_with(kDevices, {cut.as_node()})}))) ==
        std::vector<int>{0});
}

TEST_CASE("contacts are registered or not, also without an address") {
  auto contact = [](const char* type, std::string_view content) {
    return test::with_content(node("contact", {{"type", type}}), as_bytes(content));
  };
  auto known = only_user(
      answer_of({node("user", {{"jid", kAnnPn}},
                      {contact("in", "+447700900999"), node("lid", {{"val", kAnnLid}})})}));
  CHECK(known.registered == true);
  CHECK(known.asked_number == "447700900999");
  CHECK(known.lid == kAnnLid.without_device());
  CHECK(known.devices.empty());
  auto unknown = only_user(answer_of({node("user", {}, {contact("out", "+4477")})}));
  CHECK(unknown.registered == false);
  CHECK(unknown.user == wire::Jid{"4477", "s.whatsapp.net"});
  auto silent = only_user(answer_of({node("user", {{"jid", kAnnPn}}, {contact("in", "")})}));
  CHECK(silent.asked_number == kAnnPn.user);
}

TEST_CASE("users with an error or without address are absent") {
  auto out = parse_usync(answer_of(
      {node("user", {{"jid", kAnnPn}}, {node("devices", {}, {node("error", {{"code", "404"}})})}),
       node("user"), node("user", {{"jid", kAnnPn}}, {node("devices")}), node("other")}));
  REQUIRE(out);
  CHECK(out->empty());
}

TEST_CASE("errors of a protocol are those of the query") {
  auto with = [](wire::Attrs attrs) {
    return parse_usync(answer_of({}, {node("devices", {}, {node("error", attrs)})}));
  };
  auto refused = with({{"code", "500"}, {"text", "oops"}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::whatsapp_error);
  CHECK_THAT(refused.error().message, Catch::Contains("500"));
  auto later = with({{"code", "429"}, {"backoff", "30"}});
  REQUIRE_FALSE(later);
  CHECK(later.error().code == ErrorCode::rate_limited);
  CHECK(later.error().retry_after_ms == 30000);
}

TEST_CASE("an answer that is none is refused") {
  CHECK_FALSE(parse_usync(node("iq", {{"type", "error"}})));
  CHECK_FALSE(parse_usync(node("iq", {{"type", "result"}})));
  CHECK(parse_usync(node("iq", {{"type", "result"}}, {node("usync")}))->empty());
}

}  // namespace
}  // namespace wasphere::stanza
