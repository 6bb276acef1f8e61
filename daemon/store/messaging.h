// The repositories of messaging: ratchets, people and their devices, messages, and the queue. Same
// contract as store.h: used inside a transaction on the store thread, StoreFailure on what nobody
// can mend. Every row belongs to a session and goes with it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/model/message.h"
#include "core/signal/sender_key.h"
#include "core/signal/session_record.h"
#include "core/stanza/device.h"
#include "core/stanza/group.h"
#include "core/stanza/prekeys.h"
#include "core/stanza/usync.h"
#include "core/util/rng.h"
#include "daemon/store/message_records.h"

namespace wasphere::store {

// Ratchets, sealed at rest. Addresses are device JIDs in their canonical form: LID where it is
// known (DirectoryRepo::canonical).
class SignalRepo {
 public:
  virtual ~SignalRepo() = default;
  // Empty if there is none.
  virtual signal::SessionRecord session(const std::string& session_id, const wire::Jid& device) = 0;
  virtual void save_session(const std::string& session_id, const wire::Jid& device,
                            const signal::SessionRecord& record) = 0;  // an empty one is removed
  // The devices of a user, bare JID, that have a record.
  virtual std::vector<wire::Jid> devices_with_session(const std::string& session_id,
                                                      const wire::Jid& user) = 0;

  virtual signal::SenderKeyRecord sender_key(const std::string& session_id, const wire::Jid& group,
                                             const wire::Jid& sender) = 0;
  virtual void save_sender_key(const std::string& session_id, const wire::Jid& group,
                               const wire::Jid& sender, const signal::SenderKeyRecord& record) = 0;
  // Who has our key of the group, by device.
  virtual std::set<wire::Jid> holders(const std::string& session_id, const wire::Jid& group) = 0;
  virtual void add_holders(const std::string& session_id, const wire::Jid& group,
                           const std::vector<wire::Jid>& devices) = 0;
  virtual void forget_holder(const std::string& session_id, const wire::Jid& group,
                             const wire::Jid& device) = 0;
  virtual void forget_holder_everywhere(const std::string& session_id, const wire::Jid& user) = 0;
  // Our key and who has it: the next message makes a new one.
  virtual void rotate_sender_key(const std::string& session_id, const wire::Jid& group) = 0;

  // Moves sessions, sender keys and holders of every device of a user from his phone number to his
  // LID, where the LID has none.
  virtual void migrate(const std::string& session_id, const wire::Jid& phone,
                       const wire::Jid& lid) = 0;
};

// People: both their addresses, devices, names, privacy tokens; and groups.
class DirectoryRepo {
 public:
  virtual ~DirectoryRepo() = default;
  // The other address of a user, device kept; nothing if it is not known. People may be named by
  // either address in all that follows.
  virtual std::optional<wire::Jid> lid_of(const std::string& session_id,
                                          const wire::Jid& phone) = 0;
  virtual std::optional<wire::Jid> phone_of(const std::string& session_id,
                                            const wire::Jid& lid) = 0;
  // The LID if known, else the address itself; device kept.
  virtual wire::Jid canonical(const std::string& session_id, const wire::Jid& jid) = 0;
  // True if the pair is new: migrate then. Names, tokens, messages and the queue's chats follow to
  // the LID here. `overwrite` replaces a contradicting pair (usync, server
  // notifications); without it only what is unknown is added (message attributes).
  virtual bool learn(const std::string& session_id, const wire::Jid& phone, const wire::Jid& lid,
                     bool overwrite) = 0;

  virtual std::optional<DeviceList> devices(const std::string& session_id,
                                            const wire::Jid& user) = 0;
  virtual void save_devices(const std::string& session_id, const DeviceList& list) = 0;
  virtual void drop_devices(const std::string& session_id, const wire::Jid& user) = 0;

  virtual void save_push_name(const std::string& session_id, const wire::Jid& user,
                              const std::string& name) = 0;
  virtual std::string push_name(const std::string& session_id, const wire::Jid& user) = 0;

