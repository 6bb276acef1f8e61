#include <catch2/catch.hpp>

#include "core/crypto/hash.h"
#include "core/proto/stanza.pb.h"
#include "core/stanza/stream.h"
#include "core/util/encoding.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

const nlohmann::json& vectors() {
  return test::vectors().at("client_payload");
}

Bytes payload_of(const char* name) {
  return test::hex(vectors().at(name).at("hex"));
}

template <class Message>
Message decode(BytesView bytes) {
  Message out;
  REQUIRE(out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return out;
}

// The device and version behind the vectors. Only what goes on the wire is known of it.
Device vector_device() {
  auto payload = parse_client_payload(payload_of("zapo_registration"));
  REQUIRE(payload);
  REQUIRE(payload->registration);
  Device device;
  device.registration_id = payload->registration->registration_id;
  device.identity_key.public_key = payload->registration->identity;
  device.signed_pre_key.id = payload->registration->signed_pre_key_id;
  device.signed_pre_key.key.public_key = payload->registration->signed_pre_key;
  device.signed_pre_key.signature = payload->registration->signed_pre_key_signature;
  return device;
}

ClientProfile vector_profile() {
  ClientProfile profile;
  profile.version.tertiary = 1043028647;
  profile.os_name = "Mac OS";
  return profile;
}

TEST_CASE("our login payload is that of another client, byte for byte, without the attempt count") {
  Device device = vector_device();
  device.account = Account{};
  device.account->jid = {"5511999999999", "s.whatsapp.net", 3};
  device.login_counter = 1;
  std::string expected = vectors().at("zapo_login").at("hex");
  expected.erase(expected.find("800101"), 6);
  CHECK(to_hex(client_payload(device, vector_profile())) == expected);
}

TEST_CASE(
    "our registration payload is that of another client but for the device's own properties") {
  auto ours = decode<proto::ClientPayload>(client_payload(vector_device(), vector_profile()));
  auto theirs = decode<proto::ClientPayload>(payload_of("zapo_registration"));
  auto own_props = decode<proto::DeviceProps>(as_bytes(ours.device_pairing_data().device_props()));
  auto props = decode<proto::DeviceProps>(as_bytes(theirs.device_pairing_data().device_props()));
  ours.mutable_device_pairing_data()->clear_device_props();
  theirs.mutable_device_pairing_data()->clear_device_props();
  CHECK(to_hex(as_bytes(ours.SerializeAsString())) == to_hex(as_bytes(theirs.SerializeAsString())));

  CHECK(own_props.version().primary() == 0);
  CHECK(own_props.version().secondary() == 1);
  CHECK(own_props.history_sync_config().storage_quota_mb() == 10240);
  *own_props.mutable_version() = props.version();
  own_props.mutable_history_sync_config()->set_storage_quota_mb(114149);
  CHECK(to_hex(as_bytes(own_props.SerializeAsString())) ==
        to_hex(as_bytes(props.SerializeAsString())));
}

TEST_CASE("zeros that must be on the wire are there") {
  auto registration = decode<proto::ClientPayload>(client_payload(vector_device(), {}));
  CHECK((registration.has_passive() && !registration.passive()));
  CHECK((registration.has_pull() && !registration.pull()));
  CHECK(registration.user_agent().has_release_channel());
  CHECK(registration.user_agent().has_manufacturer());
  CHECK(registration.web_info().has_web_sub_platform());
  CHECK_FALSE(registration.has_username());
  CHECK_FALSE(registration.has_lid_db_migrated());

  Device device = test::linked_device();
  device.login_counter = 0;
  auto login = decode<proto::ClientPayload>(client_payload(device, {}));
  CHECK(login.username() == 5511999999999);
  CHECK(login.device() == 3);
  CHECK((login.has_passive() && !login.passive()));
  CHECK(login.pull());
  CHECK((login.has_lc() && login.lc() == 0));
  CHECK((login.has_lid_db_migrated() && !login.lid_db_migrated()));
  CHECK_FALSE(login.has_device_pairing_data());
  CHECK_FALSE(login.has_push_name());
}

TEST_CASE("the registration names the profile and hashes the version that is sent") {
  ClientProfile profile;
  profile.version.tertiary = 1043857760;
  profile.os_name = "Shop";
  profile.platform_type = 7;
  profile.language = "de";
  profile.country = "AT";
  auto payload = decode<proto::ClientPayload>(client_payload(vector_device(), profile));
  const auto& pairing = payload.device_pairing_data();
  CHECK(to_hex(as_bytes(pairing.build_hash())) ==
        test::text(vectors().at("baileys_registration").at("build_hash")));
  CHECK(payload.user_agent().app_version().tertiary() == 1043857760);
  CHECK(payload.user_agent().locale_language() == "de");
  CHECK(payload.user_agent().locale_country() == "AT");
  CHECK(pairing.e_skey_id() == std::string("\0\0\1", 3));
  CHECK(pairing.e_regid() == std::string("\0\0\x30\x39", 4));
  auto props = decode<proto::DeviceProps>(as_bytes(pairing.device_props()));
  CHECK(props.os() == "Shop");
  CHECK(props.platform_type() == 7);
  CHECK((props.has_require_full_sync() && !props.require_full_sync()));
}

TEST_CASE("the server reads the registration payloads of other clients") {
  auto [name, version] = GENERATE(table<const char*, std::uint32_t>(
      {{"baileys_registration", 1043857760}, {"zapo_registration", 1043028647}}));
  auto payload = parse_client_payload(payload_of(name));
  REQUIRE(payload);
  CHECK_FALSE(payload->passive);
  CHECK_FALSE(payload->pull);
  CHECK_FALSE(payload->has_device);
  CHECK(payload->app_version_tertiary == version);
  REQUIRE(payload->registration);
  const auto& registration = *payload->registration;
  CHECK(registration.registration_id == 12345);
  CHECK(registration.signed_pre_key_id == 1);
  CHECK(registration.os_name == "Mac OS");
  CHECK(registration.platform_type == 1);
  CHECK(to_base64(registration.identity) == "KY+1xje5XBYATaJOBrB4Y6fUnWh8EjtxrWr7ojgj8g4=");
  CHECK(check_signed_pre_key(registration.identity, registration.signed_pre_key,
                             registration.signed_pre_key_signature));
}

TEST_CASE("the server reads the login payloads of other clients") {
  auto [name, passive] =
      GENERATE(table<const char*, bool>({{"baileys_login", true}, {"zapo_login", false}}));
  auto payload = parse_client_payload(payload_of(name));
  REQUIRE(payload);
  CHECK(payload->username == 5511999999999);
  CHECK(payload->has_device);
  CHECK(payload->device == 3);
  CHECK(payload->passive == passive);
  CHECK(payload->pull);
  CHECK_FALSE(payload->registration);
}

TEST_CASE("the server reads our own payloads") {
  Device device = test::linked_device();
  auto login = parse_client_payload(client_payload(device, {}));
  REQUIRE(login);
  CHECK(login->username == 5511999999999);
  device.account.reset();
  auto registration = parse_client_payload(client_payload(device, {}));
  REQUIRE(registration);
  REQUIRE(registration->registration);
  CHECK(registration->registration->os_name == "WaSphere");
  CHECK(registration->registration->registration_id == device.registration_id);
}

TEST_CASE("a login without a device is no error of the payload") {
  proto::ClientPayload in;
  in.set_username(5511999999999);
  auto payload = parse_client_payload(as_bytes(in.SerializeAsString()));
  REQUIRE(payload);
  CHECK_FALSE(payload->has_device);
}

TEST_CASE("a registration with a member of the wrong size is refused by name") {
  using Data = proto::DevicePairingRegistrationData;
  struct Case {
    void (*spoil)(Data&);
    const char* message;
  };
  auto spoiled = GENERATE(values<Case>(
      {{[](Data& d) { d.set_e_regid("abc"); }, "eRegid is not 4 bytes"},
       {[](Data& d) { d.set_e_keytype("\x06"); }, "eKeytype is not 05"},
       {[](Data& d) { d.clear_e_ident(); }, "eIdent is not 32 bytes"},
       {[](Data& d) { d.set_e_skey_id("abcd"); }, "eSkeyId is not 3 bytes"},
       {[](Data& d) { d.mutable_e_skey_val()->push_back('x'); }, "eSkeyVal is not 32 bytes"},
       {[](Data& d) { d.mutable_e_skey_sig()->pop_back(); }, "eSkeySig is not 64 bytes"},
       {[](Data& d) { d.set_device_props("\xff"); }, "deviceProps do not decode"},
       {[](Data& d) { d.set_device_props("\x0a\x01\xff"); },
        "the name of the device is not UTF-8"}}));
  auto payload = decode<proto::ClientPayload>(payload_of("zapo_registration"));
  spoiled.spoil(*payload.mutable_device_pairing_data());
  auto parsed = parse_client_payload(as_bytes(payload.SerializeAsString()));
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::protocol_error);
  CHECK(parsed.error().message == std::string("bad client payload: ") + spoiled.message);
}

TEST_CASE("bytes that are no payload, or a huge one, are refused") {
  CHECK_FALSE(parse_client_payload(Bytes{0xFF, 0xFF}));
  CHECK_FALSE(parse_client_payload(Bytes((64U << 10) + 1)));
  auto empty = parse_client_payload({});
  REQUIRE(empty);
  CHECK(empty->username == 0);
}

}  // namespace
}  // namespace wasphere::stanza
