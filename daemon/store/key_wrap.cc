#include "daemon/store/key_wrap.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "core/util/encoding.h"
#include "daemon/store/failure.h"

namespace wasphere::store {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kSealedKey = 1 + kNonce + kKey + kTag;
constexpr std::size_t kHexKey = 2 * kKey;
// Sessions work in turn, each for a few transactions: a handful covers those that are busy at one
// time.
constexpr std::size_t kRecentKeys = 16;
constexpr const char* kKeyName = "key";
static_assert(kKey == 32);

void start_sodium() {
  static const int started = sodium_init();
  if (started < 0) throw std::runtime_error("libsodium found no source of randomness");
}

SealKey random_key() {
  start_sodium();
  SealKey key;
  randombytes_buf(key.mutable_array().data(), kKey);
  return key;
}

std::string key_context(const std::string& session_id) {
  return seal_context("session-key", session_id, "");
}

// Ids are made by us, but they come back from a database that an operator may have edited.
void require_plain_name(const std::string& id) {
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (!id.empty() && id.size() <= 64 && std::ranges::all_of(id, plain)) return;
  throw StoreFailure(ErrorCode::internal, "a session id is not fit to name a directory");
}

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw StoreFailure(std::move(result).error());
  return *std::move(result);
}

void or_throw(wasphere::Status status) {
  if (!status) throw StoreFailure(std::move(status).error());
}

std::optional<SealKey> decode_master_key(Bytes& bytes) {
  if (bytes.size() == kKey) return SealKey::from(bytes);
  while (bytes.size() > kHexKey && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.pop_back();
  if (bytes.size() != kHexKey) return std::nullopt;
  auto decoded = from_hex(as_text(bytes));
  if (!decoded) return std::nullopt;
  SecretBytes held(std::move(*decoded));
  return SealKey::from(held.bytes);
}

}  // namespace

Bytes seal(const SealKey& key, BytesView plaintext, std::string_view context) {
  start_sodium();
  Bytes out(1 + kNonce + plaintext.size() + kTag);
  out[0] = kVersion;
  std::uint8_t* nonce = out.data() + 1;
  randombytes_buf(nonce, kNonce);
  BytesView aad = as_bytes(context);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonce, nullptr, plaintext.data(),
                                             plaintext.size(), aad.data(), aad.size(), nullptr,
                                             nonce, key.array().data());
  return out;
}

std::optional<Bytes> unseal(const SealKey& key, BytesView sealed, std::string_view context) {
  if (sealed.size() < 1 + kNonce + kTag || sealed[0] != kVersion) return std::nullopt;
  BytesView nonce = sealed.subspan(1, kNonce);
  BytesView body = sealed.subspan(1 + kNonce);
  BytesView aad = as_bytes(context);
  Bytes out(body.size() - kTag);
  int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, body.data(),
                                                          body.size(), aad.data(), aad.size(),
                                                          nonce.data(), key.array().data());
  if (failed != 0) return std::nullopt;
  return out;
}

std::string seal_context(std::string_view table, std::string_view session_id,
                         std::string_view row) {
  std::string out(table);
  out += '\0';
  out += session_id;
  out += '\0';
  return out += row;
}

Result<std::optional<SealKey>> read_master_key(const std::string& path, Trust trust) {
  constexpr std::size_t kLongest = kHexKey + 2;
  WS_TRY(auto read, read_private({AT_FDCWD, path, path}, kLongest, trust));
  if (!read) return std::nullopt;
  SecretBytes bytes(std::move(*read));
  auto key = decode_master_key(bytes.bytes);
  if (key) return key;
  return fail(ErrorCode::key_mismatch,
              path + " is not a master key: 32 bytes or 64 hexadecimal digits are needed");
}

