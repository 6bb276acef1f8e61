// What every front-end calls: one handle() for each operation of ipc::Commands. Main thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/events/feed.h"
#include "daemon/rpc/rpc_server.h"
#include "daemon/session/session_manager.h"
#include "ipc/commands.h"

namespace wasphere::api {

// What daemon.info tells and nothing of which changes while the daemon runs.
struct DaemonFacts {
  std::string version;
  bool sandbox = false;  // the network is not WhatsApp's own
  std::string noise_root;
  std::string state_dir;
  std::int64_t started_at = 0;  // Unix milliseconds
  std::string sandbox_control;  // of an embedded sandbox; empty: none
};

struct ApiServices {
  session::SessionManager& sessions;
  events::EventFeed& feed;
  runtime::Clock& clock;
  Rng& rng;
  // Moves the daemon's clock; only used on a sandbox network.
  std::function<void(runtime::Duration)> advance_clock;
};

class Api {
 public:
  Api(ApiServices services, DaemonFacts facts);

  template <class Response>
  using Answer = runtime::Task<Result<Response>>;
  using Call = rpc::Call;

  Answer<ipc::SessionView> handle(Call call, ipc::SessionCreate request);
  Answer<ipc::SessionPage> handle(Call call, ipc::SessionList request);
  Answer<ipc::SessionView> handle(Call call, ipc::SessionGet request);
  Answer<ipc::SessionView> handle(Call call, ipc::SessionUpdate request);
  Answer<ipc::Deleted> handle(Call call, ipc::SessionDelete request);
  Answer<ipc::QrView> handle(Call call, ipc::SessionQr request);
  Answer<ipc::PairCode> handle(Call call, ipc::SessionPair request);
  Answer<ipc::SessionView> handle(Call call, ipc::SessionReconnect request);
  Answer<ipc::SessionView> handle(Call call, ipc::SessionDisconnect request);
  Answer<ipc::SessionView> handle(Call call, ipc::SessionLogout request);
  Answer<ipc::Subscription> handle(Call call, ipc::EventSubscribe request);
  Answer<ipc::Unsubscribed> handle(Call call, ipc::EventUnsubscribe request);
  Answer<ipc::DaemonInfo> handle(Call call, ipc::DaemonInfoGet request);
  Answer<ipc::Pong> handle(Call call, ipc::DaemonPing request);
  Answer<ipc::ClockView> handle(Call call, ipc::DebugAdvanceClock request);

  // Ends the subscriptions of a connection that has closed.
  void connection_closed(const runtime::LineConnection& connection);

 private:
  struct LiveSubscription {
    const runtime::LineConnection* connection;
    std::shared_ptr<events::Subscription> reader;
  };

  std::int64_t now_ms() const { return runtime::unix_millis(services_.clock); }
  Result<events::Filter> filter_for(const ipc::EventSubscribe& request) const;
  void resume_readers(const runtime::LineConnection& connection);

  ApiServices services_;
  DaemonFacts facts_;
  std::map<std::string, LiveSubscription> subscriptions_;
};

}  // namespace wasphere::api
