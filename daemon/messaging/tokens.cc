#include "daemon/messaging/tokens.h"

#include "core/stanza/iq.h"
#include "core/stanza/usync.h"
#include "daemon/messaging/encryption.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using runtime::Task;
using wire::Jid;

namespace {

constexpr std::int64_t kAgainMs = 3'600'000;

struct Received {
  Bytes token;
  std::int64_t time_s = 0;
};

// <tokens><token t type="trusted_contact">bytes
Received received_token(const wire::Node& answer) {
  const wire::Node* tokens = answer.child("tokens");
  if (tokens == nullptr) return {};
  for (const wire::Node& token : tokens->children())
    if (token.attr_or("type", "") == "trusted_contact")
      return {token.content_bytes(), static_cast<std::int64_t>(token.number("t").value_or(0))};
  return {};
}

}  // namespace

Task<Status> Tokens::issue(Jid peer) {
  CO_CHECK(context_.require_line());
  const std::int64_t now_s = context_.now_ms() / 1000;
  tried_[peer] = context_.now_ms();
  wire::Node request =
      stanza::issue_privacy_token(context_.next_id(), peer, static_cast<std::uint64_t>(now_s));
  const auto answer = co_await context_.ask(std::move(request));
  if (!answer) {
    runtime::log_info("messaging", "{}: no privacy token was issued: {}", context_.id(),
                      answer.error().message);
    co_return Status{};
  }
  const Received received = received_token(*answer);
  auto keep = [id = context_.id(), &peer, now_s, &received](store::Tx& tx) -> Status {
    tx.directory.save_issued_token(id, peer, now_s);
    if (!received.token.empty())
      tx.directory.save_received_token(id, peer, received.token, received.time_s);
    return {};
  };
  co_return co_await context_.run(keep);
}

void Tokens::issue_soon(Jid peer) {
  const auto tried = tried_.find(peer);
  if (tried != tried_.end() && context_.now_ms() - tried->second < kAgainMs) return;
  tried_[peer] = context_.now_ms();
  context_.tasks.spawn(issue_quietly(std::move(peer)));
}

Task<> Tokens::issue_quietly(Jid peer) {
  const Status issued = co_await issue(std::move(peer));
  if (!issued)
    runtime::log_info("messaging", "{}: no privacy token was issued: {}", context_.id(),
                      issued.error().message);
}

}  // namespace wasphere::messaging
