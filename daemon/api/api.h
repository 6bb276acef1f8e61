// What every front-end calls: one handle() for each operation of ipc::Commands. Main thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/api/audit_log.h"
#include "daemon/api/authorize.h"
#include "daemon/api/key_book.h"
#include "daemon/api/metrics.h"
#include "daemon/events/feed.h"
#include "daemon/rpc/rpc_server.h"
#include "daemon/session/session_manager.h"
#include "daemon/webhook/webhooks.h"
#include "ipc/commands.h"

namespace wasphere::api {

struct Draft;

// What daemon.info tells and nothing of which changes while the daemon runs.
struct DaemonFacts {
  std::string version;
  bool sandbox = false;  // the network is not WhatsApp's own
  std::string noise_root;
  std::string state_dir;
  std::int64_t started_at = 0;  // Unix milliseconds
  std::string sandbox_control;  // of an embedded sandbox; empty: none
  std::string public_url;       // where others reach the REST listener; empty: not told
  std::int64_t audit_days = 0;
  std::int64_t event_days = 0;
  std::int64_t rate_per_key = 0;
  std::int64_t rate_per_address = 0;
  std::int64_t max_sessions = 0;
};

struct ApiServices {
  session::SessionManager& sessions;
  events::EventFeed& feed;
  KeyBook& keys;
  AuditLog& audit;
  store::Store& store;
  webhook::Webhooks& webhooks;
  runtime::Clock& clock;
  Rng& rng;
  // Moves the daemon's clock; only used on a sandbox network.
  std::function<void(runtime::Duration)> advance_clock;
  std::vector<Collector> collectors{};  // of figures that others know
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
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageSend request);
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageSendLocation request);
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageSendContact request);
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageSendPoll request);
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageReact request);
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageEdit request);
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageDelete request);
  Answer<ipc::SendAnswer> handle(Call call, ipc::MessageSendOther request);
  Answer<ipc::MessageView> handle(Call call, ipc::MessageGet request);
  Answer<ipc::MessageState> handle(Call call, ipc::MessageStatusGet request);
  Answer<ipc::WaitAnswer> handle(Call call, ipc::MessageWait request);
  Answer<ipc::MessageState> handle(Call call, ipc::MessageCancel request);
  Answer<ipc::MessageTraceView> handle(Call call, ipc::MessageTrace request);
  Answer<ipc::ReadAnswer> handle(Call call, ipc::MessageRead request);
  Answer<ipc::MessagePage> handle(Call call, ipc::MessageList request);
  Answer<ipc::MessagePage> handle(Call call, ipc::MessageSearch request);
  Answer<ipc::QueuePage> handle(Call call, ipc::QueueList request);
  Answer<ipc::QueueStates> handle(Call call, ipc::QueueStats request);
  Answer<ipc::QueueState> handle(Call call, ipc::QueueHold request);
  Answer<ipc::QueueState> handle(Call call, ipc::QueueRelease request);
  Answer<ipc::QueueCancelled> handle(Call call, ipc::QueueCancel request);
  Answer<ipc::ChatAnswer> handle(Call call, ipc::ChatTyping request);
  Answer<ipc::ChatAnswer> handle(Call call, ipc::ChatPresence request);
  Answer<ipc::GroupPage> handle(Call call, ipc::GroupList request);
  Answer<ipc::GroupView> handle(Call call, ipc::GroupGet request);
  Answer<ipc::GroupView> handle(Call call, ipc::GroupCreate request);
  Answer<ipc::GroupView> handle(Call call, ipc::GroupAdd request);
  Answer<ipc::GroupView> handle(Call call, ipc::GroupRemove request);
  Answer<ipc::GroupView> handle(Call call, ipc::GroupPromote request);
  Answer<ipc::GroupView> handle(Call call, ipc::GroupDemote request);
  Answer<ipc::GroupLeft> handle(Call call, ipc::GroupLeave request);
  Answer<ipc::CheckedNumbers> handle(Call call, ipc::ContactCheck request);
  Answer<ipc::CheckedNumber> handle(Call call, ipc::ContactCheckOne request);
  Answer<ipc::Subscription> handle(Call call, ipc::EventSubscribe request);
  Answer<ipc::Unsubscribed> handle(Call call, ipc::EventUnsubscribe request);
  Answer<ipc::KeyPage> handle(Call call, ipc::KeyList request);
  Answer<ipc::NewKeyView> handle(Call call, ipc::KeyCreate request);
  Answer<ipc::KeyView> handle(Call call, ipc::KeyUpdate request);
  Answer<ipc::NewKeyView> handle(Call call, ipc::KeyRotate request);
  Answer<ipc::KeyDeleted> handle(Call call, ipc::KeyDelete request);
  Answer<ipc::AuditPageView> handle(Call call, ipc::AuditList request);
  Answer<ipc::Alive> handle(Call call, ipc::HealthLive request);
  Answer<ipc::Readiness> handle(Call call, ipc::HealthReady request);
  Answer<ipc::HealthView> handle(Call call, ipc::HealthGet request);
  Answer<ipc::MetricsText> handle(Call call, ipc::DaemonMetrics request);
  Answer<ipc::StatsView> handle(Call call, ipc::StatsGet request);
  Answer<ipc::WorkspaceView> handle(Call call, ipc::WorkspaceGet request);
  Answer<ipc::WorkspaceView> handle(Call call, ipc::WorkspaceUpdate request);
  Answer<ipc::WebhookWithSecret> handle(Call call, ipc::WebhookCreate request);
  Answer<ipc::WebhookPage> handle(Call call, ipc::WebhookList request);
  Answer<ipc::WebhookDetail> handle(Call call, ipc::WebhookGet request);
  Answer<ipc::WebhookView> handle(Call call, ipc::WebhookUpdate request);
  Answer<ipc::WebhookDeleted> handle(Call call, ipc::WebhookDelete request);
  Answer<ipc::WebhookTestResult> handle(Call call, ipc::WebhookTest request);
  Answer<ipc::WebhookWithSecret> handle(Call call, ipc::WebhookRotateSecret request);
  Answer<ipc::DeliveryPage> handle(Call call, ipc::WebhookDeliveries request);
  Answer<ipc::DeliveryView> handle(Call call, ipc::WebhookRedeliver request);
  Answer<ipc::WebhookReplayed> handle(Call call, ipc::WebhookReplay request);
  Answer<ipc::DaemonInfo> handle(Call call, ipc::DaemonInfoGet request);
  Answer<ipc::Pong> handle(Call call, ipc::DaemonPing request);
  Answer<ipc::ClockView> handle(Call call, ipc::DebugAdvanceClock request);

  // Asked for every request before its handle(). A local caller may do everything.
  Status authorize(const Call& call, const ipc::CommandInfo& command) const {
    return may_call(call.caller, command);
  }
  template <class Request>
  Status authorize(const Call& call, Request& request) const {
    if (call.caller.local || call.caller.session_id.empty() || Request::command.anyone) return {};
    return check_binding(SessionGate(services_.sessions, call.caller), request);
  }

  // The id of the session meant, empty if there is none.
  std::string known_session(const std::string& reference) const;
  // What of the log a caller may follow; judges the request like any other.
  Result<events::Filter> event_filter(const Call& call, ipc::EventSubscribe& request) const;
  // Ends the subscriptions of a connection that has closed.
  void connection_closed(const runtime::LineConnection& connection);

 private:
  struct LiveSubscription {
    const runtime::LineConnection* connection;
    std::shared_ptr<events::Subscription> reader;
  };

  std::int64_t now_ms() const { return runtime::unix_millis(services_.clock); }
  Result<events::Filter> filter_for(const ipc::EventSubscribe& request) const;
  Result<store::AuditFilter> audit_filter(const ipc::AuditList& request) const;
  Result<std::string> session_id_of(const std::string& reference) const;
  Result<store::ApiKeyRow> new_key(const Call& call, const ipc::KeyCreate& request) const;
  Result<store::ApiKeyRow> changeable_key(const Call& call, const std::string& id) const;
  Result<store::ApiKeyRow> changed_key(const Call& call, const ipc::KeyUpdate& request) const;
  Result<std::vector<std::string>> session_ids_of(const std::vector<std::string>& references) const;
  void resume_readers(const runtime::LineConnection& connection);

  // --- messages (send_api.cc, message_api.cc, message_list_api.cc)
  Result<store::SessionRow> session_row(const std::string& reference) const;
  template <class Request>
  Answer<ipc::SendAnswer> send_new(Call call, Request request);
  template <class Request>
  Answer<ipc::SendAnswer> send_about(Call call, Request request);
  Answer<ipc::SendAnswer> enqueue(Call call, ipc::SendOptions options, Draft draft,
                                  std::string hash);
  Answer<ipc::MessageState> state_of(std::string session_id, std::string message_id);
  Result<store::MessageQuery> query_of(const ipc::MessageFilter& filter) const;
  Answer<ipc::MessagePage> list_messages(store::MessageQuery query);
  // --- queues, chats, groups
  Answer<ipc::SessionPage> with_queues(ipc::SessionPage page);
  Answer<ipc::SessionView> with_queue(Result<ipc::SessionView> view);
  Answer<ipc::QueueStates> queue_states(std::vector<store::SessionRow> sessions);
  Answer<ipc::QueueState> queue_of(store::SessionRow session);
  Answer<ipc::QueueState> hold_queue(std::string reference, bool held);
  Answer<ipc::ChatAnswer> show_in_chat(std::string session, std::string to, std::string state);
  Answer<ipc::CheckedNumbers> check_numbers(std::string session, std::vector<std::string> numbers,
                                            std::string pointer);
  Answer<ipc::GroupView> change_members(ipc::GroupChange request, std::string action);

  ApiServices services_;
  DaemonFacts facts_;
  std::map<std::string, LiveSubscription> subscriptions_;
};

}  // namespace wasphere::api
