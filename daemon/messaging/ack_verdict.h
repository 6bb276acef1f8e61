// What an acknowledgement, or the lack of one, means for a message (protocol 2, section 4.6). Pure.
#pragma once

#include <cstdint>
#include <string>

#include "core/stanza/message.h"
#include "daemon/runtime/clock.h"

namespace wasphere::messaging {

enum class AckAction : std::uint8_t {
  sent,
  later,            // the same message again, after a pause
  refresh_devices,  // the same at once, with new device lists
  refresh_group,    // the same at once, with new metadata
  issue_token,      // the same at once, after a privacy token was issued
  failed,
};

// What was tried for this message before: each helps once or never.
struct Tried {
  bool devices = false;
  bool group = false;
  bool token = false;
};

struct AckVerdict {
  AckAction action = AckAction::sent;
  int code = 0;             // the server's; 0: none
  std::string error = {};   // public name of the failure, if it has to be given up now
  std::string detail = {};  // for the trace and the log
};

AckVerdict judge_ack(const stanza::MessageAck& ack, bool group, const Tried& tried);
AckVerdict no_ack();

// Before attempt number `failures` + 1.
runtime::Duration retry_pause(int failures);

}  // namespace wasphere::messaging
