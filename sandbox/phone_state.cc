#include "sandbox/phone_state.h"

#include "core/util/encoding.h"
#include "sandbox/json_fields.h"

namespace wasphere::sandbox {
namespace {

using nlohmann::json;

constexpr const char* kPhonesFile = "phones.json";

json to_json(const PhoneRecord& phone) {
  return {{"number", phone.number},
          {"name", phone.name},
          {"platform", phone.platform},
          {"identityKey", to_base64(phone.identity.key.private_key.view())},
          {"rawId", phone.identity.raw_id},
          {"lastKeyIndex", phone.last_key_index},
          {"contact", phone.contact}};
}

Result<PhoneRecord> phone_from(const json& object) {
  JsonFields fields(object, kPhonesFile);
  PhoneRecord phone;
  phone.number = fields.text("number");
  phone.name = fields.text("name");
  phone.platform = fields.text("platform");
  phone.identity.key = fields.key_pair("identityKey");
  phone.identity.raw_id = fields.number<std::uint32_t>("rawId");
  phone.last_key_index = fields.number<std::uint32_t>("lastKeyIndex");
  phone.contact = fields.flag("contact");
  WS_CHECK(fields.status());
  return phone;
}

}  // namespace

Result<std::vector<PhoneRecord>> PhoneState::load() const {
  WS_TRY(const auto text, files_.read(kPhonesFile));
  std::vector<PhoneRecord> phones;
  if (!text) return phones;
  WS_TRY(const auto object, parse_state(*text, kPhonesFile));
  JsonFields fields(object, kPhonesFile);
  for (const auto& entry : fields.list("phones")) {
    WS_TRY(auto phone, phone_from(entry));
    phones.push_back(std::move(phone));
  }
  WS_CHECK(fields.status());
  return phones;
}

Status PhoneState::save(const std::vector<PhoneRecord>& phones) {
  auto list = json::array();
  for (const auto& phone : phones) list.push_back(to_json(phone));
  return files_.write(kPhonesFile, dump_state({{"phones", std::move(list)}}));
}

}  // namespace wasphere::sandbox
