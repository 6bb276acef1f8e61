#include "sandbox/server_state.h"

#include "core/util/encoding.h"
#include "sandbox/json_fields.h"

namespace wasphere::sandbox {
namespace {

using nlohmann::json;

constexpr const char* kKeysFile = "server.json";
constexpr std::size_t kPreKeySize = 3 + 32;

std::string account_file(const std::string& number) {
  return "accounts/" + number + ".json";
}
std::string device_file(const DeviceRecord& device) {
  return "devices/" + device.number + "_" + std::to_string(device.device) + ".json";
}

// All one-time keys in one text: JSON objects for 812 keys would be three times as long.
std::string pack(const std::vector<stanza::PublicPreKey>& keys) {
  ByteWriter writer;
  for (const auto& key : keys) writer.u24be(key.id).put(key.key);
  return to_base64(writer.bytes());
}

Result<std::vector<stanza::PublicPreKey>> unpack(BytesView packed, const std::string& file) {
  if (packed.size() % kPreKeySize != 0)
    return fail(ErrorCode::storage_corrupt, file + ": member 'oneTime' has a wrong length");
  std::vector<stanza::PublicPreKey> keys;
  keys.reserve(packed.size() / kPreKeySize);
  for (ByteReader reader(packed); !reader.empty();) {
    stanza::PublicPreKey key;
    key.id = *reader.u24be();
    key.key = *to_array<32>(*reader.take(32));
    keys.push_back(key);
  }
  return keys;
}

json to_json(const AccountRecord& account) {
  return {{"number", account.number},
          {"lid", account.lid},
          {"name", account.name},
          {"platform", account.platform},
          {"identity", to_base64(account.identity)},
          {"keyIndexList", to_base64(account.key_index_list)},
          {"keyIndexTime", account.key_index_time},
          {"created", account.created},
          {"lastDevice", account.last_device}};
}

Result<AccountRecord> account_from(const json& object, const std::string& file) {
  JsonFields fields(object, file);
  AccountRecord account;
  account.number = fields.text("number");
  account.lid = fields.text("lid");
  account.name = fields.text("name");
  account.platform = fields.text("platform");
  account.identity = fields.array<32>("identity");
  account.key_index_list = fields.bytes("keyIndexList");
  account.key_index_time = fields.number<std::uint64_t>("keyIndexTime");
  account.created = fields.number<std::uint64_t>("created");
  account.last_device = fields.number<std::uint16_t>("lastDevice");
  WS_CHECK(fields.status());
  return account;
}

json to_json(const DeviceRecord& device) {
  const auto& bundle = device.bundle;
  return {{"number", device.number},
          {"device", device.device},
          {"keyIndex", device.key_index},
          {"noiseKey", to_base64(device.noise_key)},
          {"osName", device.os_name},
          {"deviceIdentity", to_base64(device.device_identity)},
          {"linkedAt", device.linked_at},
          {"uploaded", device.uploaded},
          {"registrationId", bundle.registration_id},
          {"identity", to_base64(bundle.identity)},
          {"signedPreKeyId", bundle.signed_pre_key_id},
          {"signedPreKey", to_base64(bundle.signed_pre_key)},
          {"signedPreKeySignature", to_base64(bundle.signed_pre_key_signature)},
          {"oneTime", pack(bundle.one_time)}};
}

Result<DeviceRecord> device_from(const json& object, const std::string& file) {
  JsonFields fields(object, file);
  DeviceRecord device;
  device.number = fields.text("number");
  device.device = fields.number<std::uint16_t>("device");
  device.key_index = fields.number<std::uint32_t>("keyIndex");
  device.noise_key = fields.array<32>("noiseKey");
  device.os_name = fields.text("osName");
  device.device_identity = fields.bytes("deviceIdentity");
  device.linked_at = fields.number<std::uint64_t>("linkedAt");
  device.uploaded = fields.flag("uploaded");
  auto& bundle = device.bundle;
  bundle.registration_id = fields.number<std::uint32_t>("registrationId");
  bundle.identity = fields.array<32>("identity");
  bundle.signed_pre_key_id = fields.number<std::uint32_t>("signedPreKeyId");
  bundle.signed_pre_key = fields.array<32>("signedPreKey");
  bundle.signed_pre_key_signature = fields.array<64>("signedPreKeySignature");
  const auto packed = fields.bytes("oneTime");
  WS_CHECK(fields.status());
  WS_TRY(bundle.one_time, unpack(packed, file));
  return device;
}

std::string group_file(const std::string& id) {
  return "groups/" + id + ".json";
}

json to_json(const Group& group) {
  return {{"id", group.id},
          {"subject", group.subject},
          {"subjectAuthor", group.subject_author},
          {"subjectTime", group.subject_time},
          {"creator", group.creator},
          {"created", group.created},
          {"description", group.description},
          {"lidMode", group.lid_mode},
          {"announce", group.announce},
          {"locked", group.locked},
          {"ephemeral", group.ephemeral_s},
          {"version", group.version},
          {"members", group.members}};
}

Result<Group> group_from(const json& object, const std::string& file) {
  JsonFields fields(object, file);
  Group group;
  group.id = fields.text("id");
  group.subject = fields.text("subject");
  group.subject_author = fields.text("subjectAuthor");
  group.subject_time = fields.number<std::uint64_t>("subjectTime");
  group.creator = fields.text("creator");
  group.created = fields.number<std::uint64_t>("created");
  group.description = fields.text("description");
  group.lid_mode = fields.flag("lidMode");
  group.announce = fields.flag("announce");
  group.locked = fields.flag("locked");
  group.ephemeral_s = fields.number<std::uint32_t>("ephemeral");
  group.version = fields.number<std::uint64_t>("version");
  group.members = fields.texts("members");
  WS_CHECK(fields.status());
  return group;
}

template <class Record, class Decode>
Result<std::vector<Record>> load_folder(const StateFiles& files, const std::string& folder,
                                        Decode decode) {
  WS_TRY(const auto names, files.list(folder));
  std::vector<Record> records;
  for (const auto& name : names) {
    WS_TRY(const auto text, files.read(name));
    WS_TRY(const auto object, parse_state(text.value_or(""), name));
    WS_TRY(auto record, decode(object, name));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

std::vector<std::string> state_folders() {
  return {"accounts", "devices", "groups", "handsets"};
}

Result<std::optional<ServerKeys>> ServerState::load_keys() const {
  WS_TRY(const auto text, files_.read(kKeysFile));
  if (!text) return std::nullopt;
  WS_TRY(const auto object, parse_state(*text, kKeysFile));
  JsonFields fields(object, kKeysFile);
  ServerKeys keys{.root = fields.key_pair("root"),
                  .intermediate = fields.key_pair("intermediate"),
                  .leaf = fields.key_pair("leaf")};
  WS_CHECK(fields.status());
  return keys;
}

Status ServerState::save(const ServerKeys& keys) {
  const json object{{"root", to_base64(keys.root.private_key.view())},
                    {"intermediate", to_base64(keys.intermediate.private_key.view())},
                    {"leaf", to_base64(keys.leaf.private_key.view())}};
  return files_.write(kKeysFile, dump_state(object));
}

Result<std::vector<AccountRecord>> ServerState::load_accounts() const {
  return load_folder<AccountRecord>(files_, "accounts", account_from);
}

Status ServerState::save(const AccountRecord& account) {
  return files_.write(account_file(account.number), dump_state(to_json(account)));
}

Result<std::vector<DeviceRecord>> ServerState::load_devices() const {
  return load_folder<DeviceRecord>(files_, "devices", device_from);
}

Status ServerState::save(const DeviceRecord& device) {
  return files_.write(device_file(device), dump_state(to_json(device)));
}

Result<std::vector<Group>> ServerState::load_groups() const {
  return load_folder<Group>(files_, "groups", group_from);
}

Status ServerState::save(const Group& group) {
  return files_.write(group_file(group.id), dump_state(to_json(group)));
}

Status ServerState::remove(const DeviceRecord& device) {
  return files_.remove(device_file(device));
}

}  // namespace wasphere::sandbox
