#include "daemon/api/event_json.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "ipc/commands.h"
#include "ipc/json.h"
#include "tests/support/seeded_rng.h"

using namespace wasphere;
using nlohmann::json;

namespace {

constexpr std::int64_t kNow = 1779704400000;

store::SessionRow row() {
  store::SessionRow out;
  out.id = "sess_1";
  out.name = "support";
  out.status = store::Status::banned;
  out.status_detail = "temporary";
  out.phone_number = "+447700900124";
  out.jid = "447700900124:1@s.whatsapp.net";
  out.ban = store::BanRecord{"temporary", 101, kNow + 1000, ""};
  return out;
}

json payload_of(const events::Event& event) {
  test::SeededRng rng(1);
  api::JsonEncoder encoder(rng);
  auto parsed = ipc::parse_json(encoder.encode(event, row(), kNow).payload);
  REQUIRE(parsed);
  return *parsed;
}

events::MessageProgress progress(store::MessageStatus status) {
  events::MessageProgress out;
  out.status = status;
  return out;
}

events::MessageEnded ended(store::MessageStatus status) {
  events::MessageEnded out;
  out.message.status = status;
  return out;
}

}  // namespace

TEST_CASE("every domain event has a public name that can be subscribed to") {
  const std::vector<events::Event> all{events::SessionCreated{},
                                       events::SessionDeleted{},
                                       events::SessionConfigUpdated{},
                                       events::SessionStatus{},
                                       events::SessionQr{"2@x", kNow},
                                       events::SessionCode{"ABCD-EFGH", kNow},
                                       events::SessionConnected{},
                                       events::SessionReconnecting{},
                                       events::SessionDisconnected{},
                                       events::SessionLoggedOut{},
                                       events::SessionBanned{},
                                       events::SessionFailed{},
                                       events::MessageReceived{},
                                       events::MessageSent{},
                                       progress(store::MessageStatus::delivered),
                                       progress(store::MessageStatus::read),
                                       progress(store::MessageStatus::played),
                                       ended(store::MessageStatus::failed),
                                       ended(store::MessageStatus::expired),
                                       ended(store::MessageStatus::cancelled),
                                       events::MessageEdited{},
                                       events::MessageDeleted{},
                                       events::MessageReaction{},
                                       events::MessageUndecryptable{},
                                       events::PollVoted{},
                                       events::GroupUpdated{},
                                       events::GroupParticipants{},
                                       events::IdentityChanged{},
                                       events::WebhookDisabled{}};
  std::set<std::string> names;
  for (const events::Event& event : all) {
    const std::string name = payload_of(event)["event"];
    CHECK(std::find(ipc::kEventNames.begin(), ipc::kEventNames.end(), name) !=
          ipc::kEventNames.end());
    names.insert(name);
  }
  CHECK(names.size() == ipc::kEventNames.size());
}

TEST_CASE("the envelope names event, session and time") {
  const json payload = payload_of(events::SessionConnected{true});
  CHECK(payload["event"] == "session.connected");
  CHECK(payload["sessionId"] == "sess_1");
  CHECK(payload["sessionName"] == "support");
  CHECK(payload["timestamp"] == "2026-05-25T10:20:00.000Z");
  CHECK(payload["eventId"].get<std::string>().rfind("evt_", 0) == 0);
  CHECK(payload["data"]["phoneNumber"] == "+447700900124");
  CHECK(payload["data"]["isNewLink"] == true);
  CHECK(payload["data"]["lid"].is_null());
}

TEST_CASE("a ban tells kind, code and end") {
  const json data = payload_of(events::SessionBanned{})["data"];
  CHECK(data["kind"] == "temporary");
  CHECK(data["code"] == 101);
  CHECK(data["expiresAt"] == "2026-05-25T10:20:01.000Z");
}

TEST_CASE("a QR event expires with its QR") {
  test::SeededRng rng(1);
  api::JsonEncoder encoder(rng);
  CHECK(encoder.encode(events::SessionQr{"2@x", kNow + 60000}, row(), kNow).expires_at ==
        kNow + 60000);
  CHECK(encoder.encode(events::SessionCreated{}, row(), kNow).expires_at == 0);
}

TEST_CASE("a notification is the payload with its place in front") {
  store::EventRow event;
  event.seq = 42;
  event.payload = R"({"event":"session.created"})";
  auto params = ipc::parse_json(api::notification_params(event, "sub_1"));
  REQUIRE(params);
  CHECK(*params == json{{"subscription", "sub_1"}, {"seq", 42}, {"event", "session.created"}});
}
