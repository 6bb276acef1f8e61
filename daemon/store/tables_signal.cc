#include "daemon/store/jid_text.h"
#include "daemon/store/sealing.h"
#include "daemon/store/tables_messaging.h"

namespace wasphere::store {
namespace {

std::string ratchet_context(const std::string& session_id, const wire::Jid& device) {
  return seal_context("ratchets", session_id, device.to_string());
}

std::string sender_key_context(const std::string& session_id, const std::string& chat,
                               const wire::Jid& sender) {
  return seal_context("sender_keys", session_id, chat + ' ' + sender.to_string());
}

// What the record's parser made of the opened bytes.
template <class Record>
Record checked(Result<Record> record, const std::string& session_id) {
  if (record) return *std::move(record);
  throw StoreFailure(ErrorCode::storage_corrupt, "a ratchet of session " + session_id +
                                                     " is damaged: " + record.error().message);
}

bool is_own(const signal::SenderKeyRecord& record) {
  return !record.empty() && record.states.front().signing_private.has_value();
}

struct StoredKey {
  std::string chat;  // of sender keys
  std::int64_t device = 0;
  bool own = false;
  Bytes sealed;
};

// Nothing of the ratchets of `lid` is touched: where both are, the one of the phone number is old.
void migrate_ratchets(Tables& tables, const std::string& session_id, const wire::Jid& phone,
                      const wire::Jid& lid) {
  auto row =
      tables.db.query("SELECT device, sealed FROM ratchets WHERE session_id = ?1 AND contact = ?2",
                      session_id, bare_text(phone));
  std::vector<StoredKey> found;
  while (row->step()) found.push_back({{}, row->integer(0), false, row->blob(1)});
  row.reset();
  for (const StoredKey& key : found) {
    const auto from = jid_from_text(bare_text(phone), key.device);
    const auto to = jid_from_text(bare_text(lid), key.device);
    auto plain = open_sealed(tables.keys, session_id, key.sealed, ratchet_context(session_id, from),
                             "ratchets");
    tables.db.run(
        "INSERT INTO ratchets (session_id, contact, device, sealed) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT DO NOTHING",
        session_id, bare_text(to), key.device,
        seal(session_key(tables.keys, session_id), plain.bytes, ratchet_context(session_id, to)));
  }
  tables.db.run("DELETE FROM ratchets WHERE session_id = ?1 AND contact = ?2", session_id,
                bare_text(phone));
}

void migrate_sender_keys(Tables& tables, const std::string& session_id, const wire::Jid& phone,
                         const wire::Jid& lid) {
  auto row = tables.db.query(
      "SELECT chat, device, own, sealed FROM sender_keys WHERE session_id = ?1 AND contact = ?2",
      session_id, bare_text(phone));
  std::vector<StoredKey> found;
  while (row->step()) found.push_back({row->text(0), row->integer(1), row->flag(2), row->blob(3)});
  row.reset();
  for (const StoredKey& key : found) {
    const auto from = jid_from_text(bare_text(phone), key.device);
    const auto to = jid_from_text(bare_text(lid), key.device);
    auto plain = open_sealed(tables.keys, session_id, key.sealed,
                             sender_key_context(session_id, key.chat, from), "sender keys");
    tables.db.run(
        "INSERT INTO sender_keys (session_id, chat, contact, device, own, sealed) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        session_id, key.chat, bare_text(to), key.device, key.own,
        seal(session_key(tables.keys, session_id), plain.bytes,
             sender_key_context(session_id, key.chat, to)));
  }
  tables.db.run("DELETE FROM sender_keys WHERE session_id = ?1 AND contact = ?2", session_id,
                bare_text(phone));
}

void migrate_holders(Db& db, const std::string& session_id, const wire::Jid& phone,
                     const wire::Jid& lid) {
  db.run(
      "INSERT INTO sender_key_holders (session_id, chat, contact, device) "
      "SELECT session_id, chat, ?3, device FROM sender_key_holders "
      "WHERE session_id = ?1 AND contact = ?2 ON CONFLICT DO NOTHING",
      session_id, bare_text(phone), bare_text(lid));
  db.run("DELETE FROM sender_key_holders WHERE session_id = ?1 AND contact = ?2", session_id,
         bare_text(phone));
}

}  // namespace

signal::SessionRecord SqliteSignalRepo::session(const std::string& session_id,
                                                const wire::Jid& device) {
  auto row = tables_.db.query(
      "SELECT sealed FROM ratchets WHERE session_id = ?1 AND contact = ?2 AND device = ?3",
      session_id, bare_text(device), device.device);
  if (!row->step()) return {};
  auto plain = open_sealed(tables_.keys, session_id, row->blob(0),
                           ratchet_context(session_id, device), "ratchets");
  return checked(signal::parse_session_record(plain.bytes), session_id);
}

void SqliteSignalRepo::save_session(const std::string& session_id, const wire::Jid& device,
                                    const signal::SessionRecord& record) {
  if (record.empty()) {
    tables_.db.run("DELETE FROM ratchets WHERE session_id = ?1 AND contact = ?2 AND device = ?3",
                   session_id, bare_text(device), device.device);
    return;
  }
  SecretBytes plain(signal::serialize(record));
  tables_.db.run(
      "INSERT INTO ratchets (session_id, contact, device, sealed) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (session_id, contact, device) DO UPDATE SET sealed = excluded.sealed",
      session_id, bare_text(device), device.device,
      seal(session_key(tables_.keys, session_id), plain.bytes,
           ratchet_context(session_id, device)));
}

std::vector<wire::Jid> SqliteSignalRepo::devices_with_session(const std::string& session_id,
                                                              const wire::Jid& user) {
  const std::string contact = bare_text(user);
  auto row = tables_.db.query(
      "SELECT device FROM ratchets WHERE session_id = ?1 AND contact = ?2 ORDER BY device",
      session_id, contact);
  std::vector<wire::Jid> out;
  while (row->step()) out.push_back(jid_from_text(contact, row->integer(0)));
  return out;
}

signal::SenderKeyRecord SqliteSignalRepo::sender_key(const std::string& session_id,
                                                     const wire::Jid& group,
                                                     const wire::Jid& sender) {
  const std::string chat = bare_text(group);
  auto row = tables_.db.query(
      "SELECT sealed FROM sender_keys "
      "WHERE session_id = ?1 AND chat = ?2 AND contact = ?3 AND device = ?4",
      session_id, chat, bare_text(sender), sender.device);
  if (!row->step()) return {};
  auto plain = open_sealed(tables_.keys, session_id, row->blob(0),
                           sender_key_context(session_id, chat, sender), "sender keys");
  return checked(signal::parse_sender_key_record(plain.bytes), session_id);
}

void SqliteSignalRepo::save_sender_key(const std::string& session_id, const wire::Jid& group,
                                       const wire::Jid& sender,
                                       const signal::SenderKeyRecord& record) {
  const std::string chat = bare_text(group);
  if (record.empty()) {
    tables_.db.run(
        "DELETE FROM sender_keys "
        "WHERE session_id = ?1 AND chat = ?2 AND contact = ?3 AND device = ?4",
        session_id, chat, bare_text(sender), sender.device);
    return;
  }
  SecretBytes plain(signal::serialize(record));
  tables_.db.run(
      "INSERT INTO sender_keys (session_id, chat, contact, device, own, sealed) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (session_id, chat, contact, device) "
      "DO UPDATE SET own = excluded.own, sealed = excluded.sealed",
      session_id, chat, bare_text(sender), sender.device, is_own(record),
      seal(session_key(tables_.keys, session_id), plain.bytes,
           sender_key_context(session_id, chat, sender)));
}

std::set<wire::Jid> SqliteSignalRepo::holders(const std::string& session_id,
                                              const wire::Jid& group) {
  auto row = tables_.db.query(
      "SELECT contact, device FROM sender_key_holders WHERE session_id = ?1 AND chat = ?2",
      session_id, bare_text(group));
  std::set<wire::Jid> out;
  while (row->step()) out.insert(jid_from_text(row->text(0), row->integer(1)));
  return out;
}

void SqliteSignalRepo::add_holders(const std::string& session_id, const wire::Jid& group,
                                   const std::vector<wire::Jid>& devices) {
  const std::string chat = bare_text(group);
  for (const wire::Jid& device : devices)
    tables_.db.run(
        "INSERT INTO sender_key_holders (session_id, chat, contact, device) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        session_id, chat, bare_text(device), device.device);
}

void SqliteSignalRepo::forget_holder(const std::string& session_id, const wire::Jid& group,
                                     const wire::Jid& device) {
  tables_.db.run(
      "DELETE FROM sender_key_holders "
      "WHERE session_id = ?1 AND chat = ?2 AND contact = ?3 AND device = ?4",
      session_id, bare_text(group), bare_text(device), device.device);
}

void SqliteSignalRepo::forget_holder_everywhere(const std::string& session_id,
                                                const wire::Jid& user) {
  tables_.db.run("DELETE FROM sender_key_holders WHERE session_id = ?1 AND contact = ?2",
                 session_id, bare_text(user));
}

void SqliteSignalRepo::rotate_sender_key(const std::string& session_id, const wire::Jid& group) {
  const std::string chat = bare_text(group);
  tables_.db.run("DELETE FROM sender_keys WHERE session_id = ?1 AND chat = ?2 AND own = 1",
                 session_id, chat);
  tables_.db.run("DELETE FROM sender_key_holders WHERE session_id = ?1 AND chat = ?2", session_id,
                 chat);
}

void SqliteSignalRepo::migrate(const std::string& session_id, const wire::Jid& phone,
                               const wire::Jid& lid) {
  migrate_ratchets(tables_, session_id, phone, lid);
  migrate_sender_keys(tables_, session_id, phone, lid);
  migrate_holders(tables_.db, session_id, phone, lid);
}

}  // namespace wasphere::store
