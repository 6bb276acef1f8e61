// What several tests of this folder need.
#pragma once

#include "core/stanza/device.h"
#include "core/stanza/fields.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

namespace wasphere::test {

inline crypto::KeyPair key_pair(const nlohmann::json& pair) {
  return crypto::KeyPair::from_private(crypto::PrivateKey(hex_array<32>(pair.at("private"))));
}

inline std::string text(const nlohmann::json& value) {
  return value.get<std::string>();
}

inline Secret<32> secret(const nlohmann::json& value) {
  return Secret<32>(hex_array<32>(value));
}

// A device with every member set.
inline stanza::Device linked_device() {
  SeededRng rng(7);
  stanza::Device device = stanza::Device::generate(rng);
  device.routing_info = {8, 9, 10};
  device.login_counter = 41;
  device.push_name = "Support ☎";
  stanza::Account account;
  account.jid = {"5511999999999", "s.whatsapp.net", 3};
  account.lid = {"123456789012345", "lid", 3};
  account.platform = "android";
  account.business_name = "Müller & Söhne";
  account.signed_identity = {1, 2, 3, 4};
  account.account_signature_key = rng.array<32>();
  account.key_index = 5;
  device.account = account;
  return device;
}

inline wire::Node node(std::string tag, wire::Attrs attrs = {}, wire::Nodes children = {}) {
  wire::Node out{std::move(tag), std::move(attrs), {}};
  if (!children.empty()) out.content = std::move(children);
  return out;
}

}  // namespace wasphere::test
