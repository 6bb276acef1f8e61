#include "daemon/store/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace wasphere::store {
namespace {

tl::unexpected<Error> insecure(const std::string& message, const std::string& remedy) {
  Error error{ErrorCode::state_insecure, message};
  error.remedy = remedy;
  return fail(std::move(error));
}

std::string octal(mode_t mode) {
  std::string out = "0000";
  for (std::size_t i = 4; i-- > 0; mode >>= 3) out[i] = static_cast<char>('0' + (mode & 7));
  return out;
}

wasphere::Status write_all(const Fd& file, BytesView bytes, const std::string& shown) {
  while (!bytes.empty()) {
    ssize_t wrote = ::write(file.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail(system_error(errno, "cannot write " + shown));
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

wasphere::Status sync_file(const Fd& file, const std::string& shown) {
  if (::fsync(file.get()) == 0) return {};
  return fail(system_error(errno, "cannot write " + shown));
}

Result<Bytes> read_all(const Fd& file, std::size_t limit, const std::string& shown) {
  Bytes out(limit + 1);
  std::size_t size = 0;
  while (size < out.size()) {
    ssize_t got = ::read(file.get(), out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error(errno, "cannot read " + shown));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  out.resize(size);
  return out;
}

wasphere::Status write_temporary(const FileName& file, const std::string& name,
                                 BytesView contents) {
  if (::unlinkat(file.directory, name.c_str(), 0) != 0 && errno != ENOENT)
    return fail(system_error(errno, "cannot remove " + file.shown + ".new"));
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Fd out(::openat(file.directory, name.c_str(), kFlags, 0600));
  if (!out.open()) return fail(system_error(errno, "cannot create " + file.shown));
  WS_CHECK(write_all(out, contents, file.shown));
  return sync_file(out, file.shown);
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

int Fd::release() {
  return std::exchange(fd_, -1);
}

Error system_error(int error, const std::string& doing) {
  bool full = error == ENOSPC || error == EDQUOT || error == EROFS;
  return {full ? ErrorCode::storage_unavailable : ErrorCode::io_error,
          doing + ": " + std::strerror(error)};
}

wasphere::Status check_private(const Fd& file, const std::string& shown, Trust trust) {
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return fail(system_error(errno, "cannot examine " + shown));
  bool directory = S_ISDIR(info.st_mode);
  if (!directory && !S_ISREG(info.st_mode))
    return insecure(shown + " is neither a file nor a directory", "Remove it.");
  bool credential = trust == Trust::credential;
  if (info.st_uid != ::geteuid() && !(credential && info.st_uid == 0))
    return insecure(
        shown + " belongs to user " + std::to_string(info.st_uid) +
            ", while the daemon runs as user " + std::to_string(::geteuid()),
        "Run the daemon as its owner, or: chown " + std::to_string(::geteuid()) + " " + shown);
  mode_t mode = info.st_mode & 07777;
  if ((mode & (credential ? 0037 : 0077)) == 0) return {};
  return insecure(shown + " is open to other users (mode " + octal(mode) + ")",
                  std::string("Run: chmod ") + (directory ? "0700 " : "0600 ") + shown);
}

Result<std::optional<Bytes>> read_private(const FileName& file, std::size_t limit, Trust trust) {
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  Fd in(::openat(file.directory, file.name.c_str(), kFlags));
  if (!in.open() && errno == ENOENT) return std::nullopt;
  if (!in.open() && errno == ELOOP)
    return insecure(file.shown + " is a symbolic link", "Put the file itself there.");
  if (!in.open()) return fail(system_error(errno, "cannot open " + file.shown));
  WS_CHECK(check_private(in, file.shown, trust));
  WS_TRY(auto bytes, read_all(in, limit, file.shown));
  return bytes;
}

wasphere::Status create_private(const FileName& file, BytesView contents) {
  std::string temporary = file.name + ".new";
  WS_CHECK(write_temporary(file, temporary, contents));
  // link() refuses to replace, unlike rename(): a key that exists is never lost.
  int linked = ::linkat(file.directory, temporary.c_str(), file.directory, file.name.c_str(), 0);
  int error = errno;
  ::unlinkat(file.directory, temporary.c_str(), 0);
  if (linked != 0) return fail(system_error(error, "cannot create " + file.shown));
  Fd directory(::openat(file.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return sync_directory(directory, file.shown);
}

Result<Fd> open_private_directory(const FileName& directory) {
  bool made = ::mkdirat(directory.directory, directory.name.c_str(), 0700) == 0;
  if (!made && errno != EEXIST)
    return fail(system_error(errno, "cannot create " + directory.shown));
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Fd out(::openat(directory.directory, directory.name.c_str(), kFlags));
  if (!out.open() && (errno == ELOOP || errno == ENOTDIR))
    return insecure(directory.shown + " is not a directory", "Remove it.");
  if (!out.open()) return fail(system_error(errno, "cannot open " + directory.shown));
  WS_CHECK(check_private(out, directory.shown));
  if (!made) return out;
  Fd parent(::openat(directory.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  WS_CHECK(sync_directory(parent, directory.shown));
  return out;
}

wasphere::Status destroy_file(const FileName& file) {
  Fd out(::openat(file.directory, file.name.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!out.open() && errno == ENOENT) return {};
  struct stat info{};
  if (out.open() && ::fstat(out.get(), &info) == 0 && S_ISREG(info.st_mode)) {
    // Best effort: what counts is that the name goes away.
    auto overwritten = write_all(out, Bytes(static_cast<std::size_t>(info.st_size)), file.shown);
    if (overwritten) ::fsync(out.get());
  }
  if (::unlinkat(file.directory, file.name.c_str(), 0) != 0 && errno != ENOENT)
    return fail(system_error(errno, "cannot remove " + file.shown));
  return {};
}

wasphere::Status sync_directory(const Fd& directory, const std::string& shown) {
  if (directory.open() && ::fsync(directory.get()) == 0) return {};
  return fail(system_error(errno, "cannot make " + shown + " durable"));
}

}  // namespace wasphere::store
