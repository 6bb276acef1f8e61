// Encryption at rest. The master key seals one key per session, kept as sessions/<id>/key; that key
// seals the session's secrets in the database. Deleting the file destroys the session's
// credentials.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/util/bytes.h"
#include "core/util/result.h"
#include "daemon/store/state_dir.h"

namespace wasphere::store {

using SealKey = Secret<32>;

// XChaCha20-Poly1305 under a fresh random nonce: version u8 = 1 ‖ nonce 24 ‖ ciphertext and tag.
// `context` is authenticated and must be given again, so that a sealed value cannot be moved to
// another place.
Bytes seal(const SealKey& key, BytesView plaintext, std::string_view context);
// Nothing if the key or the context is another one or the bytes were changed.
std::optional<Bytes> unseal(const SealKey& key, BytesView sealed, std::string_view context);
// The context of a column: table, session and row.
std::string seal_context(std::string_view table, std::string_view session_id, std::string_view row);

// A buffer for plaintext secrets, wiped when it goes.
struct SecretBytes {
  explicit SecretBytes(Bytes from) : bytes(std::move(from)) {}
  SecretBytes(SecretBytes&&) = default;
  SecretBytes& operator=(SecretBytes&&) = delete;
  ~SecretBytes() { wipe(bytes); }
  Bytes bytes;
};

// Reads 32 bytes, or 64 hexadecimal digits with an optional line end. Nothing if there is no file;
// state_insecure if others may read it; key_mismatch if it is no such key.
Result<std::optional<SealKey>> read_master_key(const std::string& path, Trust trust);
// Makes a new key as 64 digits, 0600 and durable. key_missing with the reason if that is not
// possible.
Result<SealKey> create_master_key(const std::string& path);

// The keys of the sessions, loaded when they are used. Store thread only; throws StoreFailure.
class KeyRing {
 public:
  // The state directory must outlive this. Makes sessions/ if it is missing.
  KeyRing(const StateDir& state, SealKey master);

  struct Ensured {
    SealKey key;
    bool made = false;  // there was none: whatever an earlier key sealed is lost
  };
  // The session's key, durably made if there is none.
  Ensured ensure(const std::string& session_id);
  // Nothing if the session has none. key_mismatch if the master key does not open it.
  std::optional<SealKey> find(const std::string& session_id);
  void destroy(const std::string& session_id);
  // A key that belongs to no session, made from the master key and what it is for.
  SealKey derived(std::string_view purpose) const;

 private:
  std::optional<SealKey> cached(const std::string& session_id);
  void remember(const std::string& session_id, const SealKey& key);
  SealKey make(const std::string& session_id);
  Fd open_session(const std::string& session_id) const;  // not open: there is no such directory
  std::string shown(const std::string& session_id) const;

  const StateDir& state_;
  SealKey master_;
  Fd sessions_;
  std::list<std::pair<std::string, SealKey>> recent_;  // newest first
};

}  // namespace wasphere::store
