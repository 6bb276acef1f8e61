#include "core/model/message.h"
#include "core/model/proto_codec.h"

namespace wasphere::model {
namespace {

constexpr int kRevoke = 0, kMessageEdit = 14;

bool is_empty(const Context& context) {
  return context.quoted_id.empty() && context.mentions.empty() && !context.forwarded &&
         context.forwarding_score == 0 && context.expiration_s == 0;
}

void write_quote(proto::ContextInfo& out, const Context& context) {
  if (context.quoted_id.empty()) return;
  out.set_stanza_id(context.quoted_id);
  if (!context.quoted_participant.empty()) out.set_participant(context.quoted_participant);
  out.set_quoted_message(to_text(context.quoted_message));
}

void write_context(proto::ContextInfo& out, const Context& context) {
  write_quote(out, context);
  for (const std::string& jid : context.mentions) out.add_mentioned_jid(jid);
  if (context.forwarded) out.set_is_forwarded(true);
  if (context.forwarding_score != 0) out.set_forwarding_score(context.forwarding_score);
  if (context.expiration_s != 0) out.set_expiration(context.expiration_s);
}

// Only content that has a place for context gets one, and only if there is something to say.
template <class Content>
void add_context(Content& out, const Context& context) {
  if (!is_empty(context)) write_context(*out.mutable_context_info(), context);
}

void write_card(proto::ContactMessage& out, const ContactCard& card) {
  out.set_display_name(card.display_name);
  out.set_vcard(card.vcard);
}

struct Writer {
  proto::Message& out;
  const Outgoing& message;

  void operator()(const Text& text) const {
    bool plain = is_empty(message.context) && text.matched_url.empty();
    if (plain) return out.set_conversation(text.text);
    auto& extended = *out.mutable_extended_text();
    extended.set_text(text.text);
    if (!text.matched_url.empty()) extended.set_matched_text(text.matched_url);
    add_context(extended, message.context);
  }

  void operator()(const Location& location) const {
    auto& in = *out.mutable_location();
    in.set_latitude(location.latitude);
    in.set_longitude(location.longitude);
    if (!location.name.empty()) in.set_name(location.name);
    if (!location.address.empty()) in.set_address(location.address);
    if (location.live) in.set_is_live(true);
    add_context(in, message.context);
  }

  void operator()(const Contacts& contacts) const {
    if (contacts.cards.size() == 1) {
      write_card(*out.mutable_contact(), contacts.cards.front());
      return add_context(*out.mutable_contact(), message.context);
    }
    auto& array = *out.mutable_contacts_array();
    array.set_display_name(std::to_string(contacts.cards.size()) + " contacts");
    for (const ContactCard& card : contacts.cards) write_card(*array.add_contacts(), card);
    add_context(array, message.context);
  }

  // A poll with a single choice has a number of its own.
  void operator()(const Poll& poll) const {
    auto& in =
        poll.selectable == 1 ? *out.mutable_poll_creation_v3() : *out.mutable_poll_creation();
    in.set_name(poll.name);
    for (const std::string& option : poll.options) in.add_options()->set_name(option);
    in.set_selectable_count(poll.selectable);
    add_context(in, message.context);
  }

  void operator()(const PollVote& vote) const {
    auto& in = *out.mutable_poll_update();
    write_key(*in.mutable_key(), vote.poll);
    in.mutable_vote()->set_payload(to_text(vote.payload));
    in.mutable_vote()->set_iv(to_text(vote.iv));
    in.set_sender_timestamp_ms(vote.sender_time_ms);
  }

  void operator()(const Reaction& reaction) const {
    auto& in = *out.mutable_reaction();
    write_key(*in.mutable_key(), reaction.target);
    in.set_text(reaction.emoji);
    in.set_sender_timestamp_ms(message.time_ms);
  }

  void operator()(const Edit& edit) const {
    auto& in = *out.mutable_protocol();
    write_key(*in.mutable_key(), edit.target);
    in.set_type(kMessageEdit);
    in.set_edited_message(to_text(edit.message));
    in.set_timestamp_ms(message.time_ms);
  }

  void operator()(const Revoke& revoke) const {
    write_key(*out.mutable_protocol()->mutable_key(), revoke.target);
    out.mutable_protocol()->set_type(kRevoke);
  }
};

}  // namespace

Bytes build_message(const Outgoing& message) {
  proto::Message out;
  std::visit(Writer{out, message}, message.content);
  if (message.secret)
    out.mutable_message_context_info()->set_message_secret(to_text(*message.secret));
  return encode(out);
}

}  // namespace wasphere::model
