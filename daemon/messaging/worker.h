// Worker: sends the queue of one session. One coroutine does turn after turn, each a transaction,
// and sleeps until something changes or the clock says so. Main thread only.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/messaging/directory.h"
#include "daemon/messaging/groups.h"
#include "daemon/messaging/pacer.h"
#include "daemon/messaging/tokens.h"
#include "daemon/messaging/turn.h"

namespace wasphere::messaging {

// The next message while pacing makes it wait.
struct Head {
  Chosen chosen;
  bool composing = false;
  std::int64_t send_at = 0;  // once composing
  bool due = false;          // its time has come
};

class Worker {
 public:
  Worker(Context& context, Directory& directory, Groups& groups, Tokens& tokens);

  void start();   // expiry also counts while there is no line; started by the others if needed
  void attach();  // context.line() is there
  runtime::Task<> detach();
  runtime::Task<> stop();
  void wake();  // the settings or the session have changed
  void on_ack(const wire::Node& ack);

  runtime::Task<Result<Accepted>> enqueue(Request request);
  runtime::Task<Result<store::MessageRow>> cancel(std::string id);

 private:
  template <class Question, class Answer>
  struct Pending {
    Question question;
    std::optional<Result<Answer>> answer;
    runtime::AsyncEvent done;
    void resolve(Result<Answer> with) {
      answer.emplace(std::move(with));
      done.set();
    }
  };
  using Enqueueing = Pending<Request, Accepted>;
  using Cancelling = Pending<std::string, store::MessageRow>;

  struct InFlight {
    Underway message;
    runtime::SteadyTime deadline;
    bool typed = false;
    bool token_due = false;
    int attempts = 0;
  };

  // What a turn answers.
  struct Asked {
    std::vector<std::shared_ptr<Enqueueing>> enqueueing;
    std::vector<std::shared_ptr<Cancelling>> cancelling;
  };

  // --- the loop (worker.cc)
  runtime::Task<> run();
  runtime::Task<> do_turn();
  bool wants_turn();
  bool may_send() const;
  bool paced() const { return is_paced(context_.row().settings); }
  Turn make_turn(Asked& asked);
  void plan_sending(Turn& turn);
  std::size_t room_in_window() const;
  bool outcomes_are_due() const;
  void finish_turn(const Asked& asked, TurnResult result, const std::shared_ptr<Line>& line);
  void fail_turn(const Asked& asked, const Error& error, std::vector<Outcome> outcomes);
  void expect(const Asked& asked, const TurnResult& result);
  void answer(const Asked& asked, TurnResult& result);
  void tell(const store::MessageRow& row);
  void renew(const std::string& id);
  std::optional<std::int64_t> estimate(std::int64_t position) const;
  void arm();
  void refuse_all();

  // --- sending and acknowledgements (worker_sending.cc)
  void send_taken(std::vector<Taken> taken, const std::shared_ptr<Line>& line);
  void send_copies(const std::vector<stanza::OutgoingMessage>& copies,
                   const std::shared_ptr<Line>& line);
  void keep_head(std::optional<Chosen> chosen);
  Plan head_plan() const;
  std::int64_t head_wakes_at() const;
  void drop_head();
  void mind_head();
  void show_composing();
  void stop_composing(const wire::Jid& to);
  void show_available(bool available);
  void give_up_late();
  void finish(std::list<InFlight>::iterator message, AckVerdict verdict, stanza::MessageAck ack);
  void remember(const InFlight& flight, const AckVerdict& verdict);
  void settle_soon(Outcome outcome, int attempts);
  runtime::Task<> settle_beside(Outcome outcome);

  // --- what is needed first (worker_preparation.cc)
  void prepare_soon(Needs needs);
  runtime::Task<> prepare(Needs needs, std::vector<wire::Jid> tokens);
  runtime::Task<Status> fetch(Needs needs, std::vector<wire::Jid> tokens);
  runtime::Task<Status> fetch_groups(std::set<wire::Jid> groups);
  void on_prepared(const Status& fetched);
  void forget_old_gaps();

  Context& context_;
  Directory& directory_;
  Groups& groups_;
  Tokens& tokens_;
  std::unique_ptr<runtime::Timer> timer_;
  runtime::AsyncEvent changed_;
  runtime::AsyncEvent over_;
  bool running_ = false;
  bool stopping_ = false;
  bool attached_ = false;
  bool loaded_ = false;
  bool account_checked_ = false;  // since the line is there
  bool drained_ = false;          // at the last turn nothing was left but what is in flight

  std::list<std::shared_ptr<Enqueueing>> enqueueing_;
  std::list<std::shared_ptr<Cancelling>> cancelling_;
  std::vector<Outcome> outcomes_;               // not written yet
  std::list<InFlight> in_flight_;               // in the order of sending
  std::map<std::string, Underway> unanswered_;  // given up, but the ack may still come
  std::set<std::string> settling_;              // ids of which settle_beside() is writing
  std::map<std::string, Tried> tried_;
  std::vector<Missed> missed_;  // not known to have been reached; a crash forgets them
  History history_;
  std::optional<Head> head_;
  bool available_ = false;  // our presence, for typing

  bool look_ = true;  // there may be something to do in the queue
  std::optional<std::int64_t> next_time_;
  runtime::SteadyTime pause_until_{};  // after a failure of the store or of preparing
  runtime::SteadyTime store_pause_until_{};

  bool preparing_ = false;
  runtime::AsyncEvent prepared_;
  int failed_preparations_ = 0;
  int fruitless_preparations_ = 0;  // since a message was sent or ended
  std::optional<Refusal> give_up_;
  std::vector<wire::Jid> tokens_wanted_;
  Gaps gaps_;
  runtime::SteadyTime gaps_since_{};
};

}  // namespace wasphere::messaging
