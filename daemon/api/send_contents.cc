#include "daemon/api/send_contents.h"

#include <set>

#include "daemon/messaging/recipient.h"

namespace wasphere::api {
namespace {

using store::MessageStatus;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kEditWindowMs = 15 * kMinuteMs;
constexpr std::int64_t kRevokeWindowMs = 60 * 60 * kMinuteMs;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Status check_text(const std::string& text) {
  if (is_blank(text)) return fail(field_error("/text", "LENGTH", "must not be blank"));
  return {};
}

// vCard 3.0 escapes; no line may end before its end.
std::string vcard_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r' || c == '\n') {
      out += ' ';
      continue;
    }
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    out += c;
  }
  return out;
}

model::ContactCard card(const std::string& name, const std::string& digits) {
  const std::string shown = vcard_text(name);
  return {name, "BEGIN:VCARD\nVERSION:3.0\nN:;" + shown + ";;;\nFN:" + shown +
                    "\nTEL;type=CELL;type=VOICE;waid=" + digits + ":+" + digits + "\nEND:VCARD"};
}

Result<model::ContactCard> card_of(const ipc::ContactEntry& entry, const std::string& pointer) {
  if (is_blank(entry.displayName))
    return fail(field_error(pointer + "/displayName", "LENGTH", "must not be blank"));
  const auto digits = messaging::parse_number(entry.phoneNumber);
  if (!digits)
    return fail(field_error(pointer + "/phoneNumber", "FORMAT",
                            "must be a phone number with country code, 6 to 15 digits"));
  return card(entry.displayName, *digits);
}

// One card by its own members, or a list.
Result<std::vector<ipc::ContactEntry>> entries_of(const ipc::MessageSendContact& request) {
  const bool single = request.displayName || request.phoneNumber;
  if (single && !request.contacts.empty())
    return fail(field_error("/contacts", "UNKNOWN", "and displayName exclude each other"));
  if (!single && request.contacts.empty())
    return fail(field_error("/displayName", "REQUIRED", "is required"));
  if (!single) return request.contacts;
  if (!request.displayName) return fail(field_error("/displayName", "REQUIRED", "is required"));
  if (!request.phoneNumber) return fail(field_error("/phoneNumber", "REQUIRED", "is required"));
  return std::vector<ipc::ContactEntry>{{*request.displayName, *request.phoneNumber}};
}

bool is_group(const store::MessageRow& row) {
  return row.chat.ends_with("@g.us");
}

model::MessageKey key_of(const store::MessageRow& row) {
  model::MessageKey key;
  key.chat = row.chat;
  key.from_me = row.from_me;
  key.id = row.id;
  if (is_group(row) && !row.from_me) key.participant = row.sender;
  return key;
}

// A message of ours that the recipient has, or is going to have.
Status check_alive(const store::MessageRow& row) {
  const bool ended = row.status == MessageStatus::failed || row.status == MessageStatus::expired ||
                     row.status == MessageStatus::cancelled;
  if (ended) return fail(ErrorCode::conflict, "Message " + row.id + " was never sent.");
  if (row.revoked_at != 0) return fail(ErrorCode::conflict, "Message " + row.id + " is deleted.");
  return {};
}

Status check_age(const store::MessageRow& row, std::int64_t now_ms, std::int64_t window_ms) {
  const std::int64_t sent = row.sent_at != 0 ? row.sent_at : row.time;
  if (now_ms - sent <= window_ms) return {};
  return fail(ErrorCode::edit_window_expired, "Message " + row.id + " was sent more than " +
                                                  std::to_string(window_ms / kMinuteMs) +
                                                  " minutes ago.");
}

}  // namespace

Result<Draft> draft_of(const ipc::MessageSend& request) {
  WS_CHECK(check_text(request.text));
  Draft out{{}, "text", request.text};
  out.content.content = model::Text{request.text, {}, {}, {}, {}};
  return out;
}

Result<Draft> draft_of(const ipc::MessageSendLocation& request) {
  model::Location location{request.latitude, request.longitude, request.name.value_or(""),
                           request.address.value_or(""), false};
  Draft out{{}, "location", location.name};
  out.content.content = std::move(location);
  return out;
}

Result<Draft> draft_of(const ipc::MessageSendContact& request) {
  WS_TRY(const auto entries, entries_of(request));
  model::Contacts contacts;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string pointer = request.contacts.empty() ? "" : "/contacts/" + std::to_string(i);
    WS_TRY(model::ContactCard made, card_of(entries[i], pointer));
    contacts.cards.push_back(std::move(made));
  }
  Draft out{{}, "contact", contacts.cards.front().display_name};
  out.content.content = std::move(contacts);
  return out;
}

Result<Draft> draft_of(const ipc::MessageSendPoll& request) {
  const std::set<std::string> different(request.options.begin(), request.options.end());
  if (different.size() != request.options.size())
    return fail(field_error("/options", "FORMAT", "must all be different"));
  if (is_blank(request.name)) return fail(field_error("/name", "LENGTH", "must not be blank"));
  for (std::size_t i = 0; i < request.options.size(); ++i)
    if (is_blank(request.options[i]))
      return fail(field_error("/options/" + std::to_string(i), "LENGTH", "must not be blank"));
  if (request.selectableCount > static_cast<std::int64_t>(request.options.size()))
    return fail(field_error("/selectableCount", "RANGE", "must not exceed the number of options"));
  Draft out{{}, "poll", request.name};
  out.content.content = model::Poll{request.name, request.options,
                                    static_cast<std::uint32_t>(request.selectableCount)};
  return out;
}

Result<Draft> draft_of(const ipc::MessageReact& request, const store::MessageRow& target,
                       std::int64_t) {
  WS_CHECK(check_alive(target));
  Draft out{{}, "reaction", request.emoji};
  out.content.content = model::Reaction{key_of(target), request.emoji};
  return out;
}

Result<Draft> draft_of(const ipc::MessageEdit& request, const store::MessageRow& target,
                       std::int64_t now_ms) {
  WS_CHECK(check_text(request.text));
  if (!target.from_me || target.type != "text")
    return fail(ErrorCode::conflict, "Only texts that this account wrote can be changed.");
  WS_CHECK(check_alive(target));
  WS_CHECK(check_age(target, now_ms, kEditWindowMs));
  model::Outgoing changed;
  changed.content = model::Text{request.text, {}, {}, {}, {}};
  Draft out{{}, "edit", request.text};
  out.content.content = model::Edit{key_of(target), model::build_message(changed)};
  return out;
}

Result<Draft> draft_of(const ipc::MessageDelete& request, const store::MessageRow& target,
                       std::int64_t now_ms) {
  if (!request.forEveryone)
    return fail(ErrorCode::not_supported, "Deleting for this account only is not supported yet.");
  if (!target.from_me && !is_group(target))
    return fail(ErrorCode::conflict,
                "In a chat with one person only this account's own messages can be deleted.");
  WS_CHECK(check_alive(target));
  WS_CHECK(check_age(target, now_ms, kRevokeWindowMs));
  Draft out{{}, "revoke", ""};
  out.content.content = model::Revoke{key_of(target)};
  return out;
}

}  // namespace wasphere::api
