// SessionState: what a session is, in memory and in the store. Every change goes through apply(),
// which writes row, credentials and events in one transaction and only then shows them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/messaging/line.h"
#include "daemon/runtime/async_mutex.h"
#include "daemon/session/services.h"
#include "daemon/session/snapshot.h"

namespace wasphere::session {

enum class Credentials : std::uint8_t {
  keep,
  wipe,   // everything that belongs to the account is erased
  renew,  // the same, and a new Device that can be linked
};

struct Change {
  std::function<void(store::SessionRow&)> row;  // null: the row stays as it is
  std::function<void(stanza::Device&)> device;  // null: the Device stays as it is
  std::function<void(store::Tx&)> also;         // in the same transaction; may be null
  std::vector<events::Event> events;
  Credentials credentials = Credentials::keep;
};

struct Phase {
  store::Status status = store::Status::disconnected;
  std::string detail;
  std::string reason;  // empty: none
};

// Main thread only. A failed write changes nothing.
class SessionState final : public messaging::AccountView {
 public:
  SessionState(const Services& services, store::SessionRow row);

  const store::SessionRow& row() const override { return row_; }
  // Our credentials; null until load_device() or a renewal.
  const stanza::Device* device() const override { return device_ ? &*device_ : nullptr; }
  bool in(store::Status status, std::string_view detail) const;

  runtime::Task<Status> insert();       // a new row, with a new Device and session.created
  runtime::Task<Status> load_device();  // once; later calls cost nothing
  runtime::Task<Status> apply(Change change);
  // The transition: status, detail and reason, with `event`, or session.status if there is none.
  runtime::Task<Status> enter(Phase phase, std::optional<events::Event> event);
  runtime::Task<Status> remove();  // row, credentials, with session.deleted
  // The store fails: what cannot be written is at least shown.
  void show_store_failure(std::string reason, std::int64_t next_attempt_at);

  // What lives only in memory.
  void show_qr(std::optional<Qr> qr);
  void show_code(std::optional<PairingCode> code);
  std::optional<Qr> live_qr() const;
  std::optional<PairingCode> live_code() const;
  void saw_traffic(std::int64_t at_ms);  // lastSeenAt; written with the next change

  void pulse();  // wakes who waits for a change
  runtime::Task<> next_change() { return changed_.wait(); }

 private:
  store::EventRow encode(const events::Event& event, const store::SessionRow& row) const;
  std::int64_t now() const;

  Services services_;
  store::SessionRow row_;
  std::optional<stanza::Device> device_;
  std::optional<Qr> qr_;
  std::optional<PairingCode> code_;
  runtime::AsyncMutex writing_;
  runtime::AsyncEvent changed_;
};

}  // namespace wasphere::session
