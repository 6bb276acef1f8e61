// The schema and its versions. Forward only: a database of a newer version is refused.
#pragma once

#include <span>
#include <string>

#include "core/util/result.h"
#include "daemon/store/private_file.h"
#include "daemon/store/sqlite_db.h"

namespace wasphere::store {

// One step; the n-th in the list leads from version n to n + 1.
struct Migration {
  const char* sql;
};

std::span<const Migration> migrations();

struct Migrated {
  int from = 0;  // 0: the database was empty
  int to = 0;
  std::string backup;  // copy of the older database; empty if none was needed
};

// Brings the database to the version of the last migration, in one transaction. A database that is
// not empty is copied first, durably, to `backup` with the old version added to the name.
// storage_corrupt if it is not one of ours or is newer than this program. Throws StoreFailure when
// SQLite fails.
Result<Migrated> migrate(Db& db, std::span<const Migration> steps, const FileName& backup);

}  // namespace wasphere::store
