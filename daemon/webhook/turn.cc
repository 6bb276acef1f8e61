#include "daemon/webhook/turn.h"

#include "core/util/id.h"
#include "daemon/store/admin.h"
#include "ipc/webhook_wire.h"

namespace wasphere::webhook {
namespace {

constexpr std::size_t kPage = 200;
// How far the stored cursor may stay behind while nothing is wanted: what is read again after a
// restart, for the price of not writing at every event.
constexpr std::int64_t kCursorLag = 500;
// So many failed attempts and then a success: the receiver was away as a whole and has come back.
constexpr int kOutage = 3;

class Turn {
 public:
  Turn(store::Tx& tx, const TurnInput& input, Rng& rng, events::Encoder& encoder)
      : tx_(tx), input_(input), rng_(rng), encoder_(encoder) {}

  TurnResult take() {
    auto row = tx_.webhooks.find(input_.webhook_id);
    out_.gone = !row;
    if (!row) return std::move(out_);
    out_.webhook = *std::move(row);
    out_.cursor = std::max(input_.cursor, out_.webhook.cursor);
    out_.failed_in_a_row = input_.failed_in_a_row;
    record_all();
    if (!input_.record_only) {
      take_up_events();
      find_due();
    }
    if (changed_) tx_.webhooks.update(out_.webhook);
    return std::move(out_);
  }

 private:
  void record_all() {
    const bool was_active = out_.webhook.active;
    bool hasten = false;
    for (const Finished& finished : input_.finished) hasten = record(finished) || hasten;
    if (hasten) tx_.webhooks.hasten(input_.webhook_id, input_.now);
    out_.switched_off = was_active && !out_.webhook.active;
    if (out_.switched_off) tell_switched_off();
  }

  // True if what waits for its next attempt should be tried now.
  bool record(const Finished& finished) {
    auto row = tx_.webhooks.find_delivery(input_.webhook_id, finished.delivery.id);
    const bool open = row && (row->status == store::DeliveryStatus::pending ||
                              row->status == store::DeliveryStatus::retrying);
    if (!open) return false;
    const bool was_active = out_.webhook.active;
    settle(finished.attempt, input_.now, rng_, out_.webhook, *row);
    if (was_active && !out_.webhook.active) last_status_ = finished.attempt.status;
    tx_.webhooks.settle(*row);
    changed_ = true;
    const int failed_before = out_.failed_in_a_row;
    const bool good = succeeded(finished.attempt);
    out_.failed_in_a_row = good ? 0 : failed_before + 1;
    return good && failed_before >= kOutage;
  }

  void tell_switched_off() {
    events::WebhookDisabled event{out_.webhook.id, out_.webhook.name, out_.webhook.disabled_reason};
    tx_.events.append(encoder_.encode(event, store::SessionRow{}, input_.now));
    store::AuditRow row;
    row.id = make_id("aud", input_.now, rng_);
    row.time = input_.now;
    row.actor_type = "system";
    row.method = "SYSTEM";
    row.endpoint = "/api/webhooks/" + out_.webhook.id;
    row.rpc_method = "webhook.disabled";
    row.status_code = last_status_;
    tx_.audit.append(row);
  }

  void take_up_events() {
    if (!out_.webhook.active && !out_.webhook.buffer_when_inactive) {
      out_.cursor = tx_.events.last_seq();
      return;
    }
    skip_retired();
    const auto rows = tx_.events.after(out_.cursor, kPage);
    for (const store::EventRow& event : rows) take_up(event);
    out_.more = rows.size() == kPage;
    const bool behind = out_.cursor - out_.webhook.cursor > kCursorLag;
    if (!owed_ && !behind) return;
    out_.webhook.cursor = out_.cursor;
    changed_ = true;
  }

  void skip_retired() {
    const std::int64_t kept = tx_.events.first_seq();
    const std::int64_t first = kept != 0 ? kept : tx_.events.last_seq() + 1;
    if (first <= out_.cursor + 1) return;
    out_.missed = first - out_.cursor - 1;
    out_.cursor = first - 1;
  }

  void take_up(const store::EventRow& event) {
    out_.cursor = event.seq;
    // A QR that nobody can scan any more is not news.
    const bool stale = event.expires_at != 0 && event.expires_at <= input_.now;
    if (stale || !wants(out_.webhook, event.type, event.session_id)) return;
    store::DeliveryRow row;
    row.id = make_id("dlv", input_.now, rng_);
    row.webhook_id = input_.webhook_id;
    row.event_id = event.id;
    row.event = event.type;
    row.session_id = event.session_id;
    row.order_key = event.order_key;
    row.created_at = input_.now;
    row.next_attempt_at = input_.now;
    row.body = ipc::webhook_body(event.payload, row.id);
    if (!out_.webhook.active) bury(row);
    tx_.webhooks.enqueue(row);
    owed_ = true;
  }

  void bury(store::DeliveryRow& row) const {
    row.status = store::DeliveryStatus::dead;
    row.next_attempt_at = 0;
    row.finished_at = input_.now;
    row.last_error = "The webhook was not active.";
  }

  void find_due() {
    if (!out_.webhook.active) return;
    std::set<std::string> busy = input_.in_flight;
    for (const Finished& finished : input_.finished) busy.erase(lane_of(finished.delivery));
    auto heads = tx_.webhooks.due(input_.webhook_id, input_.now, input_.slots + busy.size() + 1);
    for (store::DeliveryRow& head : heads) {
      if (busy.contains(lane_of(head))) continue;
      if (out_.due.size() < input_.slots) out_.due.push_back(std::move(head));
    }
    if (!out_.due.empty()) out_.secrets = tx_.webhooks.secrets(input_.webhook_id);
    out_.next_due = tx_.webhooks.next_due(input_.webhook_id, input_.now).value_or(0);
  }

  store::Tx& tx_;
  const TurnInput& input_;
  Rng& rng_;
  events::Encoder& encoder_;
  TurnResult out_;
  int last_status_ = 0;  // what the attempt was answered with that switched the webhook off
  bool changed_ = false;
  bool owed_ = false;
};

}  // namespace

std::string lane_of(const store::DeliveryRow& delivery) {
  return delivery.session_id + "\n" + delivery.order_key;
}

TurnResult take_turn(store::Tx& tx, const TurnInput& input, Rng& rng, events::Encoder& encoder) {
  return Turn(tx, input, rng, encoder).take();
}

}  // namespace wasphere::webhook
