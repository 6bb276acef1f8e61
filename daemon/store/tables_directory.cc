#include <array>
#include <charconv>

#include "daemon/store/jid_text.h"
#include "daemon/store/tables_messaging.h"

namespace wasphere::store {
namespace {

// The servers of one person's two addresses; hosted devices have servers of their own.
struct ServerPair {
  std::string_view phone, lid;
};
constexpr std::array<ServerPair, 2> kServers{
    {{wire::kUserServer, wire::kLidServer}, {"hosted", "hosted.lid"}}};

const ServerPair* pair_of_phone(const wire::Jid& jid) {
  for (const auto& servers : kServers)
    if (jid.server == servers.phone) return &servers;
  return nullptr;
}

const ServerPair* pair_of_lid(const wire::Jid& jid) {
  for (const auto& servers : kServers)
    if (jid.server == servers.lid) return &servers;
  return nullptr;
}

// Device lists as text: "device[:key index][h]", separated by commas.
std::string write_devices(const std::vector<stanza::DeviceEntry>& devices) {
  std::string out;
  for (const auto& entry : devices) {
    if (!out.empty()) out += ',';
    out += std::to_string(entry.device);
    if (entry.key_index) out += ':' + std::to_string(*entry.key_index);
    if (entry.hosted) out += 'h';
  }
  return out;
}

template <class Number>
Number take_number(std::string_view& rest) {
  Number value = 0;
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc{})
    throw StoreFailure(ErrorCode::storage_corrupt, "a device list is damaged");
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

bool take_mark(std::string_view& rest, char mark) {
  if (!rest.starts_with(mark)) return false;
  rest.remove_prefix(1);
  return true;
}

std::vector<stanza::DeviceEntry> read_devices(std::string_view text) {
  std::vector<stanza::DeviceEntry> out;
  while (!text.empty()) {
    stanza::DeviceEntry entry;
    entry.device = take_number<std::uint16_t>(text);
    if (take_mark(text, ':')) entry.key_index = take_number<std::uint32_t>(text);
    entry.hosted = take_mark(text, 'h');
    out.push_back(entry);
    if (!take_mark(text, ',')) break;
  }
  return out;
}

// A person's things follow him to his new address, where they do not replace what is there.
void move_contact(Db& db, const std::string& session_id, const std::string& phone,
                  const std::string& lid) {
  db.run(
      "INSERT INTO push_names (session_id, contact, name) SELECT session_id, ?3, name "
      "FROM push_names WHERE session_id = ?1 AND contact = ?2 ON CONFLICT DO NOTHING",
      session_id, phone, lid);
  db.run(
      "INSERT INTO privacy_tokens (session_id, contact, received, received_s, issued_s) "
      "SELECT session_id, ?3, received, received_s, issued_s FROM privacy_tokens "
      "WHERE session_id = ?1 AND contact = ?2 ON CONFLICT DO NOTHING",
      session_id, phone, lid);
  db.run("DELETE FROM push_names WHERE session_id = ?1 AND contact = ?2", session_id, phone);
  db.run("DELETE FROM privacy_tokens WHERE session_id = ?1 AND contact = ?2", session_id, phone);
  db.run("DELETE FROM device_lists WHERE session_id = ?1 AND contact = ?2", session_id, phone);
}

// Chats keep one name, or the order of a chat and the recognition of duplicates would end where the
// second address is learnt.
void move_chat(Db& db, const std::string& session_id, const std::string& phone,
               const std::string& lid) {
  db.run("UPDATE outbox SET chat = ?3 WHERE session_id = ?1 AND chat = ?2", session_id, phone, lid);
  db.run(
      "UPDATE messages " WS_BY_INDEX("messages_chat") "SET chat = ?3, chat_phone = ?2, "
      "sender = CASE sender WHEN ?2 THEN ?3 ELSE sender END, "
      "sender_phone = CASE sender WHEN ?2 THEN ?2 ELSE sender_phone END "
      "WHERE session_id = ?1 AND chat = ?2 AND NOT EXISTS (SELECT 1 FROM messages AS twin " WS_BY_INDEX("messages_id")
      "WHERE twin.session_id = ?1 AND twin.id = messages.id AND twin.chat = ?3)",
      session_id, phone, lid);
}

}  // namespace

std::optional<wire::Jid> SqliteDirectoryRepo::lid_of(const std::string& session_id,
                                                     const wire::Jid& phone) {
  const ServerPair* servers = pair_of_phone(phone);
  if (servers == nullptr || phone.user.empty()) return std::nullopt;
  auto row = tables_.db.query("SELECT lid FROM addresses WHERE session_id = ?1 AND phone = ?2",
                              session_id, phone.user);
  if (!row->step()) return std::nullopt;
  return wire::Jid{row->text(0), std::string(servers->lid), phone.device};
}

std::optional<wire::Jid> SqliteDirectoryRepo::phone_of(const std::string& session_id,
                                                       const wire::Jid& lid) {
  const ServerPair* servers = pair_of_lid(lid);
  if (servers == nullptr || lid.user.empty()) return std::nullopt;
  auto row = tables_.db.query("SELECT phone FROM addresses WHERE session_id = ?1 AND lid = ?2",
                              session_id, lid.user);
  if (!row->step()) return std::nullopt;
  return wire::Jid{row->text(0), std::string(servers->phone), lid.device};
}

wire::Jid SqliteDirectoryRepo::canonical(const std::string& session_id, const wire::Jid& jid) {
  return lid_of(session_id, jid).value_or(jid);
}

bool SqliteDirectoryRepo::learn(const std::string& session_id, const wire::Jid& phone,
                                const wire::Jid& lid, bool overwrite) {
  if (pair_of_phone(phone) == nullptr || pair_of_lid(lid) == nullptr) return false;
  if (phone.user.empty() || lid.user.empty()) return false;
  auto known = tables_.db.query(
      "SELECT phone, lid FROM addresses WHERE session_id = ?1 AND phone = ?2 "
      "UNION SELECT phone, lid FROM addresses WHERE session_id = ?1 AND lid = ?3",
      session_id, phone.user, lid.user);
  bool any = known->step();
  if (any && known->text(0) == phone.user && known->text(1) == lid.user) return false;
  known.reset();
  if (any && !overwrite) return false;
  tables_.db.run("DELETE FROM addresses WHERE session_id = ?1 AND phone = ?2", session_id,
                 phone.user);
  tables_.db.run("DELETE FROM addresses WHERE session_id = ?1 AND lid = ?2", session_id, lid.user);
  tables_.db.run("INSERT INTO addresses (session_id, phone, lid) VALUES (?1, ?2, ?3)", session_id,
                 phone.user, lid.user);
  const std::string phone_text = wire::Jid{phone.user, std::string(wire::kUserServer)}.to_string();
  const std::string lid_text = wire::Jid{lid.user, std::string(wire::kLidServer)}.to_string();
  move_contact(tables_.db, session_id, phone_text, lid_text);
  move_chat(tables_.db, session_id, phone_text, lid_text);
  return true;
}

std::string SqliteDirectoryRepo::contact(const std::string& session_id, const wire::Jid& user) {
  return bare_text(canonical(session_id, user));
}

std::optional<DeviceList> SqliteDirectoryRepo::devices(const std::string& session_id,
                                                       const wire::Jid& user) {
  const std::string key = contact(session_id, user);
  auto row = tables_.db.query(
      "SELECT devices, hash, raw_id, fetched_at FROM device_lists "
      "WHERE session_id = ?1 AND contact = ?2",
      session_id, key);
  if (!row->step()) return std::nullopt;
  return DeviceList{jid_from_text(key), read_devices(row->text(0)), row->text(1),
                    static_cast<std::uint32_t>(row->integer(2)), row->integer(3)};
}

void SqliteDirectoryRepo::save_devices(const std::string& session_id, const DeviceList& list) {
  tables_.db.run(
      "INSERT INTO device_lists (session_id, contact, devices, hash, raw_id, fetched_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (session_id, contact) DO UPDATE SET "
      "devices = excluded.devices, hash = excluded.hash, raw_id = excluded.raw_id, "
      "fetched_at = excluded.fetched_at",
      session_id, contact(session_id, list.user), write_devices(list.devices), list.hash,
      list.raw_id, list.fetched_at);
}

void SqliteDirectoryRepo::drop_devices(const std::string& session_id, const wire::Jid& user) {
  tables_.db.run("DELETE FROM device_lists WHERE session_id = ?1 AND contact = ?2", session_id,
                 contact(session_id, user));
}

void SqliteDirectoryRepo::save_push_name(const std::string& session_id, const wire::Jid& user,
                                         const std::string& name) {
  tables_.db.run(
      "INSERT INTO push_names (session_id, contact, name) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (session_id, contact) DO UPDATE SET name = excluded.name "
      "WHERE push_names.name <> excluded.name",
      session_id, contact(session_id, user), name);
}

std::string SqliteDirectoryRepo::push_name(const std::string& session_id, const wire::Jid& user) {
  auto row = tables_.db.query("SELECT name FROM push_names WHERE session_id = ?1 AND contact = ?2",
                              session_id, contact(session_id, user));
  return row->step() ? row->text(0) : std::string();
}

std::optional<PrivacyTokens> SqliteDirectoryRepo::tokens(const std::string& session_id,
                                                         const wire::Jid& user) {
  auto row = tables_.db.query(
      "SELECT received, received_s, issued_s FROM privacy_tokens "
      "WHERE session_id = ?1 AND contact = ?2",
      session_id, contact(session_id, user));
  if (!row->step()) return std::nullopt;
  return PrivacyTokens{row->blob(0), row->integer(1), row->integer(2)};
}

void SqliteDirectoryRepo::save_received_token(const std::string& session_id, const wire::Jid& user,
                                              BytesView token, std::int64_t time_s) {
  tables_.db.run(
      "INSERT INTO privacy_tokens (session_id, contact, received, received_s, issued_s) "
      "VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (session_id, contact) DO UPDATE SET "
      "received = excluded.received, received_s = excluded.received_s "
      "WHERE privacy_tokens.received_s <= excluded.received_s",
      session_id, contact(session_id, user), token, time_s);
}

void SqliteDirectoryRepo::save_issued_token(const std::string& session_id, const wire::Jid& user,
                                            std::int64_t time_s) {
  tables_.db.run(
      "INSERT INTO privacy_tokens (session_id, contact, received, received_s, issued_s) "
      "VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT (session_id, contact) DO UPDATE SET "
      "issued_s = excluded.issued_s",
      session_id, contact(session_id, user), BytesView(), time_s);
}

}  // namespace wasphere::store
