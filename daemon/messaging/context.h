// Context: what the parts of an Account share, and what its store jobs are given.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "core/signal/keys.h"
#include "core/stanza/message.h"
#include "daemon/messaging/account.h"
#include "daemon/messaging/line.h"
#include "daemon/messaging/message_watch.h"
#include "daemon/runtime/task_group.h"

namespace wasphere::messaging {

// How long WhatsApp may take to answer an ordinary request.
inline constexpr runtime::Duration kIqTimeout{30'000};

// Everything that a store job may touch besides its transaction, by value: jobs run on another
// thread.
struct JobContext {
  store::SessionRow session;  // as it was when the job was made
  stanza::OwnAddresses own;
  signal::LocalIdentity identity;
  Bytes signed_identity;  // our ADVSignedDeviceIdentity
  std::int64_t now_ms = 0;
  Rng& rng;
  events::Encoder& encoder;

  const std::string& id() const { return session.id; }
  std::uint64_t now_s() const { return static_cast<std::uint64_t>(now_ms / 1000); }
  // Appends the event to the log, in the transaction of what it tells of.
  void append(store::Tx& tx, const events::Event& event) const;
};

// The server's error code in an answer; 0 if it is none.
int error_code(const wire::Node& answer);

// Main thread only. Lives as long as the Account.
class Context {
 public:
  Context(boost::asio::any_io_executor executor, Services services, Options options,
          const AccountView& view);

  const boost::asio::any_io_executor& executor() const { return executor_; }
  const Services& services() const { return services_; }
  const Options& options() const { return options_; }
  const store::SessionRow& row() const { return view_.row(); }
  const std::string& id() const { return row().id; }
  const stanza::Device* device() const { return view_.device(); }
  std::int64_t now_ms() const { return runtime::unix_millis(services_.clock); }

  // --- the line; null while there is none
  const std::shared_ptr<Line>& line() const { return line_; }
  void set_line(std::shared_ptr<Line> line) { line_ = std::move(line); }
  bool connected() const { return line_ && !line_->ended(); }
  Status require_line() const;  // session_not_connected if there is none
  std::string next_id() const;  // precondition: line()
  // session_not_connected without a line; whatsapp_error with the server's code.
  runtime::Task<Result<wire::Node>> ask(wire::Node request);
  // The same, but an error of the server is an answer too.
  runtime::Task<Result<wire::Node>> ask_plainly(wire::Node request);

  // no_credentials if the session is not linked or its credentials are not loaded.
  Result<JobContext> job() const;
  // Without keys: for jobs that encrypt nothing.
  JobContext keyless_job() const;
  stanza::OwnAddresses own() const;  // empty ones if not linked
  template <class F>
  auto run(F job, store::Haste haste = store::Haste::now) {
    return services_.store.run(std::move(job), haste);
  }

  runtime::TaskGroup tasks;  // joined by stop()
  MessageWatch watch;        // tell it of every status that was committed

 private:
  boost::asio::any_io_executor executor_;
  Services services_;
  Options options_;
  const AccountView& view_;
  std::shared_ptr<Line> line_;
};

}  // namespace wasphere::messaging