  virtual std::optional<PrivacyTokens> tokens(const std::string& session_id,
                                              const wire::Jid& user) = 0;
  virtual void save_received_token(const std::string& session_id, const wire::Jid& user,
                                   BytesView token, std::int64_t time_s) = 0;  // newer wins
  virtual void save_issued_token(const std::string& session_id, const wire::Jid& user,
                                 std::int64_t time_s) = 0;

  virtual std::optional<CachedGroup> group(const std::string& session_id,
                                           const wire::Jid& group) = 0;
  virtual void save_group(const std::string& session_id, const stanza::GroupInfo& info,
                          std::int64_t now_ms) = 0;
  virtual void mark_group_stale(const std::string& session_id, const wire::Jid& group) = 0;
  virtual void remove_group(const std::string& session_id, const wire::Jid& group) = 0;
  virtual std::vector<CachedGroup> groups(const std::string& session_id) = 0;
};

// Messages in both directions, for queries and for answering retries.
class MessageRepo {
 public:
  virtual ~MessageRepo() = default;
  // False if (session, chat, sender, id) is there already and no placeholder; a placeholder is
  // replaced, in its place, by anything but another one.
  virtual bool insert(const MessageRow& row) = 0;
  virtual std::optional<MessageRow> find(const std::string& session_id,
                                         const std::string& id) = 0;  // newest of that id
  virtual std::optional<MessageRow> find_in_chat(const std::string& session_id,
                                                 const std::string& chat,
                                                 const std::string& id) = 0;
  // The same if it is one of ours. Its row, and those that the next two return, have no secret and
  // payload.
  virtual std::optional<MessageRow> own_in_chat(const std::string& session_id,
                                                const std::string& chat, const std::string& id) = 0;
  // Moves the status of an outgoing message forward only; nothing if it did not move. Fills the
  // time of that status.
  virtual std::optional<MessageRow> advance(const std::string& session_id, const std::string& id,
                                            MessageStatus status, std::int64_t time_ms) = 0;
  // The same for a row of ours that was read in this transaction; false if it did not move.
  virtual bool advance(MessageRow& row, MessageStatus status, std::int64_t time_ms) = 0;
  virtual std::optional<MessageRow> fail(const std::string& session_id, const std::string& id,
                                         const std::string& error, int code,
                                         std::int64_t time_ms) = 0;
  // True if this reader's receipt of that kind is new.
  virtual bool add_receipt(const std::string& session_id, const std::string& id,
                           const std::string& reader, MessageStatus status,
                           std::int64_t time_ms) = 0;
  virtual std::vector<ReceiptRow> receipts(const std::string& session_id,
                                           const std::string& id) = 0;
  virtual void set_content(const std::string& session_id, const std::string& id,
                           const std::string& text, const std::string& content_json,
                           std::int64_t edited_at) = 0;  // an edit arrived
  virtual void set_revoked(const std::string& session_id, const std::string& id,
                           std::int64_t time_ms) = 0;
  virtual void set_sender(const MessageRow& row) = 0;  // sender and sender_phone, by its number
  // What happened to a message, for `message trace`. That it was queued, how it left first and that
  // it was sent is known without.
  virtual void trace(const std::string& session_id, const std::string& id, const std::string& step,
                     const std::string& detail, std::int64_t time_ms) = 0;
  virtual std::vector<TraceRow> traces(const std::string& session_id, const std::string& id) = 0;

  virtual MessagePage list(const MessageQuery& query) = 0;  // newest first; no secret, no payload
  // Drops the oldest beyond the limits (0: none), at most `limit` rows, never one that is queued or
  // sending; says how many. Call again while it says `limit`.
  virtual std::size_t retire(std::int64_t max_bytes, std::int64_t older_than,
                             std::size_t limit) = 0;

