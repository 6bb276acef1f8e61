// The content of the messages that can be sent, made from requests. Pure.
#pragma once

#include "daemon/api/send_request.h"
#include "daemon/store/message_records.h"

namespace wasphere::api {

// validation_failed, naming the member, for what the registry's rules cannot say.
Result<Draft> draft_of(const ipc::MessageSend& request);
Result<Draft> draft_of(const ipc::MessageSendLocation& request);
Result<Draft> draft_of(const ipc::MessageSendContact& request);
Result<Draft> draft_of(const ipc::MessageSendPoll& request);

// About a message that is stored, `target`. conflict if it is not of a kind that allows it, or
// edit_window_expired.
Result<Draft> draft_of(const ipc::MessageReact& request, const store::MessageRow& target,
                       std::int64_t now_ms);
Result<Draft> draft_of(const ipc::MessageEdit& request, const store::MessageRow& target,
                       std::int64_t now_ms);
Result<Draft> draft_of(const ipc::MessageDelete& request, const store::MessageRow& target,
                       std::int64_t now_ms);

}  // namespace wasphere::api
