// Whom the server lets in: the verdict on a ClientPayload (protocol 1, sections 3.5, 8.3 and 11.3).
#pragma once

#include <optional>

#include "core/stanza/stream.h"
#include "sandbox/faults.h"

namespace wasphere::sandbox {

struct Network;

struct LoginVerdict {
  std::optional<stanza::FailureContent> refused;
  std::optional<stanza::ParsedClientPayload::Registration> registration;
  std::optional<wire::Jid> device;  // whom a login is about, known or not
  bool passive = false;
};

// Consumes an injected failure that applies.
LoginVerdict judge_login(BytesView payload, const crypto::PublicKey& client_static,
                         Network& network);

}  // namespace wasphere::sandbox
