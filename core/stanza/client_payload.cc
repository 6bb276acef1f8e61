#include <charconv>

#include "core/crypto/hash.h"
#include "core/proto/stanza.pb.h"
#include "core/stanza/fields.h"
#include "core/stanza/stream.h"
#include "core/util/encoding.h"

namespace wasphere::stanza {
namespace {

constexpr std::int32_t kPlatformWeb = 14;
constexpr std::int32_t kReleaseChannelRelease = 0;
constexpr std::int32_t kWebSubPlatformBrowser = 0;
constexpr std::int32_t kConnectTypeWifi = 1;
constexpr std::int32_t kConnectReasonUserActivated = 1;
constexpr std::uint32_t kStorageQuotaMb = 10240;
constexpr std::uint32_t kThumbnailDays = 60;
constexpr std::uint8_t kKeyTypeCurve25519 = 5;
// Real payloads stay below 1 KiB.
constexpr std::size_t kMaxPayload = 64U << 10;

void set_version(proto::AppVersion& out, std::uint32_t primary, std::uint32_t secondary,
                 std::uint32_t tertiary) {
  out.set_primary(primary);
  out.set_secondary(secondary);
  out.set_tertiary(tertiary);
}

void set_user_agent(proto::UserAgent& out, const ClientProfile& profile) {
  out.set_platform(kPlatformWeb);
  const ClientVersion& version = profile.version;
  set_version(*out.mutable_app_version(), version.primary, version.secondary, version.tertiary);
  out.set_mcc("000");
  out.set_mnc("000");
  out.set_os_version("0.1");
  out.set_manufacturer("");
  out.set_device("Desktop");
  out.set_os_build_number("0.1");
  out.set_release_channel(kReleaseChannelRelease);
  out.set_locale_language(profile.language);
  out.set_locale_country(profile.country);
}

void set_history_sync(proto::HistorySyncConfig& out) {
  out.set_storage_quota_mb(kStorageQuotaMb);
  out.set_inline_initial_payload_in_e2ee_msg(true);
  out.set_support_call_log_history(true);
  out.set_support_bot_user_agent_chat_history(true);
  out.set_support_cag_reactions_and_polls(true);
  out.set_support_biz_hosted_msg(true);
  out.set_support_recent_sync_chunk_message_count_tuning(true);
  out.set_support_hosted_group_msg(true);
  out.set_support_fbid_bot_chat_history(true);
  out.set_support_message_association(true);
  out.set_support_group_history(true);
  out.set_thumbnail_sync_days_limit(kThumbnailDays);
  out.set_support_manus_history(true);
  out.set_support_hatch_history(true);
}

std::string device_props(const ClientProfile& profile) {
  proto::DeviceProps props;
  props.set_os(profile.os_name);
  set_version(*props.mutable_version(), 0, 1, 0);
  props.set_platform_type(static_cast<std::int32_t>(profile.platform_type));
  props.set_require_full_sync(false);
  set_history_sync(*props.mutable_history_sync_config());
  return props.SerializeAsString();
}

void set_registration(proto::DevicePairingRegistrationData& out, const Device& device,
                      const ClientProfile& profile) {
  const SignedPreKey& signed_key = device.signed_pre_key;
  out.set_e_regid(to_text(big_endian(device.registration_id, 4)));
  out.set_e_keytype(std::string(1, static_cast<char>(kKeyTypeCurve25519)));
  out.set_e_ident(to_text(device.identity_key.public_key));
  out.set_e_skey_id(to_text(big_endian(signed_key.id, 3)));
  out.set_e_skey_val(to_text(signed_key.key.public_key));
  out.set_e_skey_sig(to_text(signed_key.signature));
  out.set_build_hash(to_text(crypto::md5(as_bytes(profile.version.to_string()))));
  out.set_device_props(device_props(profile));
}

std::uint64_t phone_digits(const std::string& user) {
  std::uint64_t number = 0;
  std::from_chars(user.data(), user.data() + user.size(), number);
  return number;
}

void set_login(proto::ClientPayload& out, const Device& device) {
  out.set_username(phone_digits(device.account->jid.user));
  out.set_device(device.account->jid.device);
  out.set_lc(static_cast<std::int32_t>(device.login_counter));
  out.set_lid_db_migrated(false);
}

tl::unexpected<Error> bad_payload(std::string_view what) {
  return fail(ErrorCode::protocol_error, "bad client payload: " + std::string(what));
}

Result<ParsedClientPayload::Registration> read_keys(
    const proto::DevicePairingRegistrationData& in) {
  ParsedClientPayload::Registration out;
  auto registration_id = read_big_endian(as_bytes(in.e_regid()), 4);
  auto identity = to_array<32>(as_bytes(in.e_ident()));
  auto key_id = read_big_endian(as_bytes(in.e_skey_id()), 3);
  auto key = to_array<32>(as_bytes(in.e_skey_val()));
  auto signature = to_array<64>(as_bytes(in.e_skey_sig()));
  if (!registration_id) return bad_payload("eRegid is not 4 bytes");
  if (in.e_keytype() != std::string_view("\x05", 1)) return bad_payload("eKeytype is not 05");
  if (!identity) return bad_payload("eIdent is not 32 bytes");
  if (!key_id) return bad_payload("eSkeyId is not 3 bytes");
  if (!key) return bad_payload("eSkeyVal is not 32 bytes");
  if (!signature) return bad_payload("eSkeySig is not 64 bytes");
  out.registration_id = *registration_id;
  out.identity = *identity;
  out.signed_pre_key_id = *key_id;
  out.signed_pre_key = *key;
  out.signed_pre_key_signature = *signature;
  return out;
}

Result<ParsedClientPayload::Registration> read_registration(
    const proto::DevicePairingRegistrationData& in) {
  WS_TRY(auto out, read_keys(in));
  proto::DeviceProps props;
  if (!props.ParseFromString(in.device_props())) return bad_payload("deviceProps do not decode");
  if (!is_valid_utf8(props.os())) return bad_payload("the name of the device is not UTF-8");
  out.os_name = props.os();
  out.platform_type = static_cast<std::uint32_t>(props.platform_type());
  return out;
}

}  // namespace

std::string ClientVersion::to_string() const {
  return std::to_string(primary) + "." + std::to_string(secondary) + "." + std::to_string(tertiary);
}

Bytes client_payload(const Device& device, const ClientProfile& profile) {
  proto::ClientPayload payload;
  payload.set_passive(false);
  set_user_agent(*payload.mutable_user_agent(), profile);
  payload.mutable_web_info()->set_web_sub_platform(kWebSubPlatformBrowser);
  payload.set_connect_type(kConnectTypeWifi);
  payload.set_connect_reason(kConnectReasonUserActivated);
  payload.set_pull(device.linked());
  if (device.linked())
    set_login(payload, device);
  else
    set_registration(*payload.mutable_device_pairing_data(), device, profile);
  return to_bytes(as_bytes(payload.SerializeAsString()));
}

Result<ParsedClientPayload> parse_client_payload(BytesView bytes) {
  if (bytes.size() > kMaxPayload) return bad_payload("longer than 64 KiB");
  proto::ClientPayload in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return bad_payload("it does not decode");
  ParsedClientPayload out;
  out.username = in.username();
  out.device = in.device();
  out.has_device = in.has_device();
  out.passive = in.passive();
  out.pull = in.pull();
  out.app_version_tertiary = in.user_agent().app_version().tertiary();
  if (in.has_device_pairing_data()) {
    WS_TRY(out.registration, read_registration(in.device_pairing_data()));
  }
  return out;
}

}  // namespace wasphere::stanza
