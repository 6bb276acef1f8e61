#include "cli/help.h"

#include <catch2/catch.hpp>

#include "cli/compose.h"
#include "cli/text.h"

namespace {

using wasphere::cli::all_verbs;
using wasphere::cli::help_text;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_lines(const std::string& text) {
  std::size_t from = 0;
  while (from < text.size()) {
    const auto end = text.find('\n', from);
    REQUIRE(end != std::string::npos);
    const std::string line = text.substr(from, end - from);
    INFO(line);
    CHECK(wasphere::cli::display_width(line) <= 100);
    CHECK((line.empty() || line.back() != ' '));
    from = end + 1;
  }
}

}  // namespace

TEST_CASE("the program's help names every command and every global option") {
  const auto verbs = all_verbs();
  const auto text = help_text({}, verbs);
  check_lines(text);
  for (const auto& verb : verbs) CHECK(contains(text, "  " + wasphere::cli::verb_name(verb.path)));
  for (const char* flag : {"--socket", "--session", "--output", "--quiet", "--timeout",
                           "--no-color", "--yes", "--verbose", "--help", "--version"}) {
    CHECK(contains(text, flag));
  }
}

TEST_CASE("a group's help names its commands only") {
  const auto text = help_text({"session"}, all_verbs());
  CHECK(contains(text, "session create"));
  CHECK_FALSE(contains(text, "daemon ping"));
}

TEST_CASE("a verb's help tells arguments, options, limits and method") {
  const auto verbs = all_verbs();
  const auto text = help_text({"session", "create"}, verbs);
  CHECK(contains(text, "Usage: wasphere session create NAME [OPTION…]"));
  CHECK(contains(text, "--rate-limit-per-min N"));
  CHECK(contains(text, "1 to 64 characters"));
  CHECK(contains(text, "--qr-format FORMAT"));
  CHECK(contains(text, "RPC method: session.create"));
  for (const auto& verb : verbs) check_lines(help_text(verb.path, verbs));
}

TEST_CASE("the help of a verb with verbs below it names them") {
  CHECK(contains(help_text({"rpc"}, all_verbs()), "rpc schema"));
}
