// The signed pre-key is renewed every 27 days, so that a stolen one opens no more than the first
// messages of a month (protocol 2, section 2.4). Peers keep bundles: old ones stay usable.
#pragma once

#include "daemon/session/link.h"

namespace wasphere::session {

inline constexpr std::int64_t kSignedKeyLifeMs = 27LL * 24 * 3600 * 1000;

// At login. Renews the key if it is due and tells WhatsApp. If that fails, WhatsApp goes on handing
// out the old one, and the next login tries again with another.
class SignedKeyRotation {
 public:
  explicit SignedKeyRotation(Link link) : link_(std::move(link)) {}

  // Only storage errors come out.
  runtime::Task<Status> run();

 private:
  runtime::Task<Status> renew();
  runtime::Task<Result<int>> publish();  // the server's error code; 0: it has the key
  runtime::Task<Status> finish(stanza::SignedPreKey before);

  Link link_;
};

}  // namespace wasphere::session
