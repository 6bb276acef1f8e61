#include "daemon/store/sealing.h"

namespace wasphere::store {

SealKey session_key(KeyRing& keys, const std::string& session_id) {
  auto key = keys.find(session_id);
  if (!key)
    throw StoreFailure(ErrorCode::key_missing,
                       "the key file of session " + session_id + " is gone");
  return *std::move(key);
}

SecretBytes open_sealed(KeyRing& keys, const std::string& session_id, const Bytes& sealed,
                        const std::string& context, const std::string& what) {
  auto opened = unseal(session_key(keys, session_id), sealed, context);
  if (!opened)
    throw StoreFailure(ErrorCode::key_mismatch,
                       "the key of session " + session_id + " does not open its " + what);
  return SecretBytes(*std::move(opened));
}

Bytes seal_optional(KeyRing& keys, const std::string& session_id, BytesView plain,
                    const std::string& context) {
  if (plain.empty()) return {};
  return seal(session_key(keys, session_id), plain, context);
}

Bytes open_optional(KeyRing& keys, const std::string& session_id, const Bytes& sealed,
                    const std::string& context) {
  if (sealed.empty()) return {};
  auto key = keys.find(session_id);
  if (!key) return {};
  return unseal(*key, sealed, context).value_or(Bytes{});
}

}  // namespace wasphere::store
