#include "cli/console.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>

#include "cli/text.h"

namespace wasphere::cli {
namespace {

// A terminal or pipe that somebody else made non-blocking says EAGAIN: wait until it takes more.
void wait_writable(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLOUT, .revents = 0};
  ::poll(&entry, 1, -1);
}

// 0, or the error number of the write that failed.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      wait_writable(descriptor);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// The count read, 0 at the end, -1 on an error.
ssize_t read_some(std::span<char> into) {
  ssize_t count = -1;
  do {
    count = ::read(STDIN_FILENO, into.data(), into.size());
  } while (count < 0 && errno == EINTR);
  return count;
}

}  // namespace

Console::Console()
    : stdin_terminal_(::isatty(STDIN_FILENO) == 1),
      stdout_terminal_(::isatty(STDOUT_FILENO) == 1),
      stderr_terminal_(::isatty(STDERR_FILENO) == 1) {}

WindowSize Console::window(int descriptor) const {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

void Console::out(std::string_view text) {
  progress("");
  const int failed = write_all(STDOUT_FILENO, text);
  if (failed == EPIPE) throw BrokenPipe{};
  if (failed != 0) throw OutputFailed{failed};
}

// A closed standard error must not change what the command does.
void Console::err(std::string_view text) {
  write_all(STDERR_FILENO, text);
}

void Console::note(std::string_view line) {
  if (quiet_) return;
  complain(line);
}

void Console::complain(std::string_view line) {
  progress("");
  err(std::string(line) + '\n');
}

void Console::ask(std::string_view question) {
  progress("");
  err(question);
}

void Console::progress(std::string_view line) {
  if (!stderr_terminal_ || quiet_ || (line.empty() && !progress_shown_)) return;
  // One line only: a wrapped one could not be overwritten.
  err("\r\x1b[K" + shorten(line, window(STDERR_FILENO).columns - 1));
  progress_shown_ = !line.empty();
}

void reserve_standard_descriptors() {
  for (const int wanted : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(wanted, F_GETFD) != -1 || errno != EBADF) continue;
    // Opened the wrong way round, so that using it still fails as it did while closed. The lowest
    // free number is the wanted one, the lower ones being taken.
    ::open("/dev/null", wanted == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

std::optional<std::string> read_stdin(std::size_t limit) {
  std::string out;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t count = read_some(buffer);
    if (count < 0) return std::nullopt;
    if (count == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(count));
    if (out.size() > limit) return std::nullopt;
  }
}

std::optional<std::string> read_stdin_line() {
  std::string line;
  char c = 0;
  // A byte at a time: what follows the line belongs to whoever reads next.
  while (read_some({&c, 1}) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  if (line.empty()) return std::nullopt;
  return line;
}

}  // namespace wasphere::cli
