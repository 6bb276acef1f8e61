// Account: the messaging of one session. It lives as long as the session and works through a line
// while there is one: the queue, sending, receiving, receipts and retries. Main thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/message.h"
#include "daemon/events/event.h"
#include "daemon/messaging/line.h"
#include "daemon/store/message_records.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

struct Services {
  store::Store& store;
  runtime::Clock& clock;
  Rng& rng;                  // also used in store jobs
  events::Encoder& encoder;  // also used in store jobs
};

struct Options {
  std::int64_t queue_max = 1000;          // a session
  runtime::Duration ack_timeout{30'000};  // then the same id is sent again
  int max_attempts = 5;
  std::size_t window = 32;  // in flight at once while nothing is paced
  std::int64_t default_expiry_s = 86'400;
};

struct NewMessage {
  std::string to;  // as the caller wrote it: a number, or a JID
  model::Outgoing content;
  std::string type;               // text, location, contact, poll, reaction, edit, revoke
  std::string text;               // for typing simulation, listings and search
  std::string quoted_id;          // message_not_found unless it is stored
  std::int64_t not_before = 0;    // Unix ms; 0: now
  std::int64_t expires_in_s = 0;  // 0: the default
  bool require_connected = false;
  store::Lane lane = store::Lane::interactive;
  std::string job_id;
  // Idempotency: all empty or all given.
  std::string owner, idempotency_key, body_hash;
};

struct Accepted {
  store::MessageRow message;
  std::int64_t position = 0;  // in the queue, from 1
  std::optional<std::int64_t> estimated_send_at;
  bool replayed = false;  // the idempotency key was used before with the same body
};

class Account {
 public:
  Account(boost::asio::any_io_executor executor, Services services, Options options,
          const AccountView& view);
  ~Account();  // after stop()

  // --- life, from the session
  void start();                             // what is queued expires without a line, too
  void hear(std::shared_ptr<Line> line);    // logged in: stanzas come from there from now on
  void attach(std::shared_ptr<Line> line);  // logged in and active
  runtime::Task<> detach();                 // the line has ended; waits for what is in flight
  runtime::Task<> stop();
  void settings_changed();  // delays, typing, rate, or whether the queue is held

  // --- stanzas, in order of arrival. A storage error means: not acknowledged, end the connection.
  runtime::Task<Status> on_messages(std::vector<wire::Node> stanzas);  // one transaction
  // The same, but unless somebody waits for them it returns at once and stores them soon; if that
  // fails, it ends the line itself.
  runtime::Task<Status> on_receipts(std::vector<wire::Node> receipts);
  void on_ack(const wire::Node& ack);
  // True if it was one of ours and is acknowledged or must not be; the caller acks the others.
  runtime::Task<Result<bool>> on_notification(wire::Node notification);
  void on_offline_end();

  // --- the queue
  // Durable when it returns. invalid_recipient, not_found (quoted), queue_full,
  // session_not_connected (require_connected), session_banned, no_credentials,
  // idempotency_mismatch, idempotency_in_flight.
  runtime::Task<Result<Accepted>> enqueue(NewMessage message);
  // The same, then waits until the server has it, it has ended, or the deadline is there.
  runtime::Task<Result<Accepted>> send(NewMessage message, runtime::SteadyTime deadline);
  runtime::Task<Result<store::MessageRow>> cancel(std::string id);  // conflict unless still queued
  // Until the message has got at least that far, has ended, or the deadline is there: the row then.
  runtime::Task<Result<store::MessageRow>> wait(std::string id, store::MessageStatus goal,
                                                runtime::SteadyTime deadline);

  // --- at once, not queued; session_not_connected without a line
  runtime::Task<Status> mark_read(std::string chat, std::vector<std::string> ids);
  runtime::Task<Status> set_chat_state(std::string to, std::string state);  // composing, …
  // One usync query. In the order of the numbers.
  struct Checked {
    std::string number;
    std::optional<wire::Jid> jid, lid;
  };
  runtime::Task<Result<std::vector<Checked>>> check_numbers(std::vector<std::string> numbers);
  runtime::Task<Result<std::vector<stanza::GroupInfo>>> groups();
  runtime::Task<Result<stanza::GroupInfo>> group(std::string jid);
  runtime::Task<Result<stanza::GroupInfo>> create_group(std::string subject,
                                                        std::vector<std::string> members);
  runtime::Task<Status> change_members(std::string group, std::string action,
                                       std::vector<std::string> members);
  runtime::Task<Status> leave_group(std::string group);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasphere::messaging
