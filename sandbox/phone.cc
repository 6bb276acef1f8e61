#include "sandbox/phone.h"

#include <algorithm>
#include <utility>

#include "core/stanza/pairing_code.h"

namespace wasphere::sandbox {
namespace {

constexpr std::size_t kMinDigits = 6;
constexpr std::size_t kMaxDigits = 15;
// What phones take as the last field of a QR: protocol 1, section 5.2. "0" is refused by the
// server.
constexpr std::string_view kPlatformIds = "123456789cdef";
// +44 7700 900000…900999 are reserved for fiction; the rest is for those who need more than 1000.
constexpr std::uint64_t kFirstNumber = 447'700'900'000;
constexpr std::uint64_t kFictionalNumbers = 1'000;
constexpr std::uint64_t kAllNumbers = 100'000;
constexpr std::size_t kGarbageSize = 150;

tl::unexpected<Error> bad_field(std::string pointer, const std::string& message) {
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = message,
                    .fields = {{std::move(pointer), "FORMAT", message}}});
}

Result<stanza::QrContent> check_qr(std::string_view text) {
  auto content = stanza::parse_qr_text(text);
  if (!content) return bad_field("/qr", content.error().message);
  if (content->platform_id.empty())
    return bad_field("/qr", "not a linking QR: the platform id is missing; phones take five parts");
  if (kPlatformIds.find(content->platform_id) == std::string_view::npos)
    return bad_field("/qr", "not a linking QR: phones do not know its platform id");
  return content;
}

}  // namespace

Result<std::string> phone_digits(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::string digits;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9')
      return fail(ErrorCode::invalid_phone_number, "a phone number has digits only");
    digits += c;
  }
  if (digits.size() < kMinDigits || digits.size() > kMaxDigits || digits.front() == '0')
    return fail(ErrorCode::invalid_phone_number,
                "a phone number has 6 to 15 digits and starts with a country code");
  return digits;
}

// One pairing code on its way: what the phone keeps between the steps.
struct Phones::CodeWork {
  std::size_t index = 0;
  std::string code;
  CodeRequest request;
  Result<crypto::PublicKey> companion_ephemeral{};
  stanza::WrappedEphemeral own{};
  Answer<LinkedCompanion> done;
};

Result<std::unique_ptr<Phones>> Phones::load(PhoneState& state, PhoneServices services) {
  std::unique_ptr<Phones> phones(new Phones(state, std::move(services)));
  WS_TRY(phones->records_, state.load());
  for (const auto& record : phones->records_) {
    WS_CHECK(phones->register_phone(record));
  }
  return phones;
}

Status Phones::register_phone(const PhoneRecord& phone) {
  WS_TRY(const auto lid,
         services_.gateway.register_account({.number = phone.number,
                                             .name = phone.name,
                                             .platform = phone.platform,
                                             .identity = phone.identity.key.public_key}));
  infos_.push_back({phone.number, phone.name, lid});
  return {};
}

Result<PhoneInfo> Phones::create(const std::string& number, const std::string& name,
                                 const std::string& platform, bool contact) {
  PhoneRecord phone;
  phone.contact = contact;
  WS_TRY(phone.number, number.empty() ? choose_number() : phone_digits(number));
  if (find(phone.number))
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "there is a phone with this number already",
                      .fields = {{"/phoneNumber", "EXISTS", "another phone has this number"}}});
  phone.name = name.empty() ? "Sandbox " + std::to_string(records_.size() + 1) : name;
  phone.platform = platform.empty() ? "android" : platform;
  phone.identity.key = crypto::KeyPair::generate(services_.rng);
  phone.identity.raw_id = static_cast<std::uint32_t>(services_.rng.between(1, 0x7FFFFFFF));
  records_.push_back(std::move(phone));
  auto registered = state_->save(records_);
  if (registered) registered = register_phone(records_.back());
  if (!registered) {
    records_.pop_back();
    return fail(std::move(registered).error());
  }
  return infos_.back();
}

Result<std::string> Phones::choose_number() const {
  for (const auto count : {kFictionalNumbers, kAllNumbers}) {
    const auto start = services_.rng.between(0, count - 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      auto number = std::to_string(kFirstNumber + (start + i) % count);
      if (!find(number)) return number;
    }
  }
  return fail(ErrorCode::queue_full, "no number is left to make up; give one");
}

Result<std::size_t> Phones::find(const std::string& phone) const {
  WS_TRY(const auto digits, phone_digits(phone));
  const auto found = std::find_if(records_.begin(), records_.end(), [&](const PhoneRecord& record) {
    return record.number == digits;
  });
  if (found == records_.end())
    return fail(Error{.code = ErrorCode::not_found,
                      .message = "there is no virtual phone with this number",
                      .remedy = "See 'wasphere sandbox phone list'; make one with phone create."});
  return static_cast<std::size_t>(found - records_.begin());
}

void Phones::scan(const std::string& phone, std::string_view qr, Answer<LinkedCompanion> done) {
  const auto index = find(phone);
  if (!index) return done(fail(index.error()));
  const auto content = check_qr(qr);
  if (!content) return done(fail(content.error()));
  link(*index, content->ref, content->noise_key, content->identity_key, content->adv_secret,
       std::move(done));
}

