#include "daemon/messaging/worker.h"

#include <algorithm>

#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using runtime::Duration;
using runtime::SteadyTime;
using runtime::Task;

namespace {

constexpr Duration kStorePause{1000};
constexpr Duration kLongestSleep{3'600'000};

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::shutting_down, "The session is stopping.");
}

}  // namespace

Worker::Worker(Context& context, Directory& directory, Groups& groups, Tokens& tokens)
    : context_(context),
      directory_(directory),
      groups_(groups),
      tokens_(tokens),
      timer_(context.services().clock.make_timer()) {
  prepared_.set();
}

void Worker::start() {
  if (running_ || stopping_) return;
  running_ = true;
  const auto done = [this](const std::exception_ptr& thrown) {
    if (thrown)
      runtime::log_error("messaging", "{}: the queue failed: {}", context_.id(),
                         runtime::what_of(thrown));
    running_ = false;
    refuse_all();
    over_.set();
  };
  over_.reset();
  runtime::spawn(context_.executor(), run(), done);
}

void Worker::attach() {
  attached_ = true;
  account_checked_ = false;
  available_ = false;
  gaps_ = {};
  start();
  wake();
}

// What was in flight is sent again over the next line, unless each line broke over it.
Task<> Worker::detach() {
  attached_ = false;
  if (!in_flight_.empty() && in_flight_.front().attempts >= 2 * context_.options().max_attempts)
    finish(in_flight_.begin(),
           {AckAction::failed, 0, "WHATSAPP_TIMEOUT", "the connection broke each time it was sent"},
           {});
  in_flight_.clear();
  unanswered_.clear();
  head_.reset();
  wake();
  co_await prepared_.wait();
}

Task<> Worker::stop() {
  stopping_ = true;
  wake();
  co_await prepared_.wait();
  if (running_) co_await over_.wait();
  refuse_all();
}

void Worker::wake() {
  look_ = true;
  changed_.set();
}

Task<Result<Accepted>> Worker::enqueue(Request request) {
  if (stopping_) co_return stopped();
  const auto pending = std::make_shared<Enqueueing>();
  pending->question = std::move(request);
  enqueueing_.push_back(pending);
  start();
  wake();
  co_await pending->done.wait();
  co_return std::move(*pending->answer);
}

Task<Result<store::MessageRow>> Worker::cancel(std::string id) {
  if (stopping_) co_return stopped();
  const auto pending = std::make_shared<Cancelling>();
  pending->question = std::move(id);
  cancelling_.push_back(pending);
  start();
  wake();
  co_await pending->done.wait();
  co_return std::move(*pending->answer);
}

void Worker::refuse_all() {
  for (const auto& one : enqueueing_) one->resolve(stopped());
  for (const auto& one : cancelling_) one->resolve(stopped());
  enqueueing_.clear();
  cancelling_.clear();
}

Task<> Worker::run() {
  while (!stopping_) {
    changed_.reset();
    give_up_late();
    mind_head();
    if (wants_turn()) {
      co_await do_turn();
      continue;
    }
    arm();
    co_await changed_.wait();
  }
}

bool Worker::may_send() const {
  const stanza::Device* device = context_.device();
  return attached_ && context_.connected() && device != nullptr && device->linked() &&
         !context_.row().queue_held && context_.row().status != store::Status::banned &&
         !preparing_ && context_.services().clock.now_steady() >= pause_until_;
}

// Who asks is answered at once, even if the store has just failed.
bool Worker::wants_turn() {
  if (!enqueueing_.empty() || !cancelling_.empty()) return true;
  if (context_.services().clock.now_steady() < store_pause_until_) return false;
  if (next_time_ && *next_time_ <= context_.now_ms()) look_ = true;
  if (pause_until_ != SteadyTime{} && context_.services().clock.now_steady() >= pause_until_) {
    pause_until_ = {};
    look_ = true;
  }
  const bool send_now = head_ && head_->due && may_send() && in_flight_.empty();
  return look_ || send_now || outcomes_are_due();
}

// What has become of the first half of a full window is written in one go, unless somebody waits
// for it.
bool Worker::outcomes_are_due() const {
  return !outcomes_.empty() && (room_in_window() > 0 || !context_.watch.idle());
}

// One transaction for all that is to be done now.
Task<> Worker::do_turn() {
  Asked asked;
  const Turn turn = make_turn(asked);
  const std::shared_ptr<Line> line = context_.line();
  look_ = false;
  drained_ = false;  // who comes meanwhile cannot know
  auto job = [&turn](store::Tx& tx) { return run_turn(tx, turn); };
  auto result = co_await context_.run(job);
  if (result) {
    if (turn.check_account && line == context_.line()) account_checked_ = true;
    finish_turn(asked, std::move(*result), line);
  } else {
    missed_.insert(missed_.end(), turn.missed.begin(), turn.missed.end());
    fail_turn(asked, result.error(), turn.outcomes);
  }
}

Turn Worker::make_turn(Asked& asked) {
  const auto job = context_.job();
  Turn turn{job ? *job : context_.keyless_job(), context_.options()};
  asked.enqueueing.assign(enqueueing_.begin(), enqueueing_.end());
  asked.cancelling.assign(cancelling_.begin(), cancelling_.end());
  enqueueing_.clear();
  cancelling_.clear();
  for (const auto& one : asked.enqueueing) turn.requests.push_back(&one->question);
  for (const auto& one : asked.cancelling) turn.cancellations.push_back(one->question);
  turn.outcomes = std::move(outcomes_);
  outcomes_.clear();
  turn.load = !loaded_;
  turn.check_account = attached_ && !account_checked_ && job;
  plan_sending(turn);
  return turn;
}

