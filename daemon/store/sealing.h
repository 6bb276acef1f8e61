// Sealed columns: how the repositories keep secrets in rows.
#pragma once

#include <string>

#include "daemon/store/tables.h"

namespace wasphere::store {

// StoreFailure key_missing if the session has no key.
SealKey session_key(KeyRing& keys, const std::string& session_id);
// StoreFailure key_mismatch if the key does not open it; `what` names it for people.
SecretBytes open_sealed(KeyRing& keys, const std::string& session_id, const Bytes& sealed,
                        const std::string& context, const std::string& what);

// For columns that may be empty, and whose key may be gone with the credentials that they were
// written under: empty stays empty, and what cannot be opened any more is empty too.
Bytes seal_optional(KeyRing& keys, const std::string& session_id, BytesView plain,
                    const std::string& context);
Bytes open_optional(KeyRing& keys, const std::string& session_id, const Bytes& sealed,
                    const std::string& context);

}  // namespace wasphere::store
