#include "cli/send_verb.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/compose.h"
#include "cli/delivery.h"
#include "cli/message_text.h"
#include "cli/the_session.h"
#include "cli/values.h"
#include "ipc/commands.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

tl::unexpected<Error> misuse(std::string message, std::string remedy) {
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = std::move(message),
                    .remedy = std::move(remedy)});
}

// Each as it was given: commas belong to the text.
std::vector<std::string> all_values(const Values& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

struct What {
  std::string_view method;
  json params = json::object();
};

Result<What> location(const Values& values, const std::string& text) {
  const auto comma = text.find(',');
  const auto latitude = number_in(text.substr(0, comma));
  const auto longitude =
      comma == std::string::npos ? std::nullopt : number_in(text.substr(comma + 1));
  if (!latitude || !longitude)
    return misuse("--location must be LATITUDE,LONGITUDE in degrees, not '" + text + "'.",
                  "For example --location 51.5007,-0.1246.");
  What out{"message.sendLocation"};
  out.params = {{"latitude", *latitude}, {"longitude", *longitude}};
  if (const auto name = first_value(values, "name")) out.params["name"] = *name;
  if (const auto address = first_value(values, "address")) out.params["address"] = *address;
  return out;
}

Result<What> poll(const Values& values, const std::string& question) {
  What out{"message.sendPoll"};
  out.params = {{"name", question}, {"options", all_values(values, "option")}};
  const auto select = first_value(values, "select");
  if (!select) return out;
  const auto count = number_in(*select);
  if (!count) return misuse("--select must be a number, not '" + *select + "'.", "");
  out.params["selectableCount"] = *count;
  return out;
}

Result<What> contacts(const std::vector<std::string>& cards) {
  What out{"message.sendContact"};
  out.params["contacts"] = json::array();
  for (const std::string& card : cards) {
    const auto equals = card.rfind('=');
    if (equals == std::string::npos)
      return misuse("--contact must be NAME=NUMBER, not '" + card + "'.",
                    "For example --contact 'Sam Smith=+447700900123'.");
    out.params["contacts"].push_back(
        {{"displayName", card.substr(0, equals)}, {"phoneNumber", card.substr(equals + 1)}});
  }
  return out;
}

Result<What> text(const std::optional<std::string>& given) {
  if (!given)
    return misuse(
        "There is nothing to send.",
        "Give a text, - to read it from standard input, --location, --contact or --poll.");
  WS_TRY(const std::string words, message_text(*given));
  What out{"message.send"};
  out.params["text"] = words;
  return out;
}

// Exactly one of text, location, contact and poll.
Result<What> what_to_send(const Values& values) {
  const auto words = first_value(values, "text");
  const auto place = first_value(values, "location");
  const auto question = first_value(values, "poll");
  const auto cards = all_values(values, "contact");
  const int kinds = int(words.has_value()) + int(place.has_value()) + int(question.has_value()) +
                    int(!cards.empty());
  if (kinds > 1)
    return misuse("A message is one of text, --location, --contact and --poll, not several.",
                  "Send them one by one.");
  if (!question && values.contains("option"))
    return misuse("--option belongs to --poll.", "Give the question with --poll.");
  if (place) return location(values, *place);
  if (question) return poll(values, *question);
  if (!cards.empty()) return contacts(cards);
  return text(words);
}

Result<int> run_send(Context& context) {
  const Values& values = context.values();
  WS_TRY(What what, what_to_send(values));
  what.params["to"] = first_value(values, "to").value_or("");
  if (const auto quoted = first_value(values, "replyTo")) what.params["quotedId"] = *quoted;
  const auto mentions = all_values(values, "mention");
  if (!mentions.empty()) what.params["mentions"] = split_lists(mentions);
  WS_CHECK(add_delivery(context, what.params));
  WS_CHECK(add_session(context, *ipc::find_method(what.method), what.params));
  return deliver(context, what.method, what.params);
}

std::vector<Option> kind_options() {
  return {{.name = "location",
           .flag = "--location",
           .placeholder = "LAT,LON",
           .doc = "Send a place instead of a text, in degrees."},
          {.name = "name", .flag = "--name", .placeholder = "NAME", .doc = "Name of the place."},
          {.name = "address",
           .flag = "--address",
           .placeholder = "TEXT",
           .doc = "Address of the place."},
          {.name = "contact",
           .flag = "--contact",
           .kind = ValueKind::list,
           .placeholder = "NAME=NUMBER",
           .doc = "Send a contact card instead of a text; may be repeated."},
          {.name = "poll",
           .flag = "--poll",
           .placeholder = "QUESTION",
           .doc = "Send a poll instead of a text."},
          {.name = "option",
           .flag = "--option",
           .kind = ValueKind::list,
           .placeholder = "ANSWER",
           .doc = "An answer of the poll; give 2 to 12."},
          {.name = "select",
           .flag = "--select",
           .kind = ValueKind::integer,
           .placeholder = "N",
           .doc = "How many answers one may choose; 0 for any number (default 1)."}};
}

std::vector<Option> send_options() {
  std::vector<Option> out{
      {.name = "to",
       .required = true,
       .placeholder = "TO",
       .doc = "Number with country code, or JID of a person or group."},
      {.name = "text", .placeholder = "TEXT", .doc = "The text; - reads it from standard input."}};
  for (auto& option : delivery_options()) out.push_back(std::move(option));
  out.push_back({.name = "replyTo",
                 .flag = "--reply-to",
                 .placeholder = "ID",
                 .doc = "Id of the message this one answers."});
  out.push_back({.name = "mention",
                 .flag = "--mention",
                 .kind = ValueKind::list,
                 .placeholder = "NUMBER",
                 .doc = "Somebody to notify; the text names him as @NUMBER. May be repeated."});
  for (auto& option : kind_options()) out.push_back(std::move(option));
  return out;
}

}  // namespace

void compose_send_verbs(std::vector<Verb>& verbs) {
  Verb& send = verb_at(verbs, "send");
  send.summary = "Send a text, a place, a contact card or a poll.";
  send.options = send_options();
  send.run = &run_send;
  send.details =
      "The message is durable when its id is printed; it leaves when its turn comes. -s names the "
      "session where there are several. With --wait, the exit code tells how it went: 7 means that "
      "WhatsApp refused it, 8 that it was not sent in its time, 9 that it is still on its way.";
  Verb same = send;
  same.path = {"message", "send"};
  verbs.push_back(std::move(same));
}

}  // namespace wasphere::cli
