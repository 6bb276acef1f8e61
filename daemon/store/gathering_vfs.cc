#include "daemon/store/gathering_vfs.h"

#include <sqlite3.h>

#include <new>
#include <vector>

namespace wasphere::store {
namespace {

constexpr const char* kName = "wasphere";
constexpr std::size_t kMostGathered = 0x1FFFF;  // what SQLite's own files take in one write

// The log; SQLite's own file follows it in memory, as SQLite says how much there must be.
struct Log {
  sqlite3_file base;
  std::vector<char>* gathered;
  sqlite3_int64 begin;  // where that goes in the file
};

Log& log_of(sqlite3_file* file) {
  return *reinterpret_cast<Log*>(file);
}
sqlite3_file* inner(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(&log_of(file) + 1);
}

int write_out(sqlite3_file* file) {
  Log& log = log_of(file);
  if (log.gathered->empty()) return SQLITE_OK;
  const int result = inner(file)->pMethods->xWrite(
      inner(file), log.gathered->data(), static_cast<int>(log.gathered->size()), log.begin);
  log.gathered->clear();
  return result;
}

// Calls a method of SQLite's own file once it has all that was written.
template <auto Method, class... Args>
int forward(sqlite3_file* file, Args... args) {
  const int written = write_out(file);
  if (written != SQLITE_OK) return written;
  return (inner(file)->pMethods->*Method)(inner(file), args...);
}

// SQLite takes a full disk for the failure of one statement, after which the transaction may go on,
// but what could not be written out may be of an earlier one.
template <auto Method, class... Args>
int look(sqlite3_file* file, Args... args) {
  if (write_out(file) != SQLITE_OK) return SQLITE_IOERR_WRITE;
  return (inner(file)->pMethods->*Method)(inner(file), args...);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  Log& log = log_of(file);
  const auto held = log.gathered->size();
  const bool follows = log.begin + static_cast<sqlite3_int64>(held) == offset;
  if (!follows || held + static_cast<std::size_t>(size) > kMostGathered) {
    const int written = write_out(file);
    if (written != SQLITE_OK) return written;
  }
  if (log.gathered->empty()) log.begin = offset;
  const auto* bytes = static_cast<const char*>(data);
  try {
    log.gathered->insert(log.gathered->end(), bytes, bytes + size);
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  const int written = write_out(file);
  const int closed = inner(file)->pMethods->xClose(inner(file));
  delete log_of(file).gathered;
  return written != SQLITE_OK ? written : closed;
}

// These say nothing about content.
template <auto Method>
int ask(sqlite3_file* file) {
  return (inner(file)->pMethods->*Method)(inner(file));
}

using Methods = sqlite3_io_methods;
constexpr Methods kMethods = {
    1,  // shared memory and mapping are asked of the database, never of its log
    close,
    look<&Methods::xRead, void*, int, sqlite3_int64>,
    write,
    forward<&Methods::xTruncate, sqlite3_int64>,
    forward<&Methods::xSync, int>,
    look<&Methods::xFileSize, sqlite3_int64*>,
    forward<&Methods::xLock, int>,
    forward<&Methods::xUnlock, int>,
    forward<&Methods::xCheckReservedLock, int*>,
    forward<&Methods::xFileControl, int, void*>,
    ask<&Methods::xSectorSize>,
    ask<&Methods::xDeviceCharacteristics>,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

sqlite3_vfs* own() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

int open_log(const char* path, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  const int opened = own()->xOpen(own(), path, inner(file), flags, out_flags);
  if (opened != SQLITE_OK) return opened;
  log_of(file).gathered = new (std::nothrow) std::vector<char>();
  if (log_of(file).gathered == nullptr) {
    inner(file)->pMethods->xClose(inner(file));
    return SQLITE_NOMEM;
  }
  log_of(file).begin = 0;
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

// All files but the log are SQLite's own.
int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & SQLITE_OPEN_WAL) != 0) return open_log(path, file, flags, out_flags);
  return own()->xOpen(own(), path, file, flags, out_flags);
}

sqlite3_vfs* registered() {
  static sqlite3_vfs vfs = *own();
  vfs.zName = kName;
  vfs.szOsFile = own()->szOsFile + static_cast<int>(sizeof(Log));
  vfs.xOpen = open;
  sqlite3_vfs_register(&vfs, 0);
  return &vfs;
}

}  // namespace

const char* gathering_vfs() {
  static const sqlite3_vfs* const vfs = registered();
  return vfs->zName;
}

}  // namespace wasphere::store