void Worker::plan_sending(Turn& turn) {
  turn.in_flight = settling_;
  for (const InFlight& one : in_flight_) {
    turn.in_flight.insert(one.message.id);
    if (!one.message.new_holders.empty()) turn.busy_groups.insert(one.message.to);
  }
  if (!may_send()) return;
  forget_old_gaps();
  turn.gaps = gaps_;
  turn.give_up = std::exchange(give_up_, std::nullopt);
  turn.missed = std::exchange(missed_, {});
  for (const auto& [id, tried] : tried_)
    if (tried.devices) turn.renewed.insert(id);
  if (!paced()) {
    head_.reset();
    turn.window = room_in_window();
    return;
  }
  if (!in_flight_.empty()) return;
  if (head_ && head_->due) {
    turn.send_id = head_->chosen.id;
  } else if (!head_ || !head_->composing) {
    turn.choose = true;
  }
}

// Refilled once it is half empty, not for each acknowledgement: looking into the queue costs as
// much for one message as for many.
std::size_t Worker::room_in_window() const {
  const std::size_t window = context_.options().window;
  return in_flight_.size() <= window / 2 ? window - in_flight_.size() : 0;
}

void Worker::finish_turn(const Asked& asked, TurnResult result, const std::shared_ptr<Line>& line) {
  if (!loaded_) history_.load(result.sends);
  loaded_ = true;
  next_time_ = result.next_time;
  drained_ = result.drained;
  expect(asked, result);
  look_ = look_ || result.more || (!result.missed.empty() && result.needs.none());
  std::ranges::move(result.missed, std::back_inserter(missed_));
  if (!result.taken.empty() || !result.changed.empty() || !result.copies.empty())
    fruitless_preparations_ = 0;
  send_copies(result.copies, line);
  send_taken(std::move(result.taken), line);
  for (const store::MessageRow& row : result.changed) tell(row);
  for (const std::string& id : result.renewed) renew(id);
  answer(asked, result);
  keep_head(std::move(result.chosen));
  prepare_soon(std::move(result.needs));
}

void Worker::tell(const store::MessageRow& row) {
  if (row.status >= store::MessageStatus::sent) tried_.erase(row.id);
  context_.watch.tell(row);
}

// Whoever could not be reached is asked for anew, once for this message.
void Worker::renew(const std::string& id) {
  tried_[id].devices = true;
  gaps_ = {};
}

// Before anything is told of this turn.
void Worker::expect(const Asked& asked, const TurnResult& result) {
  for (std::size_t i = 0; i < asked.enqueueing.size(); ++i) {
    const auto& wait = asked.enqueueing[i]->question.wait;
    if (wait && result.accepted[i]) context_.watch.expect(wait, result.accepted[i]->message);
  }
}

void Worker::answer(const Asked& asked, TurnResult& result) {
  for (std::size_t i = 0; i < asked.enqueueing.size(); ++i) {
    auto& accepted = result.accepted[i];
    if (accepted) accepted->estimated_send_at = estimate(accepted->position);
    asked.enqueueing[i]->resolve(std::move(accepted));
  }
  for (std::size_t i = 0; i < asked.cancelling.size(); ++i)
    asked.cancelling[i]->resolve(std::move(result.cancelled[i]));
}

std::optional<std::int64_t> Worker::estimate(std::int64_t position) const {
  if (!attached_ || context_.row().queue_held) return std::nullopt;
  if (!paced()) return context_.now_ms();
  return estimate_send(history_, context_.row().settings, std::max<std::int64_t>(position, 1),
                       context_.now_ms());
}

// Nothing has left and nothing is lost: who asked is told, the rest is tried again.
void Worker::fail_turn(const Asked& asked, const Error& error, std::vector<Outcome> outcomes) {
  runtime::log_error("messaging", "{}: the queue could not be stored: {}", context_.id(),
                     error.message);
  for (const auto& one : asked.enqueueing) one->resolve(fail(error));
  for (const auto& one : asked.cancelling) one->resolve(fail(error));
  outcomes.insert(outcomes.end(), std::make_move_iterator(outcomes_.begin()),
                  std::make_move_iterator(outcomes_.end()));
  outcomes_ = std::move(outcomes);
  look_ = true;
  store_pause_until_ = context_.services().clock.now_steady() + kStorePause;
}

// Wakes the loop at the next moment that matters.
void Worker::arm() {
  const SteadyTime now = context_.services().clock.now_steady();
  Duration left = kLongestSleep;
  const auto at_steady = [&left, now](SteadyTime time) {
    if (time > now) left = std::min(left, std::chrono::ceil<Duration>(time - now));
  };
  const auto at_unix = [&left, this](std::int64_t time) {
    left = std::min(left, Duration{std::max<std::int64_t>(time - context_.now_ms(), 0)});
  };
  at_steady(pause_until_);
  at_steady(store_pause_until_);
  for (const InFlight& one : in_flight_) at_steady(one.deadline);
  if (next_time_ && *next_time_ > context_.now_ms()) at_unix(*next_time_);
  if (head_ && !head_->due && may_send()) at_unix(head_wakes_at());
  timer_->arm(left, [this] { changed_.set(); });
}

}  // namespace wasphere::messaging
