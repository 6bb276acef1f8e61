#include "cli/sandbox_verbs.h"

#include <nlohmann/json.hpp>

#include "cli/compose.h"
#include "cli/context.h"
#include "cli/print.h"
#include "cli/values.h"
#include "ipc/commands.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestQr = 4096;

std::string trimmed(const std::string& text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

Result<std::string> read_qr_text(Context& context, const std::optional<std::string>& given) {
  if (given && *given != "-") return *given;
  const bool piped = given || !context.console().stdin_is_terminal();
  const auto text = piped ? read_stdin(kLongestQr) : std::nullopt;
  if (text && !trimmed(*text).empty()) return trimmed(*text);
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = "There is no QR text to scan.",
                    .remedy = "Give the text inside the QR as an argument, or on standard input."});
}

Result<int> run_scan(Context& context) {
  const ipc::CommandType* command = ipc::find_method("phone.scan");
  WS_TRY(json params, typed_params(context.verb(), context.values()));
  WS_TRY(params["qr"], read_qr_text(context, first_value(context.values(), "qr")));
  WS_TRY(const json result, context.call(*command, params));
  print_result(context, *command, result);
  return 0;
}

}  // namespace

void compose_sandbox_verbs(std::vector<Verb>& verbs) {
  for (auto& verb : verbs) {
    if (verb.path.front() != "sandbox") continue;
    verb.options.push_back({.name = "control",
                            .flag = "--control",
                            .placeholder = "PATH",
                            .doc = "Control socket of the sandbox (WASPHERE_SANDBOX_CONTROL)."});
  }
  Verb& scan = verb_at(verbs, "sandbox phone scan");
  scan.run = &run_scan;
  for (auto& option : scan.options) {
    if (option.name != "qr") continue;
    option.required = false;
    option.doc += " Read from standard input when it is - or missing.";
  }
}

}  // namespace wasphere::cli
