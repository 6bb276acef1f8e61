#include "sandbox/phone.h"

#include <catch2/catch.hpp>

#include "core/stanza/pairing.h"
#include "core/util/encoding.h"
#include "sandbox/link.h"
#include "sandbox/login_role.h"
#include "sandbox/registration.h"
#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

std::optional<Error> scan_error(TestNetwork& network, const std::string& phone,
                                const std::string& qr) {
  std::optional<Error> error;
  network.phones().scan(phone, qr, [&](Result<LinkedCompanion> answer) {
    if (!answer) error = answer.error();
  });
  return error;
}

TEST_CASE("a phone takes the QR in every form that phones take") {
  TestNetwork network;
  const auto phone = network.phones().create("", "", "")->number;
  TestClient client(network);
  REQUIRE(client.connect());
  const auto refs = *stanza::parse_pair_device(client.expect("iq"));
  auto qr = stanza::qr_text(refs.front(), client.device, "1", GENERATE(true, false));
  qr += GENERATE("", ",https://faq.whatsapp.com/1", "\n");
  CHECK_FALSE(scan_error(network, phone, qr));
  CHECK(client.confirm());
}

TEST_CASE("a phone refuses what is no linking QR and says what is wrong") {
  TestNetwork network;
  const auto phone = network.phones().create("", "", "")->number;
  const auto key = to_base64(Bytes(32, 9));
  const auto shorter = to_base64(Bytes(31, 9));
  const auto [qr, word] = GENERATE_COPY(table<std::string, std::string>({
      {"https://example.org/", "missing"},
      {"ref", "missing"},
      {"ref," + key + "," + key + ",1", "missing"},
      {"ref," + key + "," + key + "," + shorter + ",1", "secret"},
      {"ref," + key + "," + shorter + "," + key + ",1", "identity key"},
      {"ref," + shorter + "," + key + "," + key + ",1", "noise key"},
      {"ref,%%%," + key + "," + key + ",1", "noise key"},
      {"," + key + "," + key + "," + key + ",1", "ref"},
      {"ref," + key + "," + key + "," + key, "platform id"},
      {"ref," + key + "," + key + "," + key + ",0", "platform id"},
      {"ref," + key + "," + key + "," + key + ",z", "platform id"},
  }));
  const auto error = scan_error(network, phone, qr);
  REQUIRE(error);
  CHECK(error->code == ErrorCode::validation_failed);
  CHECK(error->message.find(word) != std::string::npos);
  REQUIRE(error->fields.size() == 1);
  CHECK(error->fields.front().pointer == "/qr");
}

TEST_CASE("a well-formed QR that the server does not know is not found") {
  TestNetwork network;
  const auto phone = network.phones().create("", "", "")->number;
  const auto key = to_base64(Bytes(32, 9));
  const auto error = scan_error(network, phone, "2@abc," + key + "," + key + "," + key + ",1");
  REQUIRE(error);
  CHECK(error->code == ErrorCode::not_found);
}

TEST_CASE("phones are found by their number in any writing") {
  TestNetwork network;
  REQUIRE(network.phones().create("+44 7700-900123", "", ""));
  CHECK(network.phones().unlink("447700900123", std::nullopt));
  CHECK(network.phones().unlink("+447700900123", std::nullopt));
  CHECK(network.phones().unlink("+447700900124", std::nullopt).error().code ==
        ErrorCode::not_found);
  CHECK(network.phones().unlink("Sam", std::nullopt).error().code ==
        ErrorCode::invalid_phone_number);
}

TEST_CASE("a phone has a number of its own, made up if none is given") {
  TestNetwork network;
  const auto made_up = network.phones().create("", "", "");
  REQUIRE(made_up);
  CHECK(made_up->number.starts_with("447700900"));
  CHECK(made_up->lid.user.size() == 15);
  const auto again = network.phones().create(made_up->number, "", "");
  REQUIRE_FALSE(again);
  CHECK(again.error().fields.front().pointer == "/phoneNumber");
  for (const auto* bad : {"+44", "12345678901234567", "0447700900123", "+44x7700900123", "+"})
    CHECK(network.phones().create(bad, "", "").error().code == ErrorCode::invalid_phone_number);
  CHECK(network.phones().all().size() == 1);
}

TEST_CASE("phones, their order and their addresses survive a restart") {
  TestNetwork network;
  const auto first = *network.phones().create("", "Ann", "iphone");
  const auto second = *network.phones().create("", "Bob", "");
  network.restart();
  REQUIRE(network.phones().all().size() == 2);
  CHECK(network.phones().all()[0].number == first.number);
  CHECK(network.phones().all()[0].name == "Ann");
  CHECK(network.phones().all()[0].lid == first.lid);
  CHECK(network.phones().all()[1].number == second.number);
}

TEST_CASE("a phone whose account was not registered before a crash gets it at the next start") {
  TestNetwork network;
  const auto phone = *network.phones().create("", "Ann", "");
  std::filesystem::remove(network.directory() + "/accounts/" + phone.number + ".json");
  network.restart();
  CHECK(network.world().account(phone.number) != nullptr);
}

TEST_CASE("no private key of a phone is in the server's files") {
  TestNetwork network;
  const auto phone = network.phones().create("", "", "")->number;
  TestClient client(network);
  client.link(phone);
  const auto phones = wasphere::test::read_whole(network.directory() + "/phones.json");
  const std::string mark = "\"identityKey\": \"";
  const auto key = phones.substr(phones.find(mark) + mark.size(), 44);
  REQUIRE(from_base64(key)->size() == 32);
  for (const auto& file : std::filesystem::recursive_directory_iterator(network.directory())) {
    if (!file.is_regular_file() || file.path().filename() == "phones.json") continue;
    const auto text = wasphere::test::read_whole(file.path());
    CHECK(text.find(key) == std::string::npos);
    CHECK(text.find(to_base64(client.device.identity_key.private_key.view())) == std::string::npos);
    CHECK(text.find(to_base64(client.device.noise_key.private_key.view())) == std::string::npos);
  }
}

TEST_CASE("the companions of a phone are listed as the server knows them") {
  TestNetwork network;
  const auto phone = *network.phones().create("", "", "");
  TestClient client(network);
  client.link(phone.number);
  auto companions = network.phones().companions(phone);
  REQUIRE(companions.size() == 1);
  CHECK(companions.front().jid == client.device.account->jid);
  CHECK(companions.front().os_name == "WaSphere");
  CHECK(companions.front().connected);
  CHECK(companions.front().pre_keys == 0);
  client.hang_up();
  CHECK_FALSE(network.phones().companions(phone).front().connected);
}

}  // namespace
}  // namespace wasphere::sandbox::test
