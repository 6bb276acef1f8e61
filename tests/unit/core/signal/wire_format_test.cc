#include "core/signal/wire_format.h"

#include <catch2/catch.hpp>

#include "core/crypto/hash.h"
#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;
using namespace wasphere::signal_test;
using test::hex;

namespace {

Bytes known_pkmsg() {
  return hex(known("sessions")[0]["steps"][0]["ciphertext"]);
}
Bytes known_msg() {
  return hex(known("layout_example")["inner"]["bytes"]);
}
Bytes known_skmsg() {
  return hex(known("sender_keys")["sequential"][0]["message"]);
}
Bytes known_distribution() {
  return hex(known("sender_keys")["skdm_initial"]);
}

// A protobuf field of wire type 2, or 0, with a number below 16.
Bytes field(int number, BytesView content) {
  Bytes out{static_cast<std::uint8_t>(number << 3 | 2), static_cast<std::uint8_t>(content.size())};
  append(out, content);
  return out;
}
Bytes field(int number, std::uint8_t value) {
  return {static_cast<std::uint8_t>(number << 3), value};
}

const Bytes kVersion{0x33};
const Bytes kMac(8, 0xAA);
const Bytes kBlock(16, 0xBB);
Bytes wire_key() {
  Bytes key(33, 0x11);
  key[0] = 0x05;
  return key;
}

template <class T>
bool refused(const Outcome<T>& outcome) {
  return !outcome && outcome.error().fault == Fault::invalid_message;
}

// A message cut short is refused, unless what is left is a whole message of that size.
template <class Parse>
void check_prefixes(const Bytes& whole, Parse parse) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto outcome = parse(BytesView(whole).first(size));
    INFO(size);
    if (outcome) CHECK(build(*outcome).size() == size);
  }
}

// Versions above and below ours; the low half says what else the sender knows.
template <class Parse>
void check_versions(Bytes whole, Parse parse) {
  for (int version = 0; version < 256; ++version) {
    whole[0] = static_cast<std::uint8_t>(version);
    bool ours = version >= 0x30 && version <= 0x33;
    CHECK(parse(whole).has_value() == ours);
  }
}

}  // namespace

TEST_CASE("wire format: a pre-key message, field by field") {
  const auto& layout = known("layout_example");
  auto message = parse_pre_key_signal_message(known_pkmsg()).value();
  CHECK(message.header.pre_key_id == layout["prekey_id"].get<std::uint32_t>());
  CHECK(message.header.signed_pre_key_id == layout["signed_prekey_id"].get<std::uint32_t>());
  CHECK(message.header.registration_id == layout["registration_id"].get<std::uint32_t>());
  CHECK(message.header.base_key == public_key(layout["base_key"]));
  CHECK(message.header.identity == public_key(layout["identity_key"]));
  CHECK(build(message.message) == known_msg());
  CHECK(build_pre_key_signal_message(message.header, known_msg()) == known_pkmsg());
}

TEST_CASE("wire format: a message, field by field") {
  const auto& inner = known("layout_example")["inner"];
  auto message = parse_signal_message(known_msg()).value();
  CHECK(message.ratchet_key == public_key(inner["ratchet_key"]));
  CHECK(message.counter == inner["counter"].get<std::uint32_t>());
  CHECK(message.previous_counter == inner["previous_counter"].get<std::uint32_t>());
  CHECK(message.ciphertext == hex(inner["ciphertext"]));
  CHECK(message.mac == test::hex_array<8>(inner["mac"]));
  CHECK(signal_message_body(message.ratchet_key, 0, 0, message.ciphertext) ==
        message.authenticated);
}

TEST_CASE("wire format: the MAC covers both identities and the message") {
  const auto& inner = known("layout_example")["inner"];
  auto mac = crypto::hmac_sha256(hex(inner["mac_key"]), hex(inner["mac_input"]));
  CHECK(to_bytes(BytesView(mac).first(8)) == hex(inner["mac"]));
}

TEST_CASE("wire format: without a one-time key the id is absent") {
  auto bytes = hex(known("sessions")[1]["steps"][0]["ciphertext"]);
  auto message = parse_pre_key_signal_message(bytes).value();
  CHECK_FALSE(message.header.pre_key_id);
  CHECK(build_pre_key_signal_message(message.header, build(message.message)) == bytes);
}

TEST_CASE("wire format: a group message, field by field") {
  const auto& item = known("sender_keys")["sequential"][0];
  auto message = parse_sender_key_message(known_skmsg()).value();
  CHECK(message.key_id == known("sender_keys")["key_id"].get<std::uint32_t>());
  CHECK(message.iteration == item["iteration"].get<std::uint32_t>());
  CHECK(message.ciphertext == hex(item["ciphertext"]));
  CHECK(sender_key_message_body(message.key_id, message.iteration, message.ciphertext) ==
        message.authenticated);
  CHECK(build(message) == known_skmsg());
}

