// SQLite writes each page of its log by two calls of the system. This VFS, a thin layer over
// SQLite's own, gathers what follows each other and writes it in one piece, at the latest when the
// log is to be synced: before a commit is done and before any other connection may read it.
#pragma once

namespace wasphere::store {

// The name to open databases by. Any thread. For databases that one process writes: what it has
// undone may still be gathered, and written, when another's transaction is in that place. Not for
// `synchronous` lower than FULL, where commits are shown to others without a sync.
const char* gathering_vfs();

}  // namespace wasphere::store
