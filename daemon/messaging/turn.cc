#include "daemon/messaging/turn.h"

#include <iterator>

#include "daemon/messaging/pacer.h"
#include "daemon/messaging/recipient.h"

namespace wasphere::messaging {

using store::MessageRow;
using store::MessageStatus;
using store::OutboxRow;
using wire::Jid;

namespace {

class TurnJob {
 public:
  TurnJob(store::Tx& tx, const Turn& turn)
      : tx_(tx), turn_(turn), job_(turn.job), busy_(turn.busy_groups), desk_(tx, job_, turn.gaps) {}

  TurnResult run() {
    if (turn_.load) out_.sends = tx_.outbox.sends_since(job_.id(), job_.now_ms - kRateWindowMs);
    if (turn_.check_account) refuse_of_others();
    admit_all();
    for (const Outcome& outcome : turn_.outcomes) settle_one(outcome);
    for (const std::string& id : turn_.cancellations) cancel(id);
    for (MessageRow& row : expire(tx_, job_, turn_.in_flight)) note(std::move(row));
    for (const Missed& missed : turn_.missed) reach(missed);
    if (!turn_.send_id.empty()) send_chosen();
    if (turn_.window > 0) fill_window();
    if (turn_.choose) choose();
    desk_.ratchets.flush();
    out_.next_time = tx_.outbox.next_time(job_.id(), job_.now_ms);
    return std::move(out_);
  }

 private:
  void admit_all() {
    if (turn_.requests.empty()) return;
    store::Backlog ahead = tx_.outbox.backlog(job_.id());
    for (const Request* request : turn_.requests)
      out_.accepted.push_back(admit(tx_, job_, turn_.options, *request, ahead));
  }

  void note(std::optional<MessageRow> row) {
    if (row) out_.changed.push_back(std::move(*row));
  }

  void settle_one(const Outcome& outcome) {
    note(settle(tx_, job_, outcome, turn_.options.max_attempts));
    const Underway& message = outcome.message;
    if (counts_other_devices(outcome))
      out_.missed.push_back({message.id, message.to, message.devices});
  }

  void reach(const Missed& missed) {
    Needs needs;
    auto copies = copies_for_missed(desk_, missed, needs);
    std::move(copies.begin(), copies.end(), std::back_inserter(out_.copies));
    if (needs.none() || turn_.give_up) return;
    out_.needs.add(needs);
    out_.missed.push_back(missed);
  }

  void cancel(const std::string& id) {
    auto row = cancel_message(tx_, job_, id);
    if (row) out_.changed.push_back(*row);
    out_.cancelled.push_back(std::move(row));
  }

  // Queued while the session was linked to another account, which is who was to say it.
  void refuse_of_others() {
    const std::string phone = job_.own.jid.without_device().to_string();
    const std::string lid = job_.own.lid.without_device().to_string();
    for (const std::string& id : tx_.outbox.of_others(job_.id(), phone, lid))
      note(fail_message(tx_, job_, id, "ACCOUNT_CHANGED", 0,
                        "the session is linked to another account now"));
  }

  bool is_over(const OutboxRow& row) const {
    return row.expires_at > 0 && row.expires_at <= job_.now_ms;
  }

  void refuse(const OutboxRow& row, const Refusal& refusal) {
    note(fail_message(tx_, job_, row.id, refusal.error, 0, refusal.detail));
  }

  // False if it must wait.
  bool on_needs(const OutboxRow& row, const Needs& needs) {
    if (turn_.give_up) {
      refuse(row, *turn_.give_up);
      return true;
    }
    out_.needs.add(needs);
    return false;
  }

  // The same. Nobody could be reached: the list may be old, which is asked for once.
  bool on_refusal(const OutboxRow& row, const Refusal& refusal) {
    if (refusal.stale.user.empty() || turn_.give_up || turn_.renewed.contains(row.id)) {
      refuse(row, refusal);
      return true;
    }
    tx_.directory.drop_devices(job_.id(), refusal.stale);
    tx_.messages.trace(job_.id(), row.id, "devices", refusal.detail, job_.now_ms);
    out_.renewed.push_back(row.id);
    out_.needs.users.insert(refusal.stale);
    return false;
  }

