#include "cli/message_view.h"

#include <nlohmann/json.hpp>

#include "cli/duration.h"
#include "cli/member.h"
#include "cli/text.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr int kLineColumns = 60;

std::string first_of(const json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string text = text_member(object, name);
    if (!text.empty()) return text;
  }
  return {};
}

std::string unix_time(const json& object) {
  const std::int64_t seconds = int_member(object, "timestamp");
  return seconds == 0 ? "" : local_time(UnixTime(Milliseconds(seconds * 1000)));
}

Tone tone_of_message(const std::string& status) {
  if (status == "failed" || status == "expired" || status == "undecryptable") return Tone::bad;
  if (status == "queued" || status == "sending") return Tone::busy;
  return status == "cancelled" ? Tone::dim : Tone::plain;
}

// Who wrote it, as short as it can be told.
std::string author(const json& message) {
  if (member(message, "fromMe") == true) return "me";
  const std::string name = text_member(message, "pushName");
  return name.empty() ? readable_address(first_of(message, {"senderPn", "sender"})) : name;
}

Cell status_cell(const json& object) {
  const std::string status = text_member(object, "status");
  return {status, tone_of_message(status)};
}

}  // namespace

std::string readable_address(const std::string& jid) {
  const auto at = jid.find("@s.whatsapp.net");
  return at == std::string::npos ? jid : "+" + jid.substr(0, at);
}

std::string message_line(const json& message) {
  if (!text_member(message, "deletedAt").empty()) return "[deleted]";
  std::string text = text_member(message, "text");
  for (char& c : text)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  const std::string type = text_member(message, "type");
  if (text.empty()) return "[" + type + "]";
  return type == "text" ? text : "[" + type + "] " + text;
}

std::string render_messages(const json& messages, bool colour) {
  std::vector<Row> rows;
  for (const json& message : messages) {
    rows.push_back({{unix_time(message)},
                    {readable_address(first_of(message, {"chatPn", "chat"}))},
                    {author(message)},
                    status_cell(message),
                    {text_member(message, "messageId")},
                    {shorten(printable(message_line(message)), kLineColumns)}});
  }
  return render_table({"TIME", "CHAT", "FROM", "STATUS", "ID", "MESSAGE"}, rows, colour);
}

std::string render_queue(const json& items, bool colour) {
  std::vector<Row> rows;
  for (const json& item : items) {
    rows.push_back({{readable_time(text_member(item, "queuedAt"))},
                    {readable_address(text_member(item, "to"))},
                    status_cell(item),
                    {readable_time(text_member(item, "notBefore"))},
                    {text_member(item, "messageId")},
                    {shorten(printable(message_line(item)), kLineColumns)}});
  }
  return render_table({"QUEUED", "TO", "STATUS", "NOT BEFORE", "ID", "MESSAGE"}, rows, colour);
}

std::string render_groups(const json& groups, bool colour) {
  std::vector<Row> rows;
  for (const json& group : groups) {
    rows.push_back({{text_member(group, "subject")},
                    {text_member(group, "id")},
                    {std::to_string(int_member(group, "size"))},
                    {readable_address(text_member(group, "owner"))}});
  }
  return render_table({"SUBJECT", "ID", "MEMBERS", "OWNER"}, rows, colour);
}

std::string render_group(const json& group, bool colour) {
  const auto yes_no = [&](const char* name) {
    return std::string(member(group, name) == true ? "yes" : "no");
  };
  std::string out = render_fields({{"id", {text_member(group, "id")}},
                                   {"subject", {text_member(group, "subject")}},
                                   {"description", {text_member(group, "desc")}},
                                   {"owner", {readable_address(text_member(group, "owner"))}},
                                   {"members", {std::to_string(int_member(group, "size"))}},
                                   {"only admins write", {yes_no("announce")}},
                                   {"only admins change it", {yes_no("restrict")}}},
                                  colour);
  std::vector<Row> rows;
  for (const json& person : member(group, "participants")) {
    rows.push_back({{readable_address(first_of(person, {"phone", "jid"}))},
                    {text_member(person, "lid")},
                    {text_member(person, "admin")}});
  }
  return out + "\n" + render_table({"MEMBER", "HIDDEN ADDRESS", "ADMIN"}, rows, colour);
}

}  // namespace wasphere::cli
