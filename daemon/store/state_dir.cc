#include "daemon/store/state_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace wasphere::store {
namespace {

constexpr const char* kLockName = "lock";

Result<Fd> open_directory(const std::string& path) {
  bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST)
    return fail(system_error(errno, "cannot create the state directory " + path));
  Fd out(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!out.open()) return fail(system_error(errno, "cannot open the state directory " + path));
  WS_CHECK(check_private(out, path));
  if (!made) return out;
  Fd parent(::openat(out.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  WS_CHECK(sync_directory(parent, path));
  return out;
}

// Only for the message: whoever holds the lock wrote its process id there.
std::string holder_of(const Fd& lock) {
  char text[16] = {};
  ssize_t got = ::pread(lock.get(), text, sizeof text - 1, 0);
  long pid = got > 0 ? std::strtol(text, nullptr, 10) : 0;
  return pid > 0 ? " (process " + std::to_string(pid) + ")" : "";
}

Result<Fd> take_lock(const Fd& directory, const std::string& path) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  std::string shown = path + "/" + kLockName;
  Fd lock(::openat(directory.get(), kLockName, kFlags, 0600));
  if (!lock.open()) return fail(system_error(errno, "cannot open " + shown));
  WS_CHECK(check_private(lock, shown));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(system_error(errno, "cannot lock " + shown));
    return fail(ErrorCode::state_locked,
                "another daemon" + holder_of(lock) + " uses the state directory " + path);
  }
  std::string pid = std::to_string(::getpid()) + "\n";
  auto size = static_cast<ssize_t>(pid.size());
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), pid.data(), pid.size(), 0) != size)
    return fail(system_error(errno, "cannot write " + shown));
  return lock;
}

Result<std::string> resolve(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  if (!real) return fail(system_error(errno, "cannot resolve the state directory " + path));
  return std::string(real.get());
}

}  // namespace

Result<StateDir> StateDir::open(const std::string& path) {
  WS_TRY(auto directory, open_directory(path));
  WS_TRY(auto real, resolve(path));
  WS_TRY(auto lock, take_lock(directory, real));
  return StateDir(std::move(real), std::move(directory), std::move(lock));
}

}  // namespace wasphere::store
