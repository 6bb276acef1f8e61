#include <nlohmann/json.hpp>

#include "core/util/encoding.h"
#include "daemon/api/message_json.h"
#include "ipc/json.h"

namespace wasphere::api {
namespace {

using nlohmann::json;

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

const char* selection_name(model::SelectionKind kind) {
  switch (kind) {
    case model::SelectionKind::none:
      return "";
    case model::SelectionKind::button_reply:
      return "button_reply";
    case model::SelectionKind::list_reply:
      return "list_reply";
    case model::SelectionKind::quick_reply:
      return "quick_reply";
  }
  return "";
}

json content(const model::Text& text) {
  json out{{"text", text.text}};
  if (text.selection == model::SelectionKind::none) return out;
  out["selectionId"] = text.selection_id;
  out["interactiveKind"] = selection_name(text.selection);
  if (!text.selection_description.empty()) out["selectionDescription"] = text.selection_description;
  return out;
}

// What is special about each kind; files themselves are not fetched yet.
void add_kind(json& out, const model::Media& media) {
  switch (media.kind) {
    case model::MediaKind::image:
    case model::MediaKind::video:
    case model::MediaKind::gif:
      out["caption"] = text_or_null(media.caption);
      return;
    case model::MediaKind::note:
      return;
    case model::MediaKind::audio:
    case model::MediaKind::voice:
      out["isVoiceNote"] = media.kind == model::MediaKind::voice;
      out["seconds"] = media.seconds;
      return;
    case model::MediaKind::document:
      out["fileName"] = text_or_null(media.file_name);
      out["pageCount"] = media.pages;
      out["caption"] = text_or_null(media.caption);
      return;
    case model::MediaKind::sticker:
      out["isAnimated"] = media.animated;
      return;
  }
}

json content(const model::Media& media) {
  json out{{"mimetype", media.mimetype},
           {"size", media.size},
           {"sha256", text_or_null(to_hex(media.sha256))},
           {"mediaUrl", nullptr}};
  add_kind(out, media);
  return out;
}

json content(const model::Location& location) {
  return {{"latitude", location.latitude},
          {"longitude", location.longitude},
          {"name", text_or_null(location.name)},
          {"address", text_or_null(location.address)},
          {"isLive", location.live}};
}

json content(const model::ContactCard& card) {
  return {{"displayName", card.display_name}, {"vcard", card.vcard}};
}

// The first card stands for itself; several are listed as well.
json content(const model::Contacts& contacts) {
  if (contacts.cards.empty()) return json::object();
  json out = content(contacts.cards.front());
  if (contacts.cards.size() == 1) return out;
  out["contacts"] = json::array();
  for (const model::ContactCard& card : contacts.cards) out["contacts"].push_back(content(card));
  return out;
}

json content(const model::Poll& poll) {
  return {{"name", poll.name}, {"options", poll.options}, {"selectableCount", poll.selectable}};
}

json content(const model::PollVote& vote) {
  return {{"pollMessageId", vote.poll.id}};
}

json content(const model::Reaction& reaction) {
  return {{"reaction", reaction.emoji}, {"replyMessageId", reaction.target.id}};
}

json content(const model::SecretContent& secret) {
  return {{"targetMessageId", secret.target.id}};
}
json content(const model::Edit& edit) {
  return {{"targetMessageId", edit.target.id}};
}
json content(const model::Revoke& revoke) {
  return {{"targetMessageId", revoke.target.id}};
}

json content(const model::Protocol&) {
  return json::object();
}
json content(const model::Other&) {
  return json::object();
}
json content(const model::Nothing&) {
  return json::object();
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

std::string content_json(const model::Parsed& message) {
  return ipc::dump_json(
      std::visit([](const auto& what) { return content(what); }, message.content));
}

std::string content_json(const events::PollVoted& vote) {
  return ipc::dump_json(json{{"pollMessageId", vote.poll_id},
                             {"pollName", vote.poll_name},
                             {"selectedOptions", vote.selected},
                             {"text", joined(vote.selected)}});
}

std::string context_json(const model::Context& context) {
  return ipc::dump_json(json{{"quotedMessageId", text_or_null(context.quoted_id)},
                             {"mentions", context.mentions},
                             {"forwarded", context.forwarded}});
}

}  // namespace wasphere::api