  // Before it leaves: what the crash rule and the rate limit rest on.
  void take(const OutboxRow& row, Departure departure) {
    tx_.outbox.take(row);
    tx_.outbox.note_send(job_.id(), job_.now_ms);
    if (row.attempts > 0)
      tx_.messages.trace(job_.id(), row.id, "sending", departure.detail, job_.now_ms);
    if (!departure.new_holders.empty()) busy_.insert(departure.stanza.to);
    out_.taken.push_back({std::move(departure), row.type, row.attempts + 1});
  }

  // False if it, and what is behind it, must wait.
  bool try_to_send(const OutboxRow& row) {
    if (row.attempts > 0 && drop_if_sent(tx_, job_, row.id)) return true;
    if (is_over(row)) {
      note(expire_message(tx_, job_, row.id));
      return true;
    }
    if (busy_.contains(Jid::parse(row.to).value_or(Jid{}))) return false;
    Draft draft = depart(desk_, row);
    if (auto* departure = std::get_if<Departure>(&draft)) {
      take(row, std::move(*departure));
    } else if (const auto* refusal = std::get_if<Refusal>(&draft)) {
      return on_refusal(row, *refusal);
    } else {
      return on_needs(row, std::get<Needs>(draft));
    }
    return true;
  }

  // What waits behind says what it will need, so that one question answers for many.
  void look_ahead(const OutboxRow& row) {
    const auto obstacle = obstacles(desk_, row);
    if (!obstacle) return;
    if (const auto* needs = std::get_if<Needs>(&*obstacle)) out_.needs.add(*needs);
  }

  void fill_window() {
    const auto rows = tx_.outbox.due(job_.id(), job_.now_ms, turn_.window, turn_.in_flight);
    bool waiting = false;
    for (const OutboxRow& row : rows) {
      if (waiting) {
        look_ahead(row);
      } else {
        waiting = !try_to_send(row);
      }
    }
    const bool full = rows.size() == turn_.window;
    out_.more = !waiting && full && out_.taken.size() < turn_.window;
    out_.drained = !waiting && !full && nobody_waits();
  }

  bool nobody_waits() {
    const store::Backlog left = tx_.outbox.backlog(job_.id());
    return left.interactive + left.bulk == 0;
  }

  void send_chosen() {
    const auto row = tx_.outbox.find(job_.id(), turn_.send_id);
    if (row && row->not_before <= job_.now_ms) try_to_send(*row);
  }

  void draw(OutboxRow& row) {
    if (row.delay_ms >= 0) return;
    row.delay_ms = draw_delay(job_.session.settings, job_.rng);
    row.typing_ms = types(row) ? draw_typing(count_characters(row.text), job_.rng) : 0;
    tx_.outbox.update(row);
  }

  // Nobody sees typing in a group where only admins write (behaviour 7.5).
  bool types(const OutboxRow& row) {
    if (!job_.session.settings.typing_simulation || row.type != "text") return false;
    const Jid to = Jid::parse(row.to).value_or(Jid{});
    if (!is_group(to)) return true;
    const auto group = tx_.directory.group(job_.id(), to);
    return !group || !group->info.announce;
  }

  // False: that one is gone, look at the next.
  bool choose(OutboxRow row) {
    if (row.attempts > 0 && drop_if_sent(tx_, job_, row.id)) return false;
    if (is_over(row)) {
      note(expire_message(tx_, job_, row.id));
      return false;
    }
    draw(row);
    if (const auto obstacle = obstacles(desk_, row)) {
      if (const auto* refusal = std::get_if<Refusal>(&*obstacle)) {
        refuse(row, *refusal);
        return false;
      }
      if (on_needs(row, std::get<Needs>(*obstacle))) return false;
    }
    Chosen chosen{row.id, Jid::parse(row.to).value_or(Jid{}), row.delay_ms, row.typing_ms};
    if (row.attempts > 0) chosen.typing_ms = 0;
    out_.chosen = std::move(chosen);
    return true;
  }

  void choose() {
    for (;;) {
      auto rows = tx_.outbox.due(job_.id(), job_.now_ms, 1);
      if (rows.empty() || choose(std::move(rows.front()))) return;
    }
  }

  store::Tx& tx_;
  const Turn& turn_;
  const JobContext& job_;
  std::set<Jid> busy_;
  Desk desk_;
  TurnResult out_;
};

}  // namespace

Result<TurnResult> run_turn(store::Tx& tx, const Turn& turn) {
  return TurnJob(tx, turn).run();
}

}  // namespace wasphere::messaging
