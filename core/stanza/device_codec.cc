// Layout, version 1, big-endian: version u8, noise private 32, identity private 32, signed pre-key
// {id u24, private 32, signature 64}, registration id u16, adv secret 32, login counter u32,
// routing info, push name, linked u8, and if linked: jid, lid, platform, business name, signed
// identity, account signature key 32, key index u32. Texts and blobs carry a u32 length; a JID is
// {user, server, device u16, integrator u16}. Public keys are derived again, so that a pair always
// fits.
#include "core/stanza/device.h"

namespace wasphere::stanza {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint16_t kMaxRegistrationId = 16383;

void put_blob(ByteWriter& out, BytesView bytes) {
  out.u32be(static_cast<std::uint32_t>(bytes.size())).put(bytes);
}

void put_jid(ByteWriter& out, const wire::Jid& jid) {
  put_blob(out, as_bytes(jid.user));
  put_blob(out, as_bytes(jid.server));
  out.u16be(jid.device).u16be(jid.integrator);
}

void put_account(ByteWriter& out, const Account& account) {
  put_jid(out, account.jid);
  put_jid(out, account.lid);
  put_blob(out, as_bytes(account.platform));
  put_blob(out, as_bytes(account.business_name));
  put_blob(out, account.signed_identity);
  out.put(account.account_signature_key).u32be(account.key_index);
}

// Reads one field after the other; once something is wrong every further read yields an empty
// value, and ok() says so at the end.
class Fields {
 public:
  explicit Fields(BytesView bytes) : reader_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && reader_.empty(); }
  void require(bool condition) { ok_ = ok_ && condition; }

  std::uint8_t u8() { return number<std::uint8_t>(reader_.u8()); }
  std::uint16_t u16() { return number<std::uint16_t>(reader_.u16be()); }
  std::uint32_t u24() { return number<std::uint32_t>(reader_.u24be()); }
  std::uint32_t u32() { return number<std::uint32_t>(reader_.u32be()); }

  BytesView take(std::size_t count) {
    auto bytes = reader_.take(count);
    require(bytes.has_value());
    return ok_ ? *bytes : BytesView{};
  }
  template <std::size_t N>
  ByteArray<N> array() {
    return to_array<N>(take(N)).value_or(ByteArray<N>{});
  }
  Bytes blob() { return to_bytes(take(u32())); }
  std::string text() { return to_text(take(u32())); }
  // A private key as generated; anything else would change when it is stored again.
  crypto::KeyPair key_pair() {
    crypto::PrivateKey stored(array<32>());
    if (!ok_) return {};
    auto pair = crypto::KeyPair::from_private(stored);
    require(pair.private_key == stored);
    return pair;
  }
  wire::Jid jid() {
    wire::Jid out;
    out.user = text();
    out.server = text();
    out.device = u16();
    out.integrator = u16();
    return out;
  }

 private:
  template <class T>
  T number(std::optional<T> value) {
    require(value.has_value());
    return ok_ ? *value : T{};
  }

  ByteReader reader_;
  bool ok_ = true;
};

Account read_account(Fields& in) {
  Account account;
  account.jid = in.jid();
  account.lid = in.jid();
  account.platform = in.text();
  account.business_name = in.text();
  account.signed_identity = in.blob();
  account.account_signature_key = in.array<32>();
  account.key_index = in.u32();
  return account;
}

Device read_device(Fields& in) {
  Device device;
  device.noise_key = in.key_pair();
  device.identity_key = in.key_pair();
  device.signed_pre_key.id = in.u24();
  device.signed_pre_key.key = in.key_pair();
  device.signed_pre_key.signature = in.array<64>();
  device.registration_id = in.u16();
  in.require(device.registration_id >= 1 && device.registration_id <= kMaxRegistrationId);
  device.adv_secret = Secret<32>(in.array<32>());
  device.login_counter = in.u32();
  device.routing_info = in.blob();
  device.push_name = in.text();
  std::uint8_t linked = in.u8();
  in.require(linked <= 1);
  if (linked == 1) device.account = read_account(in);
  return device;
}

}  // namespace

Bytes serialize(const Device& device) {
  ByteWriter out;
  out.u8(kVersion);
  out.put(device.noise_key.private_key.view()).put(device.identity_key.private_key.view());
  out.u24be(device.signed_pre_key.id).put(device.signed_pre_key.key.private_key.view());
  out.put(device.signed_pre_key.signature);
  out.u16be(static_cast<std::uint16_t>(device.registration_id)).put(device.adv_secret.view());
  out.u32be(device.login_counter);
  put_blob(out, device.routing_info);
  put_blob(out, as_bytes(device.push_name));
  out.u8(device.account ? 1 : 0);
  if (device.account) put_account(out, *device.account);
  return out.take();
}

Result<Device> parse_device(BytesView bytes) {
  Fields in(bytes);
  std::uint8_t version = in.u8();
  if (in.ok() && version != kVersion)
    return fail(ErrorCode::storage_corrupt,
                "stored device has the unknown version " + std::to_string(version));
  Device device = read_device(in);
  if (!in.at_end())
    return fail(ErrorCode::storage_corrupt, "stored device is damaged or cut short");
  return device;
}

}  // namespace wasphere::stanza