Result<SealKey> create_master_key(const std::string& path) {
  SealKey key = random_key();
  std::string hex = to_hex(key.view()) + "\n";
  SecretBytes text(to_bytes(as_bytes(hex)));
  wipe({reinterpret_cast<std::uint8_t*>(hex.data()), hex.size()});
  std::size_t slash = path.rfind('/');
  std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  Fd parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.open()) {
    Error reason = system_error(errno, "cannot create the master key " + path);
    return fail(ErrorCode::key_missing, reason.message);
  }
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  auto made = create_private({parent.get(), name, path}, text.bytes);
  if (made) return key;
  bool full = made.error().code == ErrorCode::storage_unavailable;
  return fail(full ? ErrorCode::storage_unavailable : ErrorCode::key_missing, made.error().message);
}

KeyRing::KeyRing(const StateDir& state, SealKey master)
    : state_(state),
      master_(std::move(master)),
      sessions_(or_throw(open_private_directory(state.file("sessions")))) {
  start_sodium();
}

std::string KeyRing::shown(const std::string& session_id) const {
  return state_.path() + "/sessions/" + session_id;
}

Fd KeyRing::open_session(const std::string& session_id) const {
  require_plain_name(session_id);
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Fd out(::openat(sessions_.get(), session_id.c_str(), kFlags));
  if (!out.open() && errno != ENOENT)
    throw StoreFailure(system_error(errno, "cannot open " + shown(session_id)));
  return out;
}

KeyRing::Ensured KeyRing::ensure(const std::string& session_id) {
  auto key = find(session_id);
  if (key) return {*key, false};
  return {make(session_id), true};
}

std::optional<SealKey> KeyRing::find(const std::string& session_id) {
  if (auto key = cached(session_id)) return key;
  Fd directory = open_session(session_id);
  if (!directory.open()) return std::nullopt;
  FileName file{directory.get(), kKeyName, shown(session_id) + "/" + kKeyName};
  auto sealed = or_throw(read_private(file, kSealedKey));
  if (!sealed) return std::nullopt;
  auto opened = unseal(master_, *sealed, key_context(session_id));
  if (!opened)
    throw StoreFailure(ErrorCode::key_mismatch,
                       file.shown + " was not sealed with this master key");
  SecretBytes bytes(std::move(*opened));
  auto key = SealKey::from(bytes.bytes);
  if (!key) throw StoreFailure(ErrorCode::key_mismatch, file.shown + " holds no key");
  remember(session_id, *key);
  return key;
}

SealKey KeyRing::make(const std::string& session_id) {
  require_plain_name(session_id);
  Fd directory = or_throw(open_private_directory({sessions_.get(), session_id, shown(session_id)}));
  SealKey key = random_key();
  Bytes sealed = seal(master_, key.view(), key_context(session_id));
  or_throw(create_private({directory.get(), kKeyName, shown(session_id) + "/" + kKeyName}, sealed));
  remember(session_id, key);
  return key;
}

void KeyRing::destroy(const std::string& session_id) {
  recent_.remove_if([&](const auto& entry) { return entry.first == session_id; });
  Fd directory = open_session(session_id);
  if (!directory.open()) return;
  std::string path = shown(session_id);
  or_throw(destroy_file({directory.get(), kKeyName, path + "/" + kKeyName}));
  or_throw(sync_directory(directory, path));
  // Other things of the session may live there still; then the directory stays.
  if (::unlinkat(sessions_.get(), session_id.c_str(), AT_REMOVEDIR) == 0)
    or_throw(sync_directory(sessions_, path));
}

SealKey KeyRing::derived(std::string_view purpose) const {
  const std::string label = "wasphere key: " + std::string(purpose);
  SealKey key;
  crypto_generichash(key.mutable_array().data(), kKey, as_bytes(label).data(), label.size(),
                     master_.array().data(), kKey);
  return key;
}

std::optional<SealKey> KeyRing::cached(const std::string& session_id) {
  auto found =
      std::ranges::find(recent_, session_id, [](const auto& entry) { return entry.first; });
  if (found == recent_.end()) return std::nullopt;
  recent_.splice(recent_.begin(), recent_, found);
  return recent_.front().second;
}

void KeyRing::remember(const std::string& session_id, const SealKey& key) {
  recent_.emplace_front(session_id, key);
  if (recent_.size() > kRecentKeys) recent_.pop_back();
}

}  // namespace wasphere::store
