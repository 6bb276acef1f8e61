#include "sandbox/state_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace wasphere::sandbox {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

tl::unexpected<Error> failed(std::string_view doing, const std::string& path) {
  return fail(ErrorCode::io_error,
              "cannot " + std::string(doing) + " " + path + ": " + std::strerror(errno));
}

Status make_private(const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed("create", path);
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return failed("examine", path);
  if (!S_ISDIR(info.st_mode)) return fail(ErrorCode::io_error, path + " is no directory");
  if ((info.st_mode & 077) != 0)
    return fail(ErrorCode::state_insecure,
                "the state directory " + path + " can be read by others");
  return {};
}

Status write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status write_synced(const std::string& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.valid()) return failed("create", path);
  WS_CHECK(write_all(file.get(), text, path));
  if (::fsync(file.get()) != 0) return failed("write", path);
  return {};
}

Result<int> lock_directory(const std::string& directory) {
  const auto path = directory + "/lock";
  Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid()) return failed("open", path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(Error{.code = ErrorCode::state_locked,
                      .message = "another sandbox uses the state directory " + directory,
                      .remedy = "Stop the other sandbox, or use another --state-dir."});
  return lock.release();
}

}  // namespace

Result<StateFiles> StateFiles::open(std::string directory,
                                    const std::vector<std::string>& folders) {
  WS_CHECK(make_private(directory));
  WS_TRY(const int lock, lock_directory(directory));
  StateFiles files(std::move(directory), lock);
  for (const auto& folder : folders) {
    WS_CHECK(make_private(files.path(folder)));
  }
  return files;
}

StateFiles::StateFiles(StateFiles&& other) noexcept
    : directory_(std::move(other.directory_)), lock_(std::exchange(other.lock_, -1)) {}

StateFiles::~StateFiles() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::optional<std::string>> StateFiles::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return std::nullopt;
    return failed("read", path(name));
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return failed("read", path(name));
  return std::move(text).str();
}

Status StateFiles::write(const std::string& name, std::string_view text) {
  const auto target = path(name);
  const auto temporary = target + ".tmp";
  if (auto written = write_synced(temporary, text); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), target.c_str()) != 0) return failed("replace", target);
  return {};
}

Status StateFiles::remove(const std::string& name) {
  if (::unlink(path(name).c_str()) != 0 && errno != ENOENT) return failed("remove", path(name));
  return {};
}

Result<std::vector<std::string>> StateFiles::list(const std::string& folder) const {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator it(path(folder), error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".json")
      names.push_back(folder + "/" + it->path().filename().string());
  }
  if (error)
    return fail(ErrorCode::io_error, "cannot list " + path(folder) + ": " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace wasphere::sandbox
