#include "daemon/messaging/scene.h"

namespace wasphere::messaging {
namespace {

using store::MessageStatus;

std::string text_of(const std::optional<wire::Jid>& jid) {
  return jid ? jid->to_string() : std::string();
}

void set_chat(store::MessageRow& row, const Person& chat) {
  row.chat = chat.user.to_string();
  row.chat_phone = text_of(chat.phone);
}

void set_sender(store::MessageRow& row, const Person& sender) {
  row.sender = sender.user.to_string();
  row.sender_phone = text_of(sender.phone);
  row.sender_device = sender.device.to_string();
}

std::string joined(std::string out, const std::string& more) {
  if (!out.empty() && !more.empty()) out += '\n';
  return out + more;
}

std::string text_of(const model::Text& text) {
  return text.text;
}
std::string text_of(const model::Media& media) {
  return joined(media.caption, media.file_name);
}
std::string text_of(const model::Location& location) {
  return joined(location.name, location.address);
}
std::string text_of(const model::Contacts& contacts) {
  std::string out;
  for (const model::ContactCard& card : contacts.cards) out = joined(out, card.display_name);
  return out;
}
std::string text_of(const model::Poll& poll) {
  std::string out = poll.name;
  for (const std::string& option : poll.options) out = joined(out, option);
  return out;
}
std::string text_of(const model::Reaction& reaction) {
  return reaction.emoji;
}
template <class Other>
std::string text_of(const Other&) {
  return {};
}

}  // namespace

Scene make_scene(InboundJob& job, const stanza::IncomingMessage& message) {
  Scene scene;
  scene.sender = job.people.resolve(message.sender, message.sender_alt);
  scene.group = message.group;
  scene.by_admin = message.group && message.edit == "8";
  store::MessageRow& row = scene.base;
  row.session_id = job.self.id();
  row.id = message.id;
  set_chat(row, job.people.resolve(message.chat, message.chat_alt));
  set_sender(row, scene.sender);
  row.from_me = message.from_me;
  row.offline = message.offline;
  row.push_name = message.push_name;
  row.source = message.from_me ? "device" : "";
  row.status = message.from_me ? MessageStatus::sent : MessageStatus::received;
  row.time = static_cast<std::int64_t>(message.time) * 1000;
  if (message.from_me) row.sent_at = row.time;
  return scene;
}

bool move_to_destination(InboundJob& job, Scene& scene, const std::string& destination) {
  const auto chat = wire::Jid::parse(destination);
  if (!chat || chat->is_server()) return false;
  set_chat(scene.base, job.people.resolve(chat->without_device(), std::nullopt));
  return true;
}

store::MessageRow make_row(InboundJob& job, const Scene& scene, const model::Parsed& parsed) {
  store::MessageRow row = scene.base;
  row.type = model::type_name(parsed);
  row.raw_type = parsed.raw_type;
  row.text = searchable_text(parsed);
  row.content = job.encoder.content(parsed);
  row.context = job.encoder.context(parsed);
  row.ephemeral_s = parsed.context.expiration_s;
  if (parsed.secret) row.secret = to_bytes(*parsed.secret);
  row.payload = parsed.inner;
  return row;
}

std::string searchable_text(const model::Parsed& parsed) {
  return std::visit([](const auto& content) { return text_of(content); }, parsed.content);
}

std::optional<store::MessageRow> find_same(InboundJob& job, const store::MessageRow& row) {
  auto found = job.tx.messages.find_in_chat(job.self.id(), row.chat, row.id);
  if (!found || found->sender == row.sender) return found;
  // In a group, from before the author's LID was learnt.
  if (row.sender_phone.empty() || found->sender != row.sender_phone) return std::nullopt;
  found->sender = row.sender;
  found->sender_phone = row.sender_phone;
  job.tx.messages.set_sender(*found);
  return found;
}

bool is_placeholder(const store::MessageRow& row) {
  return row.status == store::MessageStatus::undecryptable;
}

}  // namespace wasphere::messaging
