#include "cli/webhook_verbs.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/clock.h"
#include "cli/context.h"
#include "ipc/json.h"
#include "ipc/webhook_wire.h"

namespace wasphere::cli {
namespace {

constexpr std::size_t kLargestInput = std::size_t{16} << 20;
using Headers = std::map<std::string, std::string>;

tl::unexpected<Error> unreadable(const std::string& path) {
  return fail(Error{.code = ErrorCode::io_error,
                    .message = path + " cannot be read, or is larger than 16 MiB.",
                    .remedy = "Check the name and its rights."});
}

// "-" is standard input.
Result<std::string> read_input(const std::string& path) {
  if (path == "-") {
    auto text = read_stdin(kLargestInput);
    if (!text) return unreadable("standard input");
    return *std::move(text);
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad() || text.size() > kLargestInput) return unreadable(path);
  return text;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// Lines as they came over the wire; what is no header (the request line) is skipped.
Headers parse_headers(std::string_view text) {
  Headers out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const auto colon = line.find(':');
    if (colon != line.npos && line.find(' ') > colon)
      out[lower(trimmed(line.substr(0, colon)))] = trimmed(line.substr(colon + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<std::int64_t> tolerance(const Values& values) {
  if (flag_set(values, "any-age")) return std::int64_t{1} << 60;
  WS_TRY(const Milliseconds given, parse_duration(first_value(values, "tolerance").value_or("5m")));
  return given.count() / 1000;
}

std::string given(const Context& context, const char* name) {
  return first_value(context.values(), name).value_or("-");
}

Result<int> run_verify(Context& context) {
  WS_TRY(std::string secret, read_input(given(context, "secret-file")));
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  WS_TRY(const std::string lines, read_input(given(context, "headers")));
  ipc::ReceivedWebhook received;
  WS_TRY(received.body, read_input(given(context, "body")));
  const Headers headers = parse_headers(lines);
  received.header = [&headers](std::string_view name) -> std::optional<std::string> {
    const auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
  };
  WS_TRY(const std::int64_t allowed, tolerance(context.values()));
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(wall_time().time_since_epoch()).count();
  WS_TRY(const auto schemes, ipc::verify_webhook(received, secret, now, allowed));
  if (context.settings().output == OutputFormat::table) {
    for (const auto& scheme : schemes) context.console().out(scheme + " is valid\n");
  } else {
    context.console().out(ipc::dump_json(nlohmann::json{{"valid", schemes}}) + "\n");
  }
  return 0;
}

Option file_option(std::string name, std::string doc, bool required) {
  return {.name = name,
          .flag = "--" + name,
          .required = required,
          .placeholder = "FILE",
          .doc = std::move(doc)};
}

Verb verify_verb() {
  return {
      .path = {"webhook", "verify"},
      .summary = "Check the signatures of a delivery that was received; needs no daemon.",
      .method = "",
      .options = {file_option("secret-file",
                              "The secret, as it was shown when the webhook was made.", true),
                  file_option("headers", "The headers of the request, one 'Name: value' a line.",
                              true),
                  file_option("body",
                              "The body, byte for byte; standard input when it is - or missing.",
                              false),
                  {.name = "tolerance",
                   .flag = "--tolerance",
                   .kind = ValueKind::duration,
                   .placeholder = "DURATION",
                   .doc = "How far its time may be off; 5m if missing."},
                  {.name = "any-age",
                   .flag = "--any-age",
                   .kind = ValueKind::boolean,
                   .doc = "Do not look at its time: for deliveries that were kept."}},
      .run = &run_verify,
      .details =
          "Ends with 0 if every signature among the headers is valid and one is there. "
          "X-WaSphere-Signature is v1,sha256= and the hexadecimal HMAC-SHA256 of "
          "X-WaSphere-Timestamp, a point and the body; webhook-signature is that of "
          "Standard Webhooks."};
}

}  // namespace

void compose_webhook_verbs(std::vector<Verb>& verbs) {
  const auto last = std::find_if(verbs.rbegin(), verbs.rend(),
                                 [](const Verb& verb) { return verb.path.front() == "webhook"; });
  verbs.insert(last.base(), verify_verb());
}

}  // namespace wasphere::cli
