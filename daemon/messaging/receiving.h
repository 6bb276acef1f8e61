// Receiving: what comes in for the Account: messages, receipts, retries both ways, notifications
// about people, devices and groups. Main thread only.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "daemon/messaging/context.h"
#include "daemon/messaging/directory.h"
#include "daemon/messaging/groups.h"
#include "daemon/messaging/inbound_job.h"
#include "daemon/messaging/phone_questions.h"
#include "daemon/messaging/receipts_in.h"

namespace wasphere::messaging {

class Receiving {
 public:
  Receiving(Context& context, Directory& directory)
      : context_(context),
        directory_(directory),
        phone_(context, directory),
        tasks_(context.executor()) {}

  // Stanzas come from this line from now on, and are answered there; it may not be active yet.
  void hear(std::shared_ptr<Line> line);
  runtime::Task<> detach();  // the line has ended

  runtime::Task<Status> on_messages(std::vector<wire::Node> stanzas);
  runtime::Task<Status> on_receipts(std::vector<wire::Node> receipts);
  runtime::Task<Result<bool>> on_notification(wire::Node notification);

 private:
  Result<Self> self() const;
  runtime::Task<Status> take(std::vector<wire::Node> receipts, store::Haste haste);
  runtime::Task<> take_held(std::shared_ptr<Line> line);
  void queue_retries(std::vector<RetryAsked> retries);
  runtime::Task<> answer_retries();
  runtime::Task<Status> answer_retry(const RetryAsked* asked, std::shared_ptr<Line> line);
  runtime::Task<> renew_token(wire::Jid user);

  Context& context_;
  Directory& directory_;
  PhoneQuestions phone_;
  std::shared_ptr<Line> line_;
  std::vector<wire::Node> held_;  // receipts that nobody waits for
  bool holding_ = false;          // take_held() runs
  std::deque<RetryAsked> retries_;
  bool answering_ = false;
  runtime::TaskGroup tasks_;  // of the line
};

}  // namespace wasphere::messaging
