// A database with two sessions that have credentials, and rows to put into it.
#pragma once

#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {

inline constexpr const char* kAliceLid = "100200300@lid";
inline constexpr const char* kAlicePhone = "447700900001@s.whatsapp.net";
inline constexpr const char* kBobLid = "100200400@lid";
inline constexpr const char* kBobPhone = "447700900002@s.whatsapp.net";
inline constexpr const char* kGroup = "120363000000000001@g.us";

inline wire::Jid jid(const std::string& text) {
  return wire::Jid::parse(text).value();
}

inline MessageQuery query_of(const std::string& session_id, std::size_t limit = 50) {
  MessageQuery out;
  out.session_id = session_id;
  out.limit = limit;
  return out;
}

inline SentMessage sent_of(const std::string& id, std::int64_t time = 0) {
  SentMessage out;
  out.id = id;
  out.chat = kAliceLid;
  out.message = to_bytes(as_bytes("encoded " + id));
  out.time = time;
  return out;
}

class MessagingDatabase : public TestDatabase {
 public:
  MessagingDatabase() {
    for (const char* id : {"sess_a", "sess_b"}) {
      add_session(id);
      devices.save(id, stanza::Device::generate(rng));
    }
    commit();
  }

  // An incoming one from Alice, with the text "text <id>".
  MessageRow message(const std::string& id, const std::string& chat = kAliceLid) {
    MessageRow out;
    out.session_id = "sess_a";
    out.id = id;
    out.chat = out.sender = chat;
    out.type = "text";
    out.raw_type = "conversation";
    out.text = "text " + id;
    out.content = R"({"text":")" + out.text + R"("})";
    out.time = ++time_;
    return out;
  }
  MessageRow own_message(const std::string& id, const std::string& chat = kAliceLid) {
    MessageRow out = message(id, chat);
    out.sender = "100200999@lid";
    out.from_me = true;
    out.status = MessageStatus::queued;
    out.source = "api";
    out.queued_at = out.time;
    return out;
  }
  OutboxRow queued(const std::string& id, const std::string& to = kAliceLid,
                   Lane lane = Lane::interactive) {
    OutboxRow out;
    out.session_id = "sess_a";
    out.id = id;
    out.to = to;
    out.type = "text";
    out.message = to_bytes(as_bytes("encoded " + id));
    out.lane = lane;
    out.queued_at = ++time_;
    out.text = "text " + id;
    return out;
  }
  void enqueue(const OutboxRow& row) {
    if (!outbox.enqueue(row, 1000)) throw std::runtime_error("not queued");
  }

  test::SeededRng rng;

 private:
  std::int64_t time_ = 0;
};

}  // namespace wasphere::store
