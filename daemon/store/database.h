// The database of a state directory, opened and checked, with the keys to its sealed columns.
#pragma once

#include <memory>
#include <string>

#include "core/util/result.h"
#include "daemon/store/key_wrap.h"
#include "daemon/store/open_store.h"
#include "daemon/store/sqlite_db.h"

namespace wasphere::store {

inline constexpr const char* kDatabaseName = "wasphere.db";

struct Database {
  std::unique_ptr<Db> db;
  std::unique_ptr<KeyRing> keys;
  std::string node;
  SealKey pepper;  // of the hashes of API keys
};

// See open_store() for the errors; StoreFailure never leaves it.
Result<Database> open_database(const StateDir& state, const StoreOptions& options);
// Notes that everything was written in order, so that the next start need not look for damage.
void mark_clean(Db& db);

}  // namespace wasphere::store
