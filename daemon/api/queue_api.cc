// Operations on the queues.
#include "daemon/api/api.h"
#include "daemon/api/message_views.h"
#include "daemon/api/paging.h"
#include "daemon/api/views.h"

namespace wasphere::api {

Api::Answer<ipc::QueuePage> Api::handle(Call, ipc::QueueList request) {
  store::OutboxQuery query;
  if (request.sessionId) {
    CO_TRY(const store::SessionRow session, session_row(*request.sessionId));
    query.session_id = session.id;
  }
  CO_TRY(query.after_row, row_after_cursor(request.cursor));
  query.limit = static_cast<std::size_t>(request.limit);
  auto read = [&query](store::Tx& tx) -> Result<store::OutboxPage> {
    return tx.outbox.list(query);
  };
  auto page = co_await services_.store.run(read);
  if (!page) co_return fail(std::move(page).error());
  ipc::QueuePage out;
  for (const store::OutboxRow& row : page->rows) out.items.push_back(queue_item(row));
  out.nextCursor = cursor_at(page->next);
  co_return out;
}

Api::Answer<ipc::QueueStates> Api::queue_states(std::vector<store::SessionRow> sessions) {
  auto read = [&sessions](store::Tx& tx) -> Result<ipc::QueueStates> {
    ipc::QueueStates out;
    for (const store::SessionRow& session : sessions)
      out.queues.push_back(queue_state(session, tx.outbox.stats(session.id)));
    return out;
  };
  co_return co_await services_.store.run(read);
}

Api::Answer<ipc::QueueState> Api::queue_of(store::SessionRow session) {
  std::vector<store::SessionRow> one{std::move(session)};
  auto states = co_await queue_states(std::move(one));
  if (!states) co_return fail(std::move(states).error());
  co_return std::move(states->queues.front());
}

Api::Answer<ipc::QueueStates> Api::handle(Call, ipc::QueueStats request) {
  std::vector<store::SessionRow> sessions;
  if (request.sessionId) {
    CO_TRY(store::SessionRow session, session_row(*request.sessionId));
    sessions.push_back(std::move(session));
  } else {
    for (session::SessionSnapshot& snapshot : services_.sessions.list())
      sessions.push_back(std::move(snapshot.row));
  }
  co_return co_await queue_states(std::move(sessions));
}

Api::Answer<ipc::QueueState> Api::hold_queue(std::string reference, bool held) {
  auto snapshot = co_await services_.sessions.hold_queue(std::move(reference), held);
  if (!snapshot) co_return fail(std::move(snapshot).error());
  co_return co_await queue_of(std::move(snapshot->row));
}

Api::Answer<ipc::QueueState> Api::handle(Call, ipc::QueueHold request) {
  co_return co_await hold_queue(std::move(request.sessionId), true);
}

Api::Answer<ipc::QueueState> Api::handle(Call, ipc::QueueRelease request) {
  co_return co_await hold_queue(std::move(request.sessionId), false);
}

Api::Answer<ipc::QueueCancelled> Api::handle(Call, ipc::QueueCancel request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  ipc::QueueCancelled out;
  for (const std::string& id : request.messageIds) {
    const auto row = co_await account->cancel(id);
    if (row) {
      out.cancelled.push_back(id);
    } else {
      out.refused.push_back({id, std::string(error_info(row.error().code).name)});
    }
  }
  co_return out;
}

// Sessions are told with what waits in their queues: read at the moment of the answer.
Api::Answer<ipc::SessionPage> Api::with_queues(ipc::SessionPage page) {
  auto read = [&page](store::Tx& tx) -> Status {
    for (ipc::SessionView& view : page.sessions) {
      const store::OutboxStats stats = tx.outbox.stats(view.id);
      view.queue.pending = stats.pending + stats.scheduled + stats.sending;
      view.queue.oldestQueuedAt = optional_time(stats.oldest_queued_at);
    }
    return {};
  };
  CO_CHECK(co_await services_.store.run(read));
  co_return page;
}

Api::Answer<ipc::SessionView> Api::with_queue(Result<ipc::SessionView> view) {
  if (!view) co_return fail(std::move(view).error());
  ipc::SessionPage one;
  one.sessions.push_back(std::move(*view));
  auto read = co_await with_queues(std::move(one));
  if (!read) co_return fail(std::move(read).error());
  co_return std::move(read->sessions.front());
}

}  // namespace wasphere::api
