#include "daemon/messaging/phone_questions.h"

#include "daemon/messaging/phone_request.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using model::MessageKey;
using runtime::Task;

namespace {

constexpr runtime::Duration kPatience{5'000};  // a copy is usually there before
constexpr std::size_t kMostKeys = 32;          // of one question
constexpr std::size_t kMostWanted = 1024;      // beyond that the placeholders stay
constexpr int kMaxTries = 5;

}  // namespace

void PhoneQuestions::hear(std::shared_ptr<Line> line) {
  line_ = std::move(line);
  pause_.reset();
  begin();
}

Task<> PhoneQuestions::detach() {
  line_.reset();
  pause_.cut();
  co_await tasks_.join();
}

void PhoneQuestions::add(const std::vector<MessageKey>& missed,
                         const std::vector<MessageKey>& given_up) {
  const auto now = context_.services().clock.now_steady();
  for (const MessageKey& key : missed)
    if (wanted_.size() < kMostWanted) wanted_.push_back({key, now + kPatience});
  for (const MessageKey& key : given_up) wanted_.push_front({key, now});
  begin();
}

void PhoneQuestions::begin() {
  if (running_ || !line_ || wanted_.empty()) return;
  running_ = true;
  tasks_.spawn(run());
}

Task<> PhoneQuestions::run() {
  while (line_ && !wanted_.empty()) {
    const auto now = context_.services().clock.now_steady();
    const auto due = wanted_.front().due;
    if (due > now) {
      co_await pause_.sleep(context_.services().clock,
                            std::chrono::ceil<runtime::Duration>(due - now));
    } else {
      co_await ask(take_due());
    }
  }
  running_ = false;
}

std::vector<PhoneQuestions::Wanted> PhoneQuestions::take_due() {
  const auto now = context_.services().clock.now_steady();
  std::vector<Wanted> out;
  while (!wanted_.empty() && wanted_.front().due <= now && out.size() < kMostKeys) {
    out.push_back(std::move(wanted_.front()));
    wanted_.pop_front();
  }
  return out;
}

Task<> PhoneQuestions::ask(std::vector<Wanted> wanted) {
  std::vector<MessageKey> keys;
  for (const Wanted& one : wanted) keys.push_back(one.key);
  const Status asked = co_await try_to_ask(std::move(keys));
  if (asked) co_return;
  runtime::log_warning("messaging", "{}: the phone is not asked for what could not be read: {}",
                       context_.id(), asked.error().message);
  for (Wanted& one : wanted) {
    one.due = context_.services().clock.now_steady() + kPatience;
    if (++one.tries < kMaxTries) wanted_.push_back(std::move(one));
  }
}

Task<Status> PhoneQuestions::try_to_ask(std::vector<MessageKey> keys) {
  const auto line = line_;
  if (!line) co_return fail(ErrorCode::session_not_connected, "There is no connection.");
  CO_TRY(const JobContext job, context_.job());
  auto making = [&job, &keys](store::Tx& tx) -> Result<PhoneRequest> {
    return make_phone_request(tx, job, keys);
  };
  CO_TRY(PhoneRequest request, co_await context_.run(making));
  if (request.lacks_session) {
    std::vector<wire::Jid> phone{own_phone(job.own)};
    CO_TRY(const auto unreachable, co_await directory_.begin_sessions(std::move(phone)));
    if (!unreachable.empty())
      co_return fail(ErrorCode::whatsapp_error, "WhatsApp has no keys of the phone.");
    CO_TRY(request, co_await context_.run(making));
  }
  if (request.stanza) line->send(*request.stanza);
  co_return Status{};
}

}  // namespace wasphere::messaging
