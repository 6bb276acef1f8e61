#include "cli/session_view.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using wasphere::Error;
using wasphere::error_info;
using wasphere::cli::ban_of_session;
using wasphere::cli::end_of_session;
using wasphere::cli::needs_person;
using wasphere::cli::render_session;
using wasphere::cli::render_sessions;

int exit_code(const Error& error) {
  return error_info(error.code).exit_code;
}

}  // namespace

TEST_CASE("the end of a session maps to an exit code, a cause and a remedy with its name") {
  const auto [detail, code] = GENERATE(table<std::string, int>({{"qr_expired", 6},
                                                                {"never_linked", 6},
                                                                {"logged_out", 6},
                                                                {"replaced", 6},
                                                                {"user", 6},
                                                                {"retries_exhausted", 6},
                                                                {"client_outdated", 6},
                                                                {"client_rejected", 6},
                                                                {"connect_failed", 8},
                                                                {"certificate_rejected", 7},
                                                                {"store_error", 13}}));
  const Error error = end_of_session("support", detail, "");
  INFO(detail);
  CHECK(exit_code(error) == code);
  CHECK(error.message.find("'support' is not connected: ") == 0);
  CHECK(error.message.back() == '.');
  CHECK(error.remedy.find("NAME") == std::string::npos);
  CHECK_FALSE(error.remedy.empty());
}

TEST_CASE("an expired QR names the command for a fresh one") {
  CHECK(end_of_session("support", "qr_expired", "").remedy.find("wasphere session qr support") !=
        std::string::npos);
}

TEST_CASE("a cause this version does not know is told as it came") {
  const Error error = end_of_session("support", "moon_phase", "The moon is full");
  CHECK(exit_code(error) == 6);
  CHECK(error.message.find("The moon is full") != std::string::npos);
}

TEST_CASE("bans tell their kind and end") {
  const Error temporary =
      ban_of_session("a", "temporary", "2026-05-25T08:00:00.000Z", "Too many groups.");
  CHECK(exit_code(temporary) == 6);
  CHECK(temporary.message.find("banned (temporary) until 2026-05-25") != std::string::npos);
  CHECK(temporary.remedy.find("session reconnect a") != std::string::npos);
  CHECK(ban_of_session("a", "locked", "", "").message == "The account of 'a' is locked.");
}

TEST_CASE("which states wait for a person") {
  CHECK(needs_person("banned", "temporary"));
  CHECK(needs_person("disconnected", "qr_expired"));
  CHECK(needs_person("disconnected", "logged_out"));
  CHECK(needs_person("connecting", "awaiting_qr"));
  CHECK(needs_person("connecting", "passkey_required"));
  CHECK_FALSE(needs_person("disconnected", "user"));
  CHECK_FALSE(needs_person("connected", "online"));
  CHECK_FALSE(needs_person("reconnecting", "backoff"));
  CHECK_FALSE(needs_person("connecting", "syncing"));
}

TEST_CASE("sessions of any shape can be shown") {
  const json sessions{{{"name", "support"}, {"status", "connected"}, {"statusDetail", "online"}},
                      {{"name", 12}, {"status", nullptr}},
                      "no object"};
  CHECK(render_sessions(sessions, false) ==
        "NAME     STATUS     DETAIL  PHONE  LAST SEEN  DESCRIPTION\n"
        "support  connected  online  -      -          -\n"
        "-        -          -       -      -          -\n"
        "-        -          -       -      -          -\n");
}

TEST_CASE("ban and ladder are shown while there are any") {
  json session{{"name", "support"},
               {"status", "reconnecting"},
               {"statusDetail", "backoff"},
               {"reconnect", {{"attempt", 2}, {"maxAttempts", 5}, {"nextAttemptAt", nullptr}}},
               {"ban", nullptr}};
  CHECK(render_session(session, false).find("attempt 2 of 5") != std::string::npos);
  session["reconnect"]["attempt"] = 0;
  session["ban"] = {{"kind", "temporary"}, {"message", "Slow down."}, {"expiresAt", nullptr}};
  const auto text = render_session(session, false);
  CHECK(text.find("attempt") == std::string::npos);
  CHECK(text.find("temporary Slow down.") != std::string::npos);
}
