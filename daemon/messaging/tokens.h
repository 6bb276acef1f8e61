// Tokens: privacy tokens, by which WhatsApp knows that two people have written to each other
// (protocol 2, section 4.8). Main thread only.
#pragma once

#include <map>

#include "daemon/messaging/context.h"

namespace wasphere::messaging {

class Tokens {
 public:
  explicit Tokens(Context& context) : context_(context) {}

  // Gives this person a token of ours, and keeps his if the answer brings it. Storage errors come
  // out; that WhatsApp would not is only logged.
  runtime::Task<Status> issue(wire::Jid peer);
  // The same beside everything else, at most once an hour for a person.
  void issue_soon(wire::Jid peer);

 private:
  runtime::Task<> issue_quietly(wire::Jid peer);

  Context& context_;
  std::map<wire::Jid, std::int64_t> tried_;  // Unix milliseconds
};

}  // namespace wasphere::messaging
