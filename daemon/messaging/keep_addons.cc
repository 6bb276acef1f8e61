#include "daemon/messaging/keep_addons.h"

#include <algorithm>

#include "core/model/addon.h"
#include "daemon/messaging/sealed_content.h"

namespace wasphere::messaging {
namespace {

using model::Parsed;
using store::MessageRow;

std::optional<MessageRow> target_of(InboundJob& job, const Scene& scene,
                                    const model::MessageKey& key) {
  return job.tx.messages.find_in_chat(job.self.id(), scene.base.chat, key.id);
}

// These leave no row of their own, so a placeholder of one is settled here.
void settle_placeholder(InboundJob& job, const Scene& scene, const Parsed& parsed) {
  const auto before = find_same(job, scene.base);
  if (before && is_placeholder(*before)) job.tx.messages.insert(make_row(job, scene, parsed));
}

// The new content of a message that its own author wrote, or that we never saw.
void apply_edit(InboundJob& job, const Scene& scene, const std::string& target_id,
                const Parsed& next) {
  const MessageRow& base = scene.base;
  const auto target = job.tx.messages.find_in_chat(job.self.id(), base.chat, target_id);
  if (target && (target->sender != base.sender || target->edited_at >= base.time)) return;
  events::MessageEdited event;
  event.chat = base.chat;
  event.sender = base.sender;
  event.target_id = target_id;
  event.edit_id = base.id;
  event.text = searchable_text(next);
  event.content = job.encoder.content(next);
  event.from_me = base.from_me;
  event.time = base.time;
  if (target)
    job.tx.messages.set_content(job.self.id(), target_id, event.text, event.content, base.time);
  job.tell(event);
}

bool is_admin(InboundJob& job, const Scene& scene) {
  const auto group = wire::Jid::parse(scene.base.chat);
  const auto cached = job.tx.directory.group(job.self.id(), *group);
  if (!cached || cached->stale) return true;  // the server's word has to do
  return std::ranges::any_of(cached->info.members, [&](const stanza::GroupMember& member) {
    return !member.role.empty() &&
           job.people.resolve(member.jid, std::nullopt).user == scene.sender.user;
  });
}

bool may_revoke(InboundJob& job, const Scene& scene, const MessageRow& target) {
  if (target.revoked_at != 0) return false;
  if (target.sender == scene.base.sender) return true;
  return scene.group && scene.by_admin && is_admin(job, scene);
}

void tell_reaction(InboundJob& job, const Scene& scene, const model::Reaction& reaction) {
  events::MessageReaction event;
  event.chat = scene.base.chat;
  event.sender = scene.base.sender;
  event.target_id = reaction.target.id;
  event.reaction_id = scene.base.id;
  event.emoji = reaction.emoji;
  event.from_me = scene.base.from_me;
  event.time = scene.base.time;
  job.tell(event);
}

events::PollVoted vote_event(const Scene& scene, const MessageRow& poll) {
  events::PollVoted event;
  event.chat = scene.base.chat;
  event.voter = scene.base.sender;
  event.voter_phone = scene.base.sender_phone;
  event.poll_id = poll.id;
  event.vote_id = scene.base.id;
  event.time = scene.base.time;
  return event;
}

// Our own messages are kept for retries, those of others with their row.
std::optional<model::Poll> poll_of(InboundJob& job, const MessageRow& row) {
  Bytes bytes = row.payload;
  if (bytes.empty())
    if (const auto sent = job.tx.messages.sent(job.self.id(), row.id)) bytes = sent->message;
  const auto parsed = model::parse_message(bytes);
  if (!parsed) return std::nullopt;
  const auto* poll = std::get_if<model::Poll>(&parsed->content);
  if (poll == nullptr) return std::nullopt;
  return *poll;
}

std::optional<events::PollVoted> open_vote(InboundJob& job, const Scene& scene,
                                           const model::PollVote& vote) {
  const auto row = target_of(job, scene, vote.poll);
  if (!row) return std::nullopt;
  const auto poll = poll_of(job, *row);
  const auto plain = open_sealed(job, scene, *row, {vote.payload, vote.iv}, "Poll Vote");
  if (!poll || !plain) return std::nullopt;
  auto selected = model::selected_options(*plain, poll->options);
  if (!selected) return std::nullopt;
  events::PollVoted event = vote_event(scene, *row);
  event.poll_name = poll->name;
  event.selected = std::move(*selected);
  return event;
}

}  // namespace

void keep_reaction(InboundJob& job, const Scene& scene, const Parsed& parsed) {
  const auto before = find_same(job, scene.base);
  if (before && !is_placeholder(*before)) return;
  tell_reaction(job, scene, std::get<model::Reaction>(parsed.content));
  keep_row(job, make_row(job, scene, parsed));
}

void keep_vote(InboundJob& job, const Scene& scene, const Parsed& parsed) {
  const auto before = find_same(job, scene.base);
  if (before && !is_placeholder(*before)) return;
  MessageRow row = make_row(job, scene, parsed);
  if (const auto vote = open_vote(job, scene, std::get<model::PollVote>(parsed.content))) {
    row.content = job.encoder.content(*vote);
    job.tell(*vote);
  }
  keep_row(job, row);
}

void keep_edit(InboundJob& job, const Scene& scene, const Parsed& parsed) {
  const auto& edit = std::get<model::Edit>(parsed.content);
  settle_placeholder(job, scene, parsed);
  if (const auto next = model::parse_message(edit.message))
    apply_edit(job, scene, edit.target.id, *next);
}

void keep_revoke(InboundJob& job, const Scene& scene, const Parsed& parsed) {
  const auto& key = std::get<model::Revoke>(parsed.content).target;
  settle_placeholder(job, scene, parsed);
  const auto target = target_of(job, scene, key);
  if (target && !may_revoke(job, scene, *target)) return;
  if (target) job.tx.messages.set_revoked(job.self.id(), key.id, scene.base.time);
  events::MessageDeleted event;
  event.chat = scene.base.chat;
  event.sender = scene.base.sender;
  event.target_id = key.id;
  event.from_me = scene.base.from_me;
  event.time = scene.base.time;
  job.tell(event);
}

// What cannot be opened is kept as it is: that something was said is known at least.
void keep_secret(InboundJob& job, const Scene& scene, const Parsed& parsed) {
  const auto& secret = std::get<model::SecretContent>(parsed.content);
  const auto target = target_of(job, scene, secret.target);
  std::optional<Bytes> plain;
  if (target)
    plain = open_sealed(job, scene, *target, {secret.payload, secret.iv}, secret.use_case);
  auto inner = plain ? parse_secret(secret, *plain) : std::nullopt;
  if (!inner) return keep_row(job, make_row(job, scene, parsed));
  if (secret.use_case == "Message Edit") {
    settle_placeholder(job, scene, parsed);
    return apply_edit(job, scene, secret.target.id, *inner);
  }
  if (std::holds_alternative<model::Reaction>(inner->content))
    return keep_reaction(job, scene, *inner);
  keep_row(job, make_row(job, scene, *inner));
}

}  // namespace wasphere::messaging
