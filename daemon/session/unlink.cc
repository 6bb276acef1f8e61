#include "daemon/session/unlink.h"

#include <algorithm>

#include "core/stanza/iq.h"
#include "core/stanza/stream.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;

namespace {

constexpr Duration kAnswerPatience{5'000};

// Reads up to <success>. Anything else that ends the stream closes the connection for what it
// means.
Task<bool> await_login(std::shared_ptr<Connection> connection) {
  while (auto node = co_await connection->next()) {
    if (node->tag == "success") co_return true;
    if (node->tag == "failure") connection->close(end_of(stanza::parse_failure(*node)));
    if (node->tag == "stream:error") connection->close(end_of(stanza::parse_stream_error(*node)));
  }
  co_return false;
}

bool removed_already(const Connection& connection) {
  return connection.ended() && connection.end().kind == EndKind::logged_out;
}

}  // namespace

Task<bool> ask_to_unlink(std::shared_ptr<Connection> connection, wire::Jid own, Duration patience) {
  wire::Node request = stanza::remove_companion(connection->next_id(), own);
  const auto answer = co_await connection->iq(std::move(request), patience);
  if (answer && stanza::check_iq_result(*answer)) co_return true;
  co_return removed_already(*connection);
}

Task<bool> dial_to_unlink(std::shared_ptr<Connection> connection, Dial dial, wire::Jid own) {
  const Duration whole = dial.timeout;
  const bool opened = co_await connection->open(std::move(dial));
  if (!opened) co_return false;
  connection->limit(whole - connection->age(), {EndKind::retry, "timed_out", "no login in time"});
  bool unlinked = false;
  const bool logged_in = co_await await_login(connection);
  if (logged_in) unlinked = co_await ask_to_unlink(connection, own, kAnswerPatience);
  unlinked = unlinked || removed_already(*connection);
  connection->close(LinkEnd::stopped());
  co_return unlinked;
}

}  // namespace wasphere::session
