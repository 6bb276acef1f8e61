#include "cli/args.h"

#include <catch2/catch.hpp>

#include "cli/compose.h"

namespace {

using wasphere::Result;
using wasphere::cli::all_verbs;
using wasphere::cli::check_required;
using wasphere::cli::ParsedArgs;
using wasphere::cli::Values;
using wasphere::cli::Verb;
using wasphere::cli::verb_name;
using List = std::vector<std::string>;

const std::vector<Verb>& verbs() {
  static const auto all = all_verbs();
  return all;
}

ParsedArgs parsed(const List& argv) {
  auto out = wasphere::cli::parse_args(argv, verbs());
  INFO((out ? "" : out.error().message));
  REQUIRE(out);
  return *out;
}

wasphere::Error refused(const List& argv) {
  const auto out = wasphere::cli::parse_args(argv, verbs());
  REQUIRE_FALSE(out);
  CHECK(out.error().code == wasphere::ErrorCode::validation_failed);
  return out.error();
}

std::string name_of(const ParsedArgs& args) {
  return args.verb == nullptr ? "" : verb_name(args.verb->path);
}

}  // namespace

TEST_CASE("verbs are found by their words, with options anywhere") {
  const auto args = parsed({"--socket", "/s", "session", "-o", "json", "create", "support",
                            "--no-link", "--msg-delay-min-ms=500", "--timeout=2s"});
  CHECK(name_of(args) == "session create");
  CHECK(args.values ==
        Values{{"name", {"support"}}, {"no-link", {"true"}}, {"msgDelayMinMs", {"500"}}});
  CHECK(args.globals == Values{{"socket", {"/s"}}, {"output", {"json"}}, {"timeout", {"2s"}}});
}

TEST_CASE("a value may look like a verb or an option's name") {
  CHECK(parsed({"session", "show", "list"}).values == Values{{"session", {"list"}}});
  CHECK(parsed({"link", "status"}).values == Values{{"session", {"status"}}});
  CHECK(parsed({"session", "show", "--", "--json"}).values == Values{{"session", {"--json"}}});
  CHECK(parsed({"rpc", "session.list"}).values == Values{{"method", {"session.list"}}});
  CHECK(name_of(parsed({"rpc", "list"})) == "rpc list");
}

TEST_CASE("a lone dash is a value") {
  const auto args = parsed({"sandbox", "phone", "scan", "+447700900124", "-"});
  CHECK(args.values == Values{{"phone", {"+447700900124"}}, {"qr", {"-"}}});
}

TEST_CASE("switches can be turned off and spelled out") {
  CHECK(parsed({"session", "delete", "x", "--no-unlink"}).values.at("unlink") == List{"false"});
  CHECK(parsed({"session", "delete", "x", "--unlink"}).values.at("unlink") == List{"true"});
  CHECK(parsed({"session", "delete", "x", "--unlink=false"}).values.at("unlink") == List{"false"});
  CHECK(refused({"session", "delete", "x", "--unlink=maybe"}).message.find("--unlink") == 0);
  CHECK(refused({"session", "delete", "x", "--no-unlink=true"}).message.find("--unlink") == 0);
}

TEST_CASE("lists gather, other options take the last value") {
  const auto args = parsed(
      {"events", "tail", "--type", "a,b", "-t", "c", "--count", "1", "-n2", "-s", "x", "-s", "y"});
  CHECK(args.values.at("type") == List{"a,b", "c"});
  CHECK(args.values.at("count") == List{"2"});
  CHECK(args.globals.at("session") == List{"x", "y"});
}

TEST_CASE("the last positional can take all that is left") {
  CHECK(parsed({"session", "set", "support", "a=1", "b=2"}).values.at("assignments") ==
        List{"a=1", "b=2"});
  CHECK(parsed({"status", "a", "b"}).values.at("names") == List{"a", "b"});
  CHECK(refused({"session", "show", "a", "b"}).message.find("'b'") != std::string::npos);
}

TEST_CASE("the flag --json is -o json, -h and --version are seen anywhere") {
  CHECK(parsed({"session", "list", "--json"}).globals.at("output") == List{"json"});
  CHECK(parsed({"session", "-h"}).help);
  CHECK(parsed({"session", "create", "--help"}).help);
  CHECK(parsed({"--version"}).version);
  CHECK(parsed({}).verb == nullptr);
  CHECK(parsed({"session"}).verb == nullptr);
}

TEST_CASE("an unknown verb is refused with the nearest one") {
  CHECK(refused({"sesion", "list"}).remedy == "Did you mean 'wasphere session'?");
  CHECK(refused({"session", "lst"}).remedy == "Did you mean 'wasphere session list'?");
  CHECK(refused({"session", "disc"}).remedy == "Did you mean 'wasphere session disconnect'?");
  CHECK(refused({"qwertz"}).remedy == "See 'wasphere --help'.");
  CHECK(refused({"session", "qwertz"}).remedy == "See 'wasphere session --help'.");
}

TEST_CASE("an unknown option is refused with the nearest one") {
  CHECK(refused({"session", "create", "x", "--descripton", "y"}).remedy ==
        "Did you mean --description?");
  CHECK(refused({"session", "list", "--sockett=/x"}).remedy == "Did you mean --socket?");
  CHECK(refused({"session", "list", "--zzzzzz"}).remedy == "See 'wasphere session list --help'.");
  CHECK(refused({"session", "list", "-z"}).message == "'session list' has no option -z.");
  CHECK(refused({"session", "list", "-qq"}).message == "'session list' has no option -qq.");
  CHECK(refused({"session", "list", "--status"}).message == "--status needs a value.");
}

TEST_CASE("a required value that is missing is named") {
  const auto args = parsed({"session", "create"});
  const auto missing = check_required(*args.verb, args.values);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message == "'session create' needs NAME.");
  CHECK(check_required(*args.verb, {{"name", {"x"}}}));
}
