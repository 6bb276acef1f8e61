// What a turn has taken leaves here, and its acknowledgement comes back.
#include <algorithm>

#include "core/stanza/iq.h"
#include "daemon/messaging/recipient.h"
#include "daemon/messaging/worker.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using stanza::ChatState;
using wire::Jid;

// If the line was lost while they were written, they stay as they are and go over the next one.
void Worker::send_taken(std::vector<Taken> taken, const std::shared_ptr<Line>& line) {
  if (taken.empty()) return;
  const bool typed = head_ && head_->composing;
  head_.reset();
  if (!attached_ || !line || line != context_.line() || line->ended()) return;
  for (Taken& one : taken) {
    Departure& departure = one.departure;
    line->send(stanza::build_message(departure.stanza));
    history_.note_send(context_.now_ms());
    InFlight flight;
    flight.message = {departure.stanza.id, departure.stanza.to,
                      departure.peer,      std::move(departure.devices),
                      departure.phash,     departure.stanza.addressing_mode,
                      std::move(one.type), std::move(departure.new_holders)};
    flight.deadline = context_.services().clock.now_steady() + context_.options().ack_timeout;
    flight.typed = typed;
    flight.token_due = departure.token_due;
    flight.attempts = one.attempts;
    unanswered_.erase(flight.message.id);
    in_flight_.push_back(std::move(flight));
  }
  history_.forget_before(context_.now_ms() - kRateWindowMs);
}

// If the line was lost meanwhile, those devices have to ask.
void Worker::send_copies(const std::vector<stanza::OutgoingMessage>& copies,
                         const std::shared_ptr<Line>& line) {
  if (!attached_ || !line || line != context_.line()) return;
  for (const stanza::OutgoingMessage& copy : copies) line->send(stanza::build_message(copy));
}

// --- pacing

void Worker::keep_head(std::optional<Chosen> chosen) {
  if (!chosen) {
    if (head_ && (head_->due || !head_->composing)) drop_head();
    return;
  }
  if (head_ && head_->chosen.id == chosen->id) return;
  head_.emplace();
  head_->chosen = std::move(*chosen);
}

// It is not sent after all, or not yet.
void Worker::drop_head() {
  if (head_->composing) stop_composing(head_->chosen.to);
  show_available(false);
  head_.reset();
}

Plan Worker::head_plan() const {
  const Chosen& chosen = head_->chosen;
  Plan plan = plan_send(history_, context_.row().settings, chosen.delay_ms, chosen.typing_ms,
                        context_.now_ms());
  if (head_->composing) plan.send_at = head_->send_at;
  return plan;
}

std::int64_t Worker::head_wakes_at() const {
  const Plan plan = head_plan();
  return plan.composing_at > 0 && !head_->composing ? plan.composing_at : plan.send_at;
}

// Shows typing and lets the message go when their time has come.
void Worker::mind_head() {
  if (!head_ || head_->due || !may_send()) return;
  const std::int64_t now = context_.now_ms();
  Plan plan = head_plan();
  if (plan.composing_at > 0 && !head_->composing && plan.composing_at <= now) {
    show_composing();
    head_->composing = true;
    head_->send_at = plan.send_at;
  }
  if (plan.composing_at > 0 && !head_->composing) return;
  if (plan.send_at <= now) head_->due = true;
}

void Worker::show_composing() {
  show_available(true);
  context_.line()->send(stanza::build_chat_state(head_->chosen.to, ChatState::composing));
}

void Worker::stop_composing(const Jid& to) {
  if (context_.connected()) context_.line()->send(stanza::build_chat_state(to, ChatState::paused));
}

// Typing of somebody who is not there is not shown; being there silences the phone.
void Worker::show_available(bool available) {
  if (available_ == available || !context_.connected()) return;
  available_ = available;
  context_.line()->send(
      stanza::presence(available ? "available" : "unavailable", context_.device()->push_name));
}

// --- acknowledgements

