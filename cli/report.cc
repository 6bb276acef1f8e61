#include "cli/report.h"

#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/text.h"
#include "ipc/error_json.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

std::string remedy_of(const Error& error, const std::string& session) {
  std::string out =
      error.remedy.empty() ? std::string(error_info(error.code).remedy) : error.remedy;
  constexpr std::string_view kPlaceholder = " NAME'";
  const auto at = out.find(kPlaceholder);
  if (at != std::string::npos && !session.empty()) out.replace(at + 1, 4, session);
  return out;
}

// Whoever wrote the message: a capital first and a full stop last.
std::string as_sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 32);
  if (std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
  return text;
}

}  // namespace

void report(Console& console, const Error& error, const std::string& session,
            const std::string& request, bool as_json) {
  Error told = error;
  if (told.message.empty()) told.message = error_info(error.code).title;
  told.remedy = remedy_of(error, session);
  if (as_json) {
    console.complain(ipc::dump_json(ipc::error_to_json(told, request)));
    return;
  }
  const bool colour = console.stderr_colour();
  console.complain(painted("wasphere:", Tone::bad, colour) + " " +
                   printable(as_sentence(told.message)));
  for (const auto& field : told.fields) {
    console.complain("  " + printable(field.pointer) + " " + printable(field.message));
  }
  if (told.retry_after_ms > 0) {
    console.complain("  try again in " + std::to_string((told.retry_after_ms + 999) / 1000) + " s");
  }
  if (!told.remedy.empty())
    console.complain(painted("hint:", Tone::dim, colour) + " " + printable(told.remedy));
}

}  // namespace wasphere::cli
