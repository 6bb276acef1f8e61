// Directory: which devices people have, and sessions with them. Asks WhatsApp and keeps the answers
// in the store. Main thread only; needs a line.
#pragma once

#include <vector>

#include "core/stanza/usync.h"
#include "daemon/messaging/context.h"

namespace wasphere::messaging {

class Directory {
 public:
  explicit Directory(Context& context) : context_(context) {}

  // One usync of bare users in either namespace, phone numbers where known: device lists and LIDs
  // are stored, ratchets move to a LID that is new. Gives the users (as asked) that WhatsApp does
  // not know.
  runtime::Task<Result<std::vector<wire::Jid>>> refresh(std::vector<wire::Jid> users,
                                                        stanza::UsyncContext context);
  // Fetches bundles and begins sessions with these devices; with `identity_changed` also where
  // there is one. Gives the devices that could not be reached so.
  runtime::Task<Result<std::vector<wire::Jid>>> begin_sessions(std::vector<wire::Jid> devices,
                                                               bool identity_changed = false);

 private:
  using Jids = std::vector<wire::Jid>;

  runtime::Task<Result<Jids>> refresh_part(Jids users, stanza::UsyncContext context);
  runtime::Task<Result<Jids>> begin_part(Jids devices, bool identity_changed);
  runtime::Task<Result<Jids>> begin_with(Jids devices, wire::Node answer, bool identity_changed);

  Context& context_;
};

}  // namespace wasphere::messaging
