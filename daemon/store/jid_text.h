// JIDs as they stand in columns: the bare one, and the device beside it.
#pragma once

#include <string>

#include "core/wire/jid.h"
#include "daemon/store/failure.h"

namespace wasphere::store {

inline std::string bare_text(wire::Jid jid) {
  jid.device = 0;
  return jid.to_string();
}

inline wire::Jid jid_from_text(const std::string& text, std::int64_t device = 0) {
  auto jid = wire::Jid::parse(text);
  if (!jid) throw StoreFailure(ErrorCode::storage_corrupt, "a stored address is no JID");
  jid->device = static_cast<std::uint16_t>(device);
  return *std::move(jid);
}

}  // namespace wasphere::store