void Worker::on_ack(const wire::Node& node) {
  auto ack = stanza::parse_message_ack(node);
  if (!ack) return;
  const auto is_it = [&ack](const InFlight& one) { return one.message.id == ack->id; };
  const auto found = std::find_if(in_flight_.begin(), in_flight_.end(), is_it);
  if (found != in_flight_.end()) {
    const bool group = is_group(found->message.to);
    const AckVerdict verdict = judge_ack(*ack, group, tried_[ack->id]);
    finish(found, verdict, std::move(*ack));
  } else if (const auto late = unanswered_.find(ack->id);
             late != unanswered_.end() && !ack->error) {
    outcomes_.push_back({std::move(late->second), {}, std::move(*ack), context_.now_ms(), {}});
    unanswered_.erase(late);
  }
  changed_.set();
}

void Worker::finish(std::list<InFlight>::iterator message, AckVerdict verdict,
                    stanza::MessageAck ack) {
  InFlight flight = std::move(*message);
  in_flight_.erase(message);
  history_.note_finish(context_.now_ms());
  remember(flight, verdict);
  if (flight.typed && verdict.action != AckAction::sent) stop_composing(flight.message.to);
  if (flight.typed) show_available(false);
  const runtime::Duration pause = retry_pause(flight.attempts);
  const bool wants_token = verdict.action == AckAction::issue_token;
  settle_soon(
      {std::move(flight.message), std::move(verdict), std::move(ack), context_.now_ms(), pause},
      flight.attempts);
  if (wants_token) prepare_soon({});
}

// What has been tried for it, and what is needed before it goes again.
void Worker::remember(const InFlight& flight, const AckVerdict& verdict) {
  const AckAction action = verdict.action;
  Tried& tried = tried_[flight.message.id];
  tried.devices = tried.devices || action == AckAction::refresh_devices;
  tried.group = tried.group || action == AckAction::refresh_group;
  tried.token = tried.token || action == AckAction::issue_token;
  if (action == AckAction::refresh_devices) gaps_ = {};
  if (action == AckAction::issue_token) tokens_wanted_.push_back(flight.message.peer);
  if (action == AckAction::sent || action == AckAction::failed) tried_.erase(flight.message.id);
  if (action == AckAction::sent && flight.token_due) tokens_.issue_soon(flight.message.peer);
}

// With the next turn; the last of the queue, after which there is none, beside them. Who waits for
// that one is told once its transaction has its place: what they ask the store next comes behind
// it.
void Worker::settle_soon(Outcome outcome, int attempts) {
  const bool last = drained_ && in_flight_.empty() && outcomes_.empty() && enqueueing_.empty();
  if (last && outcome.verdict.action == AckAction::sent && !counts_other_devices(outcome)) {
    const std::string id = outcome.message.id;
    const std::int64_t time = outcome.finished;
    context_.tasks.spawn(settle_beside(std::move(outcome)));
    return context_.watch.sent(id, time, attempts);
  }
  outcomes_.push_back(std::move(outcome));
  look_ = true;
  changed_.set();
}

// Nobody waits for the disk: it shares the commit of the next message, if one comes at once.
runtime::Task<> Worker::settle_beside(Outcome outcome) {
  const JobContext job = context_.keyless_job();
  const int max_attempts = context_.options().max_attempts;
  auto write = [&](store::Tx& tx) -> Result<std::optional<store::MessageRow>> {
    return settle(tx, job, outcome, max_attempts);
  };
  settling_.insert(outcome.message.id);
  const auto row = co_await context_.run(write, store::Haste::may_wait);
  settling_.erase(outcome.message.id);
  if (!row) {
    fail_turn({}, row.error(), {std::move(outcome)});
    changed_.set();
  } else if (*row) {
    tell(**row);
  }
}

// No acknowledgement in time. One that comes later still counts.
void Worker::give_up_late() {
  const runtime::SteadyTime now = context_.services().clock.now_steady();
  for (auto it = in_flight_.begin(); it != in_flight_.end();) {
    const auto one = it++;
    if (one->deadline > now) continue;
    unanswered_[one->message.id] = one->message;
    finish(one, no_ack(), {});
  }
}

}  // namespace wasphere::messaging
