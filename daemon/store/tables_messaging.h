// The repositories of messaging on SQLite. Store thread only, inside a transaction.
#pragma once

#include "daemon/store/tables.h"

namespace wasphere::store {

class SqliteSignalRepo final : public SignalRepo {
 public:
  explicit SqliteSignalRepo(Tables& tables) : tables_(tables) {}
  signal::SessionRecord session(const std::string& session_id, const wire::Jid& device) override;
  void save_session(const std::string& session_id, const wire::Jid& device,
                    const signal::SessionRecord& record) override;
  std::vector<wire::Jid> devices_with_session(const std::string& session_id,
                                              const wire::Jid& user) override;
  signal::SenderKeyRecord sender_key(const std::string& session_id, const wire::Jid& group,
                                     const wire::Jid& sender) override;
  void save_sender_key(const std::string& session_id, const wire::Jid& group,
                       const wire::Jid& sender, const signal::SenderKeyRecord& record) override;
  std::set<wire::Jid> holders(const std::string& session_id, const wire::Jid& group) override;
  void add_holders(const std::string& session_id, const wire::Jid& group,
                   const std::vector<wire::Jid>& devices) override;
  void forget_holder(const std::string& session_id, const wire::Jid& group,
                     const wire::Jid& device) override;
  void forget_holder_everywhere(const std::string& session_id, const wire::Jid& user) override;
  void rotate_sender_key(const std::string& session_id, const wire::Jid& group) override;
  void migrate(const std::string& session_id, const wire::Jid& phone,
               const wire::Jid& lid) override;

 private:
  Tables& tables_;
};

class SqliteDirectoryRepo final : public DirectoryRepo {
 public:
  explicit SqliteDirectoryRepo(Tables& tables) : tables_(tables) {}
  std::optional<wire::Jid> lid_of(const std::string& session_id, const wire::Jid& phone) override;
  std::optional<wire::Jid> phone_of(const std::string& session_id, const wire::Jid& lid) override;
  wire::Jid canonical(const std::string& session_id, const wire::Jid& jid) override;
  bool learn(const std::string& session_id, const wire::Jid& phone, const wire::Jid& lid,
             bool overwrite) override;
  std::optional<DeviceList> devices(const std::string& session_id, const wire::Jid& user) override;
  void save_devices(const std::string& session_id, const DeviceList& list) override;
  void drop_devices(const std::string& session_id, const wire::Jid& user) override;
  void save_push_name(const std::string& session_id, const wire::Jid& user,
                      const std::string& name) override;
  std::string push_name(const std::string& session_id, const wire::Jid& user) override;
  std::optional<PrivacyTokens> tokens(const std::string& session_id,
                                      const wire::Jid& user) override;
  void save_received_token(const std::string& session_id, const wire::Jid& user, BytesView token,
                           std::int64_t time_s) override;
  void save_issued_token(const std::string& session_id, const wire::Jid& user,
                         std::int64_t time_s) override;
  std::optional<CachedGroup> group(const std::string& session_id, const wire::Jid& group) override;
  void save_group(const std::string& session_id, const stanza::GroupInfo& info,
                  std::int64_t now_ms) override;
  void mark_group_stale(const std::string& session_id, const wire::Jid& group) override;
  void remove_group(const std::string& session_id, const wire::Jid& group) override;
  std::vector<CachedGroup> groups(const std::string& session_id) override;

 private:
  std::string contact(const std::string& session_id, const wire::Jid& user);

  Tables& tables_;
};

class SqliteMessageRepo final : public MessageRepo {
 public:
  explicit SqliteMessageRepo(Tables& tables) : tables_(tables) {}
  bool insert(const MessageRow& row) override;
  std::optional<MessageRow> find(const std::string& session_id, const std::string& id) override;
  std::optional<MessageRow> find_in_chat(const std::string& session_id, const std::string& chat,
                                         const std::string& id) override;
  std::optional<MessageRow> own_in_chat(const std::string& session_id, const std::string& chat,
                                        const std::string& id) override;
  std::optional<MessageRow> advance(const std::string& session_id, const std::string& id,
                                    MessageStatus status, std::int64_t time_ms) override;
  bool advance(MessageRow& row, MessageStatus status, std::int64_t time_ms) override;
  std::optional<MessageRow> fail(const std::string& session_id, const std::string& id,
                                 const std::string& error, int code, std::int64_t time_ms) override;
  bool add_receipt(const std::string& session_id, const std::string& id, const std::string& reader,
                   MessageStatus status, std::int64_t time_ms) override;
  std::vector<ReceiptRow> receipts(const std::string& session_id, const std::string& id) override;
  void set_content(const std::string& session_id, const std::string& id, const std::string& text,
                   const std::string& content_json, std::int64_t edited_at) override;
  void set_revoked(const std::string& session_id, const std::string& id,
                   std::int64_t time_ms) override;
  void set_sender(const MessageRow& row) override;
  void trace(const std::string& session_id, const std::string& id, const std::string& step,
             const std::string& detail, std::int64_t time_ms) override;
  std::vector<TraceRow> traces(const std::string& session_id, const std::string& id) override;
  MessagePage list(const MessageQuery& query) override;
  std::size_t retire(std::int64_t max_bytes, std::int64_t older_than, std::size_t limit) override;
  void save_sent(const std::string& session_id, const SentMessage& sent) override;
  std::optional<SentMessage> sent(const std::string& session_id, const std::string& id) override;
  int count_retry(const std::string& session_id, const std::string& chat, const std::string& device,
                  const std::string& id, bool incoming, int at_least) override;
  void note_base_key(const std::string& session_id, const std::string& device,
                     const std::string& id, BytesView base_key) override;
  Bytes noted_base_key(const std::string& session_id, const std::string& device,
                       const std::string& id) override;

 private:
  bool replace_placeholder(const MessageRow& row);
  std::string chat_key(const MessageQuery& query);
  std::string other_sender(const MessageQuery& query);

  Tables& tables_;
};

class SqliteOutboxRepo final : public OutboxRepo {
 public:
  explicit SqliteOutboxRepo(Tables& tables) : tables_(tables) {}
  wasphere::Status enqueue(const OutboxRow& row, std::int64_t max_depth) override;
  std::optional<OutboxRow> find(const std::string& session_id, const std::string& id) override;
  std::vector<OutboxRow> due(const std::string& session_id, std::int64_t now_ms, std::size_t limit,
                             const std::set<std::string>& in_flight = {}) override;
  std::optional<std::int64_t> next_time(const std::string& session_id,
                                        std::int64_t now_ms) override;
  void update(const OutboxRow& row) override;
  void take(const OutboxRow& row) override;
  void remove(const std::string& session_id, const std::string& id) override;
  std::vector<OutboxRow> expired(const std::string& session_id, std::int64_t now_ms) override;
  std::vector<std::string> of_others(const std::string& session_id, const std::string& phone,
                                     const std::string& lid) override;
  OutboxPage list(const OutboxQuery& query) override;
  OutboxStats stats(const std::string& session_id) override;
  Backlog backlog(const std::string& session_id) override;
  std::int64_t position(const std::string& session_id, const std::string& id) override;
  void note_send(const std::string& session_id, std::int64_t time_ms) override;
  std::vector<std::int64_t> sends_since(const std::string& session_id, std::int64_t since) override;
  std::optional<IdempotencyRow> idempotency(const std::string& owner,
                                            const std::string& key) override;
  void save_idempotency(const IdempotencyRow& row) override;
  void retire_idempotency(std::int64_t older_than) override;

 private:
  std::string chat_key(const OutboxRow& row);

  Tables& tables_;
};

}  // namespace wasphere::store
