#include "daemon/store/sealing.h"

namespace wasphere::store {
namespace {

std::string pre_key_context(const std::string& session_id, std::uint32_t id) {
  return seal_context("pre_keys", session_id, std::to_string(id));
}

std::string signed_context(const std::string& session_id, std::uint32_t id) {
  return seal_context("signed_pre_keys", session_id, std::to_string(id));
}

crypto::KeyPair open_key(const SealKey& key, const Bytes& sealed, const std::string& session_id,
                         const std::string& context) {
  auto opened = unseal(key, sealed, context);
  SecretBytes plain(opened ? std::move(*opened) : Bytes{});
  auto secret = crypto::PrivateKey::from(plain.bytes);
  if (!secret)
    throw StoreFailure(ErrorCode::key_mismatch,
                       "the key of session " + session_id + " does not open its pre-keys");
  return crypto::KeyPair::from_private(std::move(*secret));
}

}  // namespace

std::vector<stanza::PreKey> SqlitePreKeyRepo::reserve(const std::string& session_id,
                                                      std::uint32_t count, Rng& rng) {
  next_id(session_id);  // there is a device
  const SealKey key = session_key(tables_.keys, session_id);
  auto out = waiting(session_id, key, count);
  const auto missing = count - static_cast<std::uint32_t>(out.size());
  for (stanza::PreKey& made : make(session_id, key, missing, rng)) out.push_back(std::move(made));
  return out;
}

std::vector<stanza::PreKey> SqlitePreKeyRepo::make(const std::string& session_id,
                                                   const SealKey& key, std::uint32_t count,
                                                   Rng& rng) {
  std::uint32_t next = next_id(session_id);
  if (count > stanza::kMaxPreKeyId || next > stanza::kMaxPreKeyId - count + 1)
    throw StoreFailure(ErrorCode::not_supported,
                       "the pre-key ids of this device are used up; link the session anew");
  std::vector<stanza::PreKey> out;
  for (; count > 0; --count, ++next) {
    out.push_back({next, crypto::KeyPair::generate(rng)});
    insert(session_id, key, out.back());
  }
  tables_.db.run("UPDATE devices SET next_pre_key_id = ?2 WHERE session_id = ?1", session_id, next);
  return out;
}

// What waits to be uploaded is not taken for this: an upload of it may be under way.
stanza::PreKey SqlitePreKeyRepo::make_given(const std::string& session_id, Rng& rng) {
  next_id(session_id);
  auto made = make(session_id, session_key(tables_.keys, session_id), 1, rng);
  mark_uploaded(session_id, {made.front().id});
  return std::move(made.front());
}

std::uint32_t SqlitePreKeyRepo::next_id(const std::string& session_id) {
  auto row =
      tables_.db.query("SELECT next_pre_key_id FROM devices WHERE session_id = ?1", session_id);
  if (!row->step())
    throw StoreFailure(ErrorCode::no_credentials,
                       "session " + session_id + " has no device that pre-keys could belong to");
  return static_cast<std::uint32_t>(row->integer(0));
}

std::vector<stanza::PreKey> SqlitePreKeyRepo::waiting(const std::string& session_id,
                                                      const SealKey& key, std::uint32_t count) {
  auto row = tables_.db.query(
      "SELECT id, sealed FROM pre_keys WHERE session_id = ?1 AND uploaded = 0 "
      "ORDER BY id LIMIT ?2",
      session_id, count);
  std::vector<stanza::PreKey> out;
  while (row->step()) {
    auto id = static_cast<std::uint32_t>(row->integer(0));
    const auto context = pre_key_context(session_id, id);
    out.push_back({id, open_key(key, row->blob(1), session_id, context)});
  }
  return out;
}

void SqlitePreKeyRepo::insert(const std::string& session_id, const SealKey& key,
                              const stanza::PreKey& pre_key) {
  tables_.db.run(
      "INSERT INTO pre_keys (session_id, id, public_key, sealed, uploaded) "
      "VALUES (?1, ?2, ?3, ?4, 0)",
      session_id, pre_key.id, pre_key.key.public_key,
      seal(key, pre_key.key.private_key.view(), pre_key_context(session_id, pre_key.id)));
}

void SqlitePreKeyRepo::mark_uploaded(const std::string& session_id,
                                     const std::vector<std::uint32_t>& ids) {
  for (std::uint32_t id : ids)
    tables_.db.run("UPDATE pre_keys SET uploaded = 1 WHERE session_id = ?1 AND id = ?2", session_id,
                   id);
}

void SqlitePreKeyRepo::mark_all_uploaded(const std::string& session_id) {
  tables_.db.run("UPDATE pre_keys SET uploaded = 1 WHERE session_id = ?1 AND uploaded = 0",
                 session_id);
}

std::optional<stanza::PreKey> SqlitePreKeyRepo::find(const std::string& session_id,
                                                     std::uint32_t id) {
  auto row = tables_.db.query("SELECT sealed FROM pre_keys WHERE session_id = ?1 AND id = ?2",
                              session_id, id);
  if (!row->step()) return std::nullopt;
  const SealKey key = session_key(tables_.keys, session_id);
  const auto context = pre_key_context(session_id, id);
  return stanza::PreKey{id, open_key(key, row->blob(0), session_id, context)};
}

void SqlitePreKeyRepo::remove(const std::string& session_id, std::uint32_t id) {
  tables_.db.run("DELETE FROM pre_keys WHERE session_id = ?1 AND id = ?2", session_id, id);
}

std::optional<stanza::SignedPreKey> SqlitePreKeyRepo::find_signed(const std::string& session_id,
                                                                  std::uint32_t id) {
  auto row = tables_.db.query(
      "SELECT sealed, signature FROM signed_pre_keys WHERE session_id = ?1 AND id = ?2", session_id,
      id);
  if (!row->step()) return std::nullopt;
  const SealKey key = session_key(tables_.keys, session_id);
  stanza::SignedPreKey out;
  out.id = id;
  out.key = open_key(key, row->blob(0), session_id, signed_context(session_id, id));
  const auto signature = to_array<64>(row->blob(1));
  if (!signature) throw StoreFailure(ErrorCode::storage_corrupt, "a signature is not of its size");
  out.signature = *signature;
  return out;
}

void SqlitePreKeyRepo::keep_signed(const std::string& session_id, const stanza::SignedPreKey& key,
                                   std::int64_t now_ms) {
  const SealKey seal_key = session_key(tables_.keys, session_id);
  tables_.db.run(
      "INSERT INTO signed_pre_keys (session_id, id, sealed, signature, kept_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (session_id, id) DO UPDATE "
      "SET kept_at = excluded.kept_at",
      session_id, key.id,
      seal(seal_key, key.key.private_key.view(), signed_context(session_id, key.id)),
      BytesView(key.signature), now_ms);
}

std::int64_t SqlitePreKeyRepo::last_rotation(const std::string& session_id) {
  auto row = tables_.db.query(
      "SELECT coalesce(max(kept_at), 0) FROM signed_pre_keys WHERE session_id = ?1", session_id);
  return row->step() ? row->integer(0) : 0;
}

}  // namespace wasphere::store
