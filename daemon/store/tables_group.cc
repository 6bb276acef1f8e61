#include <algorithm>
#include <ranges>

#include "daemon/store/jid_text.h"
#include "daemon/store/tables_messaging.h"

#define WS_GROUP_COLUMNS                                                                        \
  "jid, subject, created, creator, description, mode, announce, locked, ephemeral_s, members, " \
  "fetched_at, stale"

namespace wasphere::store {
namespace {

// A member a line, its fields separated by tabs: neither occurs in a JID. Whole groups are read and
// written, with up to a thousand members.
std::string write_members(const std::vector<stanza::GroupMember>& members) {
  std::string out;
  for (const auto& member : members) {
    out += member.jid.to_string() + '\t';
    out += (member.phone ? member.phone->to_string() : "") + '\t';
    out += (member.lid ? member.lid->to_string() : "") + '\t';
    for (char c : member.role)
      if (c != '\t' && c != '\n') out += c;
    out += '\n';
  }
  return out;
}

std::string_view take_until(std::string_view& rest, char mark) {
  const std::size_t end = std::min(rest.find(mark), rest.size());
  const std::string_view out = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return out;
}

std::optional<wire::Jid> optional_jid(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return jid_from_text(std::string(text));
}

std::vector<stanza::GroupMember> read_members(std::string_view text) {
  std::vector<stanza::GroupMember> out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    stanza::GroupMember member;
    member.jid = jid_from_text(std::string(take_until(line, '\t')));
    member.phone = optional_jid(take_until(line, '\t'));
    member.lid = optional_jid(take_until(line, '\t'));
    member.role = line;
    out.push_back(std::move(member));
  }
  return out;
}

CachedGroup read_group(const Query& row) {
  CachedGroup out;
  out.info.jid = jid_from_text(row.text(0));
  out.info.subject = row.text(1);
  out.info.created = static_cast<std::uint64_t>(row.integer(2));
  out.info.creator = row.text(3);
  out.info.description = row.text(4);
  out.info.mode = row.text(5) == "lid" ? stanza::AddressingMode::lid : stanza::AddressingMode::pn;
  out.info.announce = row.flag(6);
  out.info.locked = row.flag(7);
  out.info.ephemeral_s = static_cast<std::uint32_t>(row.integer(8));
  out.info.members = read_members(row.text(9));
  out.fetched_at = row.integer(10);
  out.stale = row.flag(11);
  return out;
}

}  // namespace

std::optional<CachedGroup> SqliteDirectoryRepo::group(const std::string& session_id,
                                                      const wire::Jid& group) {
  auto row = tables_.db.query("SELECT " WS_GROUP_COLUMNS
                              " FROM chat_groups WHERE session_id = ?1 AND jid = ?2",
                              session_id, bare_text(group));
  if (!row->step()) return std::nullopt;
  return read_group(*row);
}

void SqliteDirectoryRepo::save_group(const std::string& session_id, const stanza::GroupInfo& info,
                                     std::int64_t now_ms) {
  const bool by_lid = info.mode == stanza::AddressingMode::lid;
  tables_.db.run(
      "INSERT INTO chat_groups (session_id, " WS_GROUP_COLUMNS
      ") "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0) "
      "ON CONFLICT (session_id, jid) DO UPDATE SET subject = excluded.subject, "
      "created = excluded.created, creator = excluded.creator, "
      "description = excluded.description, mode = excluded.mode, announce = excluded.announce, "
      "locked = excluded.locked, ephemeral_s = excluded.ephemeral_s, "
      "members = excluded.members, fetched_at = excluded.fetched_at, stale = 0",
      session_id, bare_text(info.jid), info.subject, info.created, info.creator, info.description,
      by_lid ? "lid" : "pn", info.announce, info.locked, info.ephemeral_s,
      write_members(info.members), now_ms);
}

void SqliteDirectoryRepo::mark_group_stale(const std::string& session_id, const wire::Jid& group) {
  tables_.db.run("UPDATE chat_groups SET stale = 1 WHERE session_id = ?1 AND jid = ?2", session_id,
                 bare_text(group));
}

void SqliteDirectoryRepo::remove_group(const std::string& session_id, const wire::Jid& group) {
  tables_.db.run("DELETE FROM chat_groups WHERE session_id = ?1 AND jid = ?2", session_id,
                 bare_text(group));
}

std::vector<CachedGroup> SqliteDirectoryRepo::groups(const std::string& session_id) {
  auto row = tables_.db.query("SELECT " WS_GROUP_COLUMNS
                              " FROM chat_groups WHERE session_id = ?1 ORDER BY jid",
                              session_id);
  std::vector<CachedGroup> out;
  while (row->step()) out.push_back(read_group(*row));
  return out;
}

}  // namespace wasphere::store