void Phones::link(std::size_t index, const std::string& ref, const crypto::PublicKey& noise_key,
                  const crypto::PublicKey& identity, const Secret<32>& adv_secret,
                  Answer<LinkedCompanion> done) {
  auto& phone = records_[index];
  ++phone.last_key_index;
  if (auto saved = state_->save(records_); !saved) return done(fail(saved.error()));
  PairDeviceRequest request{.number = phone.number,
                            .ref = ref,
                            .noise_key = noise_key,
                            .device_identity = {},
                            .key_index_list = {},
                            .key_index = phone.last_key_index};
  request.device_identity = granted_identity(phone, identity, adv_secret, request.key_index_list);
  services_.gateway.pair_device(std::move(request), std::move(done));
}

// The injected faults are a phone's: only it knows the adv secret and its own key.
Bytes Phones::granted_identity(const PhoneRecord& phone, const crypto::PublicKey& identity,
                               const Secret<32>& adv_secret, Bytes& key_index_list) {
  const auto fault = services_.faults.take_pairing();
  auto signed_for = identity;
  auto secret = adv_secret;
  if (fault == PairingFault::bad_signature)
    signed_for = crypto::KeyPair::generate(services_.rng).public_key;
  if (fault == PairingFault::bad_hmac) secret = Secret<32>(services_.rng.array<32>());
  std::vector<std::uint32_t> valid{phone.last_key_index};
  for (const auto& companion : services_.gateway.companions(phone.number))
    valid.push_back(companion.key_index);
  std::sort(valid.begin(), valid.end());
  auto grant =
      stanza::grant_companion(phone.identity, signed_for, secret, phone.last_key_index, valid,
                              runtime::unix_seconds(services_.clock), services_.rng);
  key_index_list = std::move(grant.key_index_list);
  if (fault == PairingFault::garbage_identity) return services_.rng.bytes(kGarbageSize);
  return std::move(grant.device_identity_hmac);
}

void Phones::enter_code(const std::string& phone, std::string_view code,
                        Answer<LinkedCompanion> done) {
  const auto index = find(phone);
  if (!index) return done(fail(index.error()));
  auto typed = stanza::normalize_pairing_code(code);
  if (!typed)
    return done(
        bad_field("/code", "a pairing code has eight characters of 1-9 and A-Z without I, O, U"));
  auto request = services_.gateway.code_request(records_[*index].number);
  if (!request) return done(fail(request.error()));
  auto work = std::make_shared<CodeWork>();
  work->index = *index;
  work->code = *std::move(typed);
  work->request = *std::move(request);
  work->done = std::move(done);
  auto heavy = [work, &rng = services_.rng] {
    work->companion_ephemeral =
        stanza::unwrap_ephemeral(work->code, work->request.wrapped_companion_ephemeral);
    work->own = stanza::wrap_ephemeral(work->code, rng);
  };
  services_.offload(std::move(heavy), [this, work] { say_hello(work); });
}

void Phones::say_hello(const std::shared_ptr<CodeWork>& work) {
  if (!work->companion_ephemeral) return work->done(fail(work->companion_ephemeral.error()));
  const auto& phone = records_[work->index];
  services_.gateway.primary_hello({.number = phone.number,
                                   .ref = work->request.ref,
                                   .wrapped_primary_ephemeral = work->own.wrapped,
                                   .primary_identity = phone.identity.key.public_key},
                                  [this, work](Result<CompanionBundle> bundle) {
                                    if (!bundle) return work->done(fail(std::move(bundle).error()));
                                    open_bundle(work, *bundle);
                                  });
}

// Nothing before this tells a right code from a wrong one.
void Phones::open_bundle(const std::shared_ptr<CodeWork>& work, const CompanionBundle& bundle) {
  const auto& phone = records_[work->index];
  const auto opened = stanza::open_key_bundle(bundle.wrapped_bundle, work->own.ephemeral,
                                              *work->companion_ephemeral, phone.identity.key);
  if (!opened || opened->companion_identity != bundle.companion_identity)
    return work->done(
        fail(Error{.code = ErrorCode::crypto_error,
                   .message = "the code is not the one the companion shows",
                   .remedy = "Type the code again as it is shown, or ask for a new one."}));
  link(work->index, work->request.ref, work->request.noise_key, opened->companion_identity,
       opened->adv_secret, std::move(work->done));
}

Result<std::vector<wire::Jid>> Phones::unlink(const std::string& phone,
                                              std::optional<std::uint16_t> device) {
  WS_TRY(const auto index, find(phone));
  return services_.gateway.remove_companions(records_[index].number, device);
}

Result<Phones::Grant> Phones::grant(const std::string& number, const crypto::PublicKey& companion) {
  WS_TRY(const auto index, find(number));
  auto& phone = records_[index];
  ++phone.last_key_index;
  WS_CHECK(state_->save(records_));
  const Secret<32> secret(services_.rng.array<32>());
  Grant out;
  const auto sealed = granted_identity(phone, companion, secret, out.key_index_list);
  auto opened = stanza::open_identity(sealed, secret, companion);
  if (!opened) return fail(ErrorCode::crypto_error, "a pairing fault spoilt the identity");
  out.identity = *std::move(opened);
  return out;
}

crypto::KeyPair Phones::identity(const std::string& number) const {
  return records_[*find(number)].identity.key;
}

Result<crypto::KeyPair> Phones::new_identity(const std::string& number) {
  WS_TRY(const auto index, find(number));
  auto& identity = records_[index].identity;
  identity.key = crypto::KeyPair::generate(services_.rng);
  identity.raw_id = static_cast<std::uint32_t>(services_.rng.between(1, 0x7FFFFFFF));
  records_[index].last_key_index = 0;
  WS_CHECK(state_->save(records_));
  return identity.key;
}

bool Phones::is_contact(const std::string& number) const {
  return records_[*find(number)].contact;
}

}  // namespace wasphere::sandbox
