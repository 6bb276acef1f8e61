// Live events over JSON-RPC: every subscription reads the durable log at its own pace.
#include <algorithm>

#include "core/util/id.h"
#include "daemon/api/api.h"
#include "daemon/api/event_json.h"

namespace wasphere::api {
namespace {

// What may wait in one connection's send buffer before its readers pause.
constexpr std::size_t kSendWindow = 256U << 10;
constexpr std::size_t kMaxSubscriptions = 32;  // a connection

class ConnectionSink final : public events::Sink {
 public:
  ConnectionSink(std::shared_ptr<runtime::LineConnection> connection, std::string subscription)
      : connection_(std::move(connection)), subscription_(std::move(subscription)) {}

  bool ready() const override { return connection_->unsent_bytes() < kSendWindow; }

  void deliver(const store::EventRow& event) override {
    send("event", notification_params(event, subscription_));
  }

  void gap(std::int64_t cursor, std::int64_t first_seq) override {
    send("event.gap", "{\"subscription\":\"" + subscription_ +
                          "\",\"after\":" + std::to_string(cursor) +
                          ",\"firstSeq\":" + std::to_string(first_seq) + "}");
  }

 private:
  void send(const char* method, const std::string& params) {
    connection_->send(std::string("{\"jsonrpc\":\"2.0\",\"method\":\"") + method +
                      "\",\"params\":" + params + "}");
  }

  std::shared_ptr<runtime::LineConnection> connection_;
  std::string subscription_;
};

Error unknown_event(const std::string& name, std::size_t index) {
  Error error{ErrorCode::validation_failed, "there is no event '" + name + "'"};
  error.fields.push_back({"/events/" + std::to_string(index), "UNKNOWN", error.message});
  return error;
}

}  // namespace

Result<events::Filter> Api::filter_for(const ipc::EventSubscribe& request) const {
  events::Filter filter;
  if (request.events) filter.types = *request.events;
  for (std::size_t i = 0; i < filter.types.size(); ++i)
    if (std::find(ipc::kEventNames.begin(), ipc::kEventNames.end(), filter.types[i]) ==
        ipc::kEventNames.end())
      return fail(unknown_event(filter.types[i], i));
  if (!request.sessions) return filter;
  for (const std::string& reference : *request.sessions) {
    WS_TRY(session::SessionSnapshot found, services_.sessions.find(reference));
    filter.session_ids.push_back(found.row.id);
  }
  return filter;
}

Result<events::Filter> Api::event_filter(const Call& call, ipc::EventSubscribe& request) const {
  WS_CHECK(authorize(call, ipc::EventSubscribe::command));
  WS_CHECK(authorize(call, request));
  WS_TRY(events::Filter filter, filter_for(request));
  const bool sees_all = std::ranges::all_of(
      ipc::kEventNames, [&](std::string_view name) { return call.caller.may(event_scope(name)); });
  if (sees_all) return filter;
  if (filter.types.empty()) filter.types.assign(ipc::kEventNames.begin(), ipc::kEventNames.end());
  std::erase_if(filter.types,
                [&](const std::string& name) { return !call.caller.may(event_scope(name)); });
  if (!filter.types.empty()) return filter;
  return fail(ErrorCode::forbidden_scope, "the key lacks the scopes for these events");
}

Api::Answer<ipc::Subscription> Api::handle(Call call, ipc::EventSubscribe request) {
  auto mine = std::count_if(subscriptions_.begin(), subscriptions_.end(), [&](const auto& entry) {
    return entry.second.connection == call.connection.get();
  });
  if (static_cast<std::size_t>(mine) >= kMaxSubscriptions)
    co_return fail(ErrorCode::rate_limited, "this connection has 32 subscriptions already");
  auto filter = event_filter(call, request);
  if (!filter) co_return fail(std::move(filter).error());
  std::string id = make_id("sub", now_ms(), services_.rng);
  const std::int64_t after = request.after.value_or(services_.feed.newest());
  auto sink = std::make_shared<ConnectionSink>(call.connection, id);
  auto reader = services_.feed.subscribe(std::move(*filter), after, sink);
  const runtime::LineConnection* connection = call.connection.get();
  call.connection->on_drained = [this, connection] { resume_readers(*connection); };
  subscriptions_.emplace(id, LiveSubscription{connection, std::move(reader)});
  ipc::Subscription out{id, after};
  co_return out;
}

Api::Answer<ipc::Unsubscribed> Api::handle(Call call, ipc::EventUnsubscribe request) {
  auto found = subscriptions_.find(request.subscription);
  if (found == subscriptions_.end() || found->second.connection != call.connection.get())
    co_return fail(ErrorCode::not_found,
                   "this connection has no subscription '" + request.subscription + "'");
  found->second.reader->cancel();
  subscriptions_.erase(found);
  ipc::Unsubscribed out{request.subscription};
  co_return out;
}

void Api::resume_readers(const runtime::LineConnection& connection) {
  for (auto& [id, subscription] : subscriptions_)
    if (subscription.connection == &connection) subscription.reader->resume();
}

void Api::connection_closed(const runtime::LineConnection& connection) {
  std::erase_if(subscriptions_, [&](auto& entry) {
    if (entry.second.connection != &connection) return false;
    entry.second.reader->cancel();
    return true;
  });
}

}  // namespace wasphere::api