TEST_CASE("wire format: a distribution message, field by field") {
  const auto& item = known("sender_keys");
  auto message = parse_sender_key_distribution(known_distribution()).value();
  CHECK(message.key_id == item["key_id"].get<std::uint32_t>());
  CHECK(message.iteration == 0);
  CHECK(message.chain_key == secret(item["chain_key"]));
  CHECK(message.signing_key == public_key(item["signing_pub"]));
  CHECK(build(message) == known_distribution());
}

TEST_CASE("wire format: other versions are refused") {
  check_versions(known_msg(), parse_signal_message);
  check_versions(known_pkmsg(), parse_pre_key_signal_message);
  check_versions(known_skmsg(), parse_sender_key_message);
  check_versions(known_distribution(), parse_sender_key_distribution);
}

TEST_CASE("wire format: what is cut short is refused or still whole") {
  check_prefixes(known_msg(), parse_signal_message);
  check_prefixes(known_skmsg(), parse_sender_key_message);
  check_prefixes(known_distribution(), parse_sender_key_distribution);
  Bytes pkmsg = known_pkmsg();
  for (std::size_t size = 0; size + 3 < pkmsg.size(); ++size)
    CHECK(refused(parse_pre_key_signal_message(BytesView(pkmsg).first(size))));
}

TEST_CASE("wire format: fields in any order, unknown ones skipped") {
  Bytes bytes = concat({kVersion, field(4, kBlock), field(9, 1), field(2, 5), field(1, wire_key()),
                        field(15, kBlock), kMac});
  auto message = parse_signal_message(bytes).value();
  CHECK(message.counter == 5);
  CHECK(message.previous_counter == 0);
  CHECK(build(message) == bytes);
}

TEST_CASE("wire format: a message that lacks a field is refused") {
  Bytes key = field(1, wire_key());
  Bytes counter = field(2, 0);
  Bytes text = field(4, kBlock);
  CHECK(parse_signal_message(concat({kVersion, key, counter, text, kMac})));
  CHECK(refused(parse_signal_message(concat({kVersion, counter, text, kMac}))));
  CHECK(refused(parse_signal_message(concat({kVersion, key, text, kMac}))));
  CHECK(refused(parse_signal_message(concat({kVersion, key, counter, kMac}))));
}

TEST_CASE("wire format: keys and ciphertexts of the wrong form are refused") {
  Bytes counter = field(2, 0);
  Bytes text = field(4, kBlock);
  Bytes raw(32, 0x11);
  Bytes other_type = wire_key();
  other_type[0] = 0x06;
  Bytes half(17, 0xBB);
  CHECK(refused(parse_signal_message(concat({kVersion, field(1, raw), counter, text, kMac}))));
  CHECK(
      refused(parse_signal_message(concat({kVersion, field(1, other_type), counter, text, kMac}))));
  CHECK(refused(parse_signal_message(
      concat({kVersion, field(1, wire_key()), counter, field(4, half), kMac}))));
  CHECK(refused(parse_signal_message(
      concat({kVersion, field(1, wire_key()), counter, field(4, Bytes{}), kMac}))));
}

TEST_CASE("wire format: a pre-key message that lacks a field is refused") {
  Bytes base = field(2, wire_key());
  Bytes identity = field(3, wire_key());
  Bytes inner = field(4, known_msg());
  Bytes id = field(6, 1);
  CHECK(parse_pre_key_signal_message(concat({kVersion, base, identity, inner, id})));
  CHECK(refused(parse_pre_key_signal_message(concat({kVersion, identity, inner, id}))));
  CHECK(refused(parse_pre_key_signal_message(concat({kVersion, base, inner, id}))));
  CHECK(refused(parse_pre_key_signal_message(concat({kVersion, base, identity, id}))));
  CHECK(refused(parse_pre_key_signal_message(concat({kVersion, base, identity, inner}))));
}

TEST_CASE("wire format: a group message that lacks a field is refused") {
  Bytes signature(64, 0);
  Bytes id = field(1, 1);
  Bytes iteration = field(2, 0);
  Bytes text = field(3, kBlock);
  CHECK(parse_sender_key_message(concat({kVersion, id, iteration, text, signature})));
  CHECK(refused(parse_sender_key_message(concat({kVersion, iteration, text, signature}))));
  CHECK(refused(parse_sender_key_message(concat({kVersion, id, text, signature}))));
  CHECK(refused(parse_sender_key_message(concat({kVersion, id, iteration, signature}))));
}

TEST_CASE("wire format: a distribution message that lacks a field is refused") {
  Bytes id = field(1, 1);
  Bytes iteration = field(2, 0);
  Bytes chain = field(3, Bytes(32, 1));
  Bytes key = field(4, wire_key());
  CHECK(parse_sender_key_distribution(concat({kVersion, id, iteration, chain, key})));
  CHECK(refused(parse_sender_key_distribution(concat({kVersion, iteration, chain, key}))));
  CHECK(refused(parse_sender_key_distribution(concat({kVersion, id, chain, key}))));
  CHECK(refused(parse_sender_key_distribution(concat({kVersion, id, iteration, key}))));
  CHECK(refused(parse_sender_key_distribution(concat({kVersion, id, iteration, chain}))));
  CHECK(refused(parse_sender_key_distribution(
      concat({kVersion, id, iteration, field(3, Bytes(31, 1)), key}))));
}
