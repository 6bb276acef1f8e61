// Content sealed under the secret of the message it is about (protocol 2, section 7.5).
#pragma once

#include "core/model/addon.h"
#include "daemon/messaging/scene.h"

namespace wasphere::messaging {

// Under the secret of `parent`, by the author of the scene: both in every form of their addresses.
std::optional<Bytes> open_sealed(InboundJob& job, const Scene& scene,
                                 const store::MessageRow& parent, const model::Sealed& sealed,
                                 const std::string& use_case);
// What was inside, as a message about `secret.target`; nothing if it is none.
std::optional<model::Parsed> parse_secret(const model::SecretContent& secret, BytesView plaintext);

}  // namespace wasphere::messaging
