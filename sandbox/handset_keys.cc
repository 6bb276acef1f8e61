#include "sandbox/handset_keys.h"

#include <utility>

#include "core/util/encoding.h"
#include "sandbox/json_fields.h"

namespace wasphere::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t kPreKeySize = 3 + 32;
constexpr std::uint32_t kHighestRegistration = 16380;

std::string file_of(const HandsetKeys& keys) {
  return "handsets/" + keys.number + "_" + std::to_string(keys.device) + ".json";
}

std::string pack(const std::map<std::uint32_t, stanza::PreKey>& keys) {
  ByteWriter writer;
  for (const auto& [id, key] : keys) writer.u24be(id).put(key.key.private_key.view());
  auto bytes = writer.take();
  auto text = to_base64(bytes);
  wipe(bytes);
  return text;
}

Result<std::map<std::uint32_t, stanza::PreKey>> unpack(BytesView packed, const std::string& file) {
  std::map<std::uint32_t, stanza::PreKey> keys;
  if (packed.size() % kPreKeySize != 0)
    return fail(ErrorCode::storage_corrupt, file + ": member 'oneTime' has a wrong length");
  for (ByteReader reader(packed); !reader.empty();) {
    const auto id = *reader.u24be();
    auto key = crypto::PrivateKey::from(*reader.take(32));
    keys.emplace(id, stanza::PreKey{id, crypto::KeyPair::from_private(*std::move(key))});
  }
  return keys;
}

json to_json(const HandsetKeys& keys) {
  return {{"number", keys.number},
          {"device", keys.device},
          {"identityKey", to_base64(keys.identity.key.private_key.view())},
          {"registrationId", keys.identity.registration_id},
          {"signedPreKeyId", keys.signed_pre_key.id},
          {"signedPreKey", to_base64(keys.signed_pre_key.key.private_key.view())},
          {"signature", to_base64(keys.signed_pre_key.signature)},
          {"oneTime", pack(keys.one_time)},
          {"nextId", keys.next_id},
          {"deviceIdentity", to_base64(keys.device_identity)}};
}

Result<HandsetKeys> keys_from(const json& object, const std::string& file) {
  JsonFields fields(object, file);
  HandsetKeys keys;
  keys.number = fields.text("number");
  keys.device = fields.number<std::uint16_t>("device");
  keys.identity.key = fields.key_pair("identityKey");
  keys.identity.registration_id = fields.number<std::uint32_t>("registrationId");
  keys.signed_pre_key.id = fields.number<std::uint32_t>("signedPreKeyId");
  keys.signed_pre_key.key = fields.key_pair("signedPreKey");
  keys.signed_pre_key.signature = fields.array<64>("signature");
  auto packed = fields.bytes("oneTime");
  keys.next_id = fields.number<std::uint32_t>("nextId");
  keys.device_identity = fields.bytes("deviceIdentity");
  WS_CHECK(fields.status());
  WS_TRY(keys.one_time, unpack(packed, file));
  wipe(packed);
  return keys;
}

}  // namespace

HandsetKeys HandsetKeys::make(std::string number, const crypto::KeyPair& identity, Rng& rng) {
  HandsetKeys keys;
  keys.number = std::move(number);
  keys.identity.key = identity;
  keys.identity.registration_id = static_cast<std::uint32_t>(rng.between(1, kHighestRegistration));
  keys.signed_pre_key = signal::generate_signed_pre_key(identity, 1, rng);
  return keys;
}

std::vector<stanza::PublicPreKey> HandsetKeys::add_one_time(std::size_t count, Rng& rng) {
  std::vector<stanza::PublicPreKey> added;
  for (std::size_t i = 0; i < count; ++i) {
    stanza::PreKey key{next_id, crypto::KeyPair::generate(rng)};
    next_id = next_id % stanza::kMaxPreKeyId + 1;
    added.push_back({key.id, key.key.public_key});
    one_time.insert_or_assign(key.id, std::move(key));
  }
  return added;
}

stanza::UploadedBundle HandsetKeys::bundle(std::vector<stanza::PublicPreKey> one_time_keys) const {
  stanza::UploadedBundle out;
  out.registration_id = identity.registration_id;
  out.identity = identity.key.public_key;
  out.signed_pre_key_id = signed_pre_key.id;
  out.signed_pre_key = signed_pre_key.key.public_key;
  out.signed_pre_key_signature = signed_pre_key.signature;
  out.one_time = std::move(one_time_keys);
  return out;
}

Result<std::vector<HandsetKeys>> HandsetState::load() const {
  WS_TRY(const auto names, files_.list("handsets"));
  std::vector<HandsetKeys> all;
  for (const auto& name : names) {
    WS_TRY(const auto text, files_.read(name));
    WS_TRY(const auto object, parse_state(text.value_or(""), name));
    WS_TRY(auto keys, keys_from(object, name));
    all.push_back(std::move(keys));
  }
  return all;
}

Status HandsetState::save(const HandsetKeys& keys) {
  return files_.write(file_of(keys), dump_state(to_json(keys)));
}

Status HandsetState::remove(const HandsetKeys& keys) {
  return files_.remove(file_of(keys));
}

}  // namespace wasphere::sandbox
