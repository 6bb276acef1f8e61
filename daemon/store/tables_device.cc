#include "daemon/store/tables.h"

namespace wasphere::store {
namespace {

std::string device_context(const std::string& session_id) {
  return seal_context("devices", session_id, "");
}

// What an earlier key sealed, and what only means something beside it.
void drop_unreadable(Db& db, const std::string& session_id) {
  db.run("DELETE FROM pre_keys WHERE session_id = ?1", session_id);
  db.run("DELETE FROM signed_pre_keys WHERE session_id = ?1", session_id);
  db.run("DELETE FROM ratchets WHERE session_id = ?1", session_id);
  db.run("DELETE FROM sender_keys WHERE session_id = ?1", session_id);
  db.run("DELETE FROM sender_key_holders WHERE session_id = ?1", session_id);
}

}  // namespace

void doom_key(Tables& tables, const std::string& session_id) {
  tables.db.run("INSERT INTO doomed_keys (session_id) VALUES (?1) ON CONFLICT DO NOTHING",
                session_id);
  tables.after.keys_doomed = true;
}

void SqliteDeviceRepo::save(const std::string& session_id, const stanza::Device& device) {
  // Before the key is made: a session that is gone must not leave a key behind.
  if (!tables_.db.query("SELECT 1 FROM sessions WHERE id = ?1", session_id)->step())
    throw StoreFailure(ErrorCode::session_not_found, "there is no session " + session_id);
  auto [key, made] = tables_.keys.ensure(session_id);
  if (made) drop_unreadable(tables_.db, session_id);
  tables_.db.run("DELETE FROM doomed_keys WHERE session_id = ?1", session_id);
  SecretBytes plain(stanza::serialize(device));
  tables_.db.run(
      "INSERT INTO devices (session_id, sealed, next_pre_key_id) VALUES (?1, ?2, 1) "
      "ON CONFLICT (session_id) DO UPDATE SET sealed = excluded.sealed",
      session_id, seal(key, plain.bytes, device_context(session_id)));
}

Result<std::optional<stanza::Device>> SqliteDeviceRepo::load(const std::string& session_id) {
  auto row = tables_.db.query("SELECT sealed FROM devices WHERE session_id = ?1", session_id);
  if (!row->step()) return std::nullopt;
  Bytes sealed = row->blob(0);
  auto key = tables_.keys.find(session_id);
  if (!key)
    return fail(ErrorCode::key_missing, "the key file of session " + session_id +
                                            " is gone; its account must be linked anew");
  auto opened = unseal(*key, sealed, device_context(session_id));
  if (!opened)
    return fail(ErrorCode::key_mismatch,
                "the key of session " + session_id + " does not open its credentials");
  SecretBytes plain(std::move(*opened));
  auto device = stanza::parse_device(plain.bytes);
  if (device) return std::optional(*std::move(device));
  return fail(ErrorCode::storage_corrupt, "the credentials of session " + session_id +
                                              " are damaged: " + device.error().message);
}

void SqliteDeviceRepo::wipe(const std::string& session_id) {
  if (tables_.db.run("DELETE FROM devices WHERE session_id = ?1", session_id) != 0)
    doom_key(tables_, session_id);
}

}  // namespace wasphere::store
