#include "daemon/messaging/receiving.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/stanza/iq.h"
#include "core/stanza/usync.h"
#include "daemon/messaging/encryption.h"
#include "daemon/messaging/notifications.h"
#include "daemon/messaging/receive_batch.h"
#include "daemon/messaging/retry_answer.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using runtime::Task;

namespace {

// What does not fit is not acknowledged, so it comes again with the next connection.
constexpr std::size_t kMaxRetriesWaiting = 1024;
constexpr std::size_t kMostHeld = 1024;

// WhatsApp has no keys of that device: asking again with the next connection would not help.
bool is_final(const Error& error) {
  return error.code == ErrorCode::whatsapp_error || error.code == ErrorCode::protocol_error;
}

void send_all(Line& line, const std::vector<wire::Node>& nodes) {
  for (const wire::Node& node : nodes) line.send(node);
}

}  // namespace

Result<Self> Receiving::self() const {
  auto job = context_.job();
  if (!job) return fail(job.error());
  return Self{std::move(*job), *context_.device()};
}

void Receiving::hear(std::shared_ptr<Line> line) {
  line_ = std::move(line);
  phone_.hear(line_);
}

Task<> Receiving::detach() {
  line_.reset();
  held_.clear();
  retries_.clear();
  co_await phone_.detach();
  co_await tasks_.join();
}

Task<Status> Receiving::on_messages(std::vector<wire::Node> stanzas) {
  const auto line = line_;
  if (!line) co_return Status{};
  CO_TRY(const Self self, this->self());
  auto job = [&self, &stanzas](store::Tx& tx) -> Result<BatchOutcome> {
    InboundJob inbound(tx, self);
    return receive_batch(inbound, stanzas);
  };
  CO_TRY(const BatchOutcome outcome, co_await context_.run(job));
  send_all(*line, outcome.answers);
  phone_.add(outcome.missed, outcome.given_up);
  co_return Status{};
}

// A receipt that shares the commit of another must not hold up what comes behind it: that may be
// the acknowledgement which the other waits for.
Task<Status> Receiving::on_receipts(std::vector<wire::Node> receipts) {
  if (!line_) co_return Status{};
  std::ranges::move(receipts, std::back_inserter(held_));
  if (!context_.watch.idle() || held_.size() >= kMostHeld) {
    std::vector<wire::Node> all = std::exchange(held_, std::vector<wire::Node>());
    co_return co_await take(std::move(all), store::Haste::now);
  }
  if (holding_) co_return Status{};
  holding_ = true;
  tasks_.spawn(take_held(line_));
  co_return Status{};
}

// What comes while some are being stored is stored together.
Task<> Receiving::take_held(std::shared_ptr<Line> line) {
  while (!held_.empty() && line == line_) {
    std::vector<wire::Node> some = std::exchange(held_, std::vector<wire::Node>());
    const Status done = co_await take(std::move(some), store::Haste::may_wait);
    if (done) continue;
    held_.clear();
    line->give_up(done.error());
  }
  holding_ = false;
}

Task<Status> Receiving::take(std::vector<wire::Node> receipts, store::Haste haste) {
  const auto line = line_;
  if (!line) co_return Status{};
  CO_TRY(const Self self, this->self());
  auto job = [&self, &receipts](store::Tx& tx) -> Result<ReceiptsOutcome> {
    InboundJob inbound(tx, self);
    return take_receipts(inbound, receipts);
  };
  CO_TRY(ReceiptsOutcome outcome, co_await context_.run(job, haste));
  send_all(*line, outcome.acks);
  for (const store::MessageRow& row : outcome.moved) context_.watch.tell(row);
  queue_retries(std::move(outcome.retries));
  co_return Status{};
}

Task<Result<bool>> Receiving::on_notification(wire::Node notification) {
  const auto line = line_;
  if (!line) co_return false;
  CO_TRY(const Self self, this->self());
  auto job = [&self, &notification](store::Tx& tx) -> Result<NotificationOutcome> {
    InboundJob inbound(tx, self);
    return take_notification(inbound, notification);
  };
  CO_TRY(const NotificationOutcome outcome, co_await context_.run(job));
  if (!outcome.ours) co_return false;
  if (const auto ack = stanza::ack_for(notification, self.own.jid)) line->send(*ack);
  if (outcome.new_device) tasks_.spawn(renew_token(*outcome.new_device));
  co_return true;
}

// One after the other, beside the stanzas: an answer may have to fetch keys first.
void Receiving::queue_retries(std::vector<RetryAsked> retries) {
  for (RetryAsked& asked : retries)
    if (retries_.size() < kMaxRetriesWaiting) retries_.push_back(std::move(asked));
  if (answering_ || retries_.empty()) return;
  answering_ = true;
  tasks_.spawn(answer_retries());
}

Task<> Receiving::answer_retries() {
  while (line_ && !retries_.empty()) {
    const RetryAsked asked = std::move(retries_.front());
    retries_.pop_front();
    const Status done = co_await answer_retry(&asked, line_);
    if (!done)
      runtime::log_warning("messaging", "{}: a retry is not answered: {}", context_.id(),
                           done.error().message);
  }
  answering_ = false;
}

// An error leaves the request unacknowledged.
Task<Status> Receiving::answer_retry(const RetryAsked* asked, std::shared_ptr<Line> line) {
  CO_TRY(const Self self, this->self());
  auto planning = [&self, asked](store::Tx& tx) -> Result<RetryPlan> {
    InboundJob inbound(tx, self);
    return plan_retry(inbound, *asked);
  };
  CO_TRY(const RetryPlan plan, co_await context_.run(planning));
  if (plan.resend && !plan.has_session) {
    std::vector<wire::Jid> devices{plan.device};
    const auto begun = co_await directory_.begin_sessions(std::move(devices));
    if (!begun && !is_final(begun.error())) co_return fail(begun.error());
  }
  std::optional<wire::Node> copy;
  if (plan.resend) {
    auto copying = [&self, asked](store::Tx& tx) -> Result<std::optional<wire::Node>> {
      InboundJob inbound(tx, self);
      return make_copy(inbound, *asked);
    };
    CO_TRY(copy, co_await context_.run(copying));
  }
  if (copy) line->send(*copy);
  if (const auto ack = stanza::ack_for(asked->stanza, self.own.jid)) line->send(*ack);
  co_return Status{};
}

Task<> Receiving::renew_token(wire::Jid user) {
  if (!context_.connected()) co_return;
  const auto now_s = static_cast<std::uint64_t>(context_.now_ms() / 1000);
  wire::Node request = stanza::issue_privacy_token(context_.next_id(), user, now_s);
  const auto answer = co_await context_.ask(std::move(request));
  if (!answer)
    runtime::log_debug("messaging", "{}: no token for a new device: {}", context_.id(),
                       answer.error().message);
}

}  // namespace wasphere::messaging
