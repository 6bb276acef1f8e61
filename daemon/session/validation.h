// The rules for what callers give a session. Pure. Every fault is named with its JSON Pointer.
#pragma once

#include <string>

#include "core/util/result.h"
#include "daemon/session/snapshot.h"

namespace wasphere::session {

// The same with the name trimmed; validation_failed lists everything that is wrong.
Result<NewSession> validate(NewSession request);
// `current` with the patch applied, checked as a whole.
Result<NewSession> validate(const SessionPatch& patch, NewSession current);
// "+447700900123" from what people write; invalid_phone_number.
Result<std::string> normalize_phone_number(std::string_view text);

}  // namespace wasphere::session