  // --- retries, both ways
  // What was sent, encoded and unpadded, sealed; found by either address of the chat.
  virtual void save_sent(const std::string& session_id, const SentMessage& sent) = 0;
  virtual std::optional<SentMessage> sent(const std::string& session_id, const std::string& id) = 0;
  // Counts a retry of that kind and says how many there are now: one more than before, or
  // `at_least` if that is more. A resend that arrived with a count seeds ours so.
  virtual int count_retry(const std::string& session_id, const std::string& chat,
                          const std::string& device, const std::string& id, bool incoming,
                          int at_least) = 0;
  virtual void note_base_key(const std::string& session_id, const std::string& device,
                             const std::string& id, BytesView base_key) = 0;
  virtual Bytes noted_base_key(const std::string& session_id, const std::string& device,
                               const std::string& id) = 0;
};

inline constexpr std::int64_t kIdempotencyMs = 24LL * 3600 * 1000;

// The durable queue of each session.
class OutboxRepo {
 public:
  virtual ~OutboxRepo() = default;
  // queue_full beyond `max_depth`, no_credentials if nothing could be sealed. A row whose
  // `not_before` is later than `queued_at` is scheduled and holds up nobody in its chat until it
  // was attempted.
  virtual wasphere::Status enqueue(const OutboxRow& row, std::int64_t max_depth) = 0;
  virtual std::optional<OutboxRow> find(const std::string& session_id, const std::string& id) = 0;
  // The next ones to send, in the order of the lanes (at least one bulk for five interactive), not
  // before their time and not once they expired. Rows in `sending` come first, as they were, but
  // for those `in_flight`, by id, which are left out. Within a chat none overtakes another; one
  // that waits for its next attempt holds up those after it. A row without `message` was sealed
  // under another master key: it can only fail.
  virtual std::vector<OutboxRow> due(const std::string& session_id, std::int64_t now_ms,
                                     std::size_t limit,
                                     const std::set<std::string>& in_flight = {}) = 0;
  // When the earliest scheduled or expiring row wants attention; nothing if none does.
  virtual std::optional<std::int64_t> next_time(const std::string& session_id,
                                                std::int64_t now_ms) = 0;
  // State, attempts, typing, delay, times, target.
  virtual void update(const OutboxRow& row) = 0;
  // An attempt begins: `sending`, one attempt more, in the message, too. Leaving `queued` takes a
  // turn of the lane. The row is one that was read in this transaction.
  virtual void take(const OutboxRow& row) = 0;
  virtual void remove(const std::string& session_id, const std::string& id) = 0;
  // Queued ones only: what is being sent may have arrived.
  virtual std::vector<OutboxRow> expired(const std::string& session_id, std::int64_t now_ms) = 0;
  // Ids of what was queued for another account than the one with these two bare addresses.
  virtual std::vector<std::string> of_others(const std::string& session_id,
                                             const std::string& phone, const std::string& lid) = 0;
  virtual OutboxPage list(const OutboxQuery& query) = 0;
  virtual OutboxStats stats(const std::string& session_id) = 0;
  virtual Backlog backlog(const std::string& session_id) = 0;
  // How many are sent before it, as far as can be told now; -1 if it is not in the queue.
  virtual std::int64_t position(const std::string& session_id, const std::string& id) = 0;
  // The rolling window of send times, kept over restarts; older than `since` are dropped.
  virtual void note_send(const std::string& session_id, std::int64_t time_ms) = 0;
  virtual std::vector<std::int64_t> sends_since(const std::string& session_id,
                                                std::int64_t since) = 0;

  // Idempotency: the answer kept for (owner, key), kIdempotencyMs; older ones are nothing to go by,
  // also while housekeeping has not dropped them.
  virtual std::optional<IdempotencyRow> idempotency(const std::string& owner,
                                                    const std::string& key) = 0;
  virtual void save_idempotency(const IdempotencyRow& row) = 0;
  virtual void retire_idempotency(std::int64_t older_than) = 0;
};

}  // namespace wasphere::store
