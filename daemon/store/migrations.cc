#include "daemon/store/migrations.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "daemon/store/message_search.h"
#include "daemon/store/schema.h"

namespace wasphere::store {
namespace {

constexpr std::int64_t kApplicationId = 0x57615370;  // "WaSp"

const std::array kMigrations{
    Migration{schema_of_sessions()},        Migration{schema_of_messaging()},
    Migration{schema_of_search()},          Migration{schema_of_webhooks()},
    Migration{schema_of_administration()},  Migration{schema_of_kept_answers()},
    Migration{schema_of_leaner_messages()}, Migration{schema_of_plain_numbers()}};

// SQLite fills an empty file that is there already, and keeps its mode.
wasphere::Status back_up(Db& db, const FileName& file) {
  if (::unlinkat(file.directory, file.name.c_str(), 0) != 0 && errno != ENOENT)
    return fail(system_error(errno, "cannot replace " + file.shown));
  WS_CHECK(create_private(file, {}));
  db.run("VACUUM INTO ?1", file.shown);
  Fd copy(::openat(file.directory, file.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (copy.open() && ::fsync(copy.get()) == 0) return {};
  return fail(system_error(errno, "cannot write " + file.shown));
}

wasphere::Status check_ours(Db& db, int version, int newest) {
  std::int64_t application = db.integer("PRAGMA application_id");
  bool has_tables = db.integer("SELECT count(*) FROM sqlite_master") != 0;
  bool strange = application != kApplicationId && (has_tables || version != 0);
  if (strange || version < 0)
    return fail(ErrorCode::storage_corrupt, "it is not a database of WaSphere");
  if (version <= newest) return {};
  Error error{ErrorCode::storage_corrupt, "it was written by a newer WaSphere (schema " +
                                              std::to_string(version) + ", this one knows " +
                                              std::to_string(newest) + ")"};
  error.remedy = "Install the newer version again, or restore the backup made before the upgrade.";
  return fail(std::move(error));
}

void apply(Db& db, std::span<const Migration> steps, int from) {
  std::string script = "BEGIN IMMEDIATE;";
  for (const Migration& step : steps.subspan(static_cast<std::size_t>(from)))
    script += std::string(step.sql) + ";";
  script += "PRAGMA application_id = " + std::to_string(kApplicationId) + ";";
  script += "PRAGMA user_version = " + std::to_string(steps.size()) + ";COMMIT";
  try {
    db.script(script);
  } catch (const StoreFailure&) {
    if (db.in_transaction()) db.script("ROLLBACK");
    throw;
  }
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}

Result<Migrated> migrate(Db& db, std::span<const Migration> steps, const FileName& backup) {
  Migrated out;
  out.from = static_cast<int>(db.integer("PRAGMA user_version"));
  out.to = static_cast<int>(steps.size());
  WS_CHECK(check_ours(db, out.from, out.to));
  if (out.from == out.to) return out;
  if (out.from > 0) {
    FileName file = backup;
    file.name += std::to_string(out.from);
    file.shown += std::to_string(out.from);
    WS_CHECK(back_up(db, file));
    out.backup = file.shown;
  }
  apply(db, steps, out.from);
  return out;
}

}  // namespace wasphere::store
