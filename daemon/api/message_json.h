// Messages as public JSON: what people wrote, and the events that tell of it.
#pragma once

#include <string>

#include "core/model/message.h"
#include "daemon/events/message_events.h"
#include "ipc/events.h"

namespace wasphere::api {

// The object `content` of a message; its members depend on the type.
std::string content_json(const model::Parsed& message);
std::string content_json(const events::PollVoted& vote);
// {"quotedMessageId", "mentions", "forwarded"}
std::string context_json(const model::Context& context);

ipc::MessageReceivedEvent event_data(const events::MessageReceived& event);
ipc::MessageSentEvent event_data(const events::MessageSent& event);
ipc::MessageEditedEvent event_data(const events::MessageEdited& event);
ipc::MessageDeletedEvent event_data(const events::MessageDeleted& event);
ipc::MessageReactionEvent event_data(const events::MessageReaction& event);
ipc::MessageUndecryptableEvent event_data(const events::MessageUndecryptable& event);
ipc::PollVoteEvent event_data(const events::PollVoted& event);
ipc::GroupUpdateEvent event_data(const events::GroupUpdated& event);
ipc::GroupParticipantsEvent event_data(const events::GroupParticipants& event);
ipc::IdentityChangedEvent event_data(const events::IdentityChanged& event);
// Of delivered, read and played; of failed, expired and cancelled.
ipc::MessageProgressData progress_data(const events::MessageProgress& event);
ipc::MessageEndData end_data(const store::MessageRow& message);

// The address a person would answer to: by phone number where that is known.
const std::string& reply_address(const std::string& canonical, const std::string& phone);

}  // namespace wasphere::api
