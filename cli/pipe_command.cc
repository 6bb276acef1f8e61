#include "cli/pipe_command.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/signals.h"

namespace wasphere::cli {
namespace {

constexpr int kCannotRun = 127;

tl::unexpected<Error> system_error(const std::string& doing) {
  return fail(ErrorCode::io_error, doing + " failed: " + std::strerror(errno) + ".");
}

[[noreturn]] void become_command(
    const std::string& command, int input,
    const std::vector<std::pair<std::string, std::string>>& variables) {
  restore_default_signals();
  ::dup2(input, STDIN_FILENO);
  for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(kCannotRun);
}

// A command may stop reading early: then the rest is not wanted.
void feed(int descriptor, std::string_view input) {
  while (!input.empty()) {
    const ssize_t written = ::write(descriptor, input.data(), input.size());
    if (written >= 0) {
      input.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return;
    }
  }
}

Result<int> wait_for(pid_t child) {
  constexpr int kSignalBase = 128;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return system_error("Waiting for the command");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

}  // namespace

Result<int> pipe_to_command(const std::string& command, const std::string& input,
                            const std::vector<std::pair<std::string, std::string>>& variables) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("Making a pipe");
  // The program has one thread, so that the child may use what is not safe after a fork otherwise.
  const pid_t child = ::fork();
  if (child == 0) become_command(command, ends[0], variables);
  ::close(ends[0]);
  if (child > 0) feed(ends[1], input);
  ::close(ends[1]);
  if (child < 0) return system_error("Starting the command");
  return wait_for(child);
}

}  // namespace wasphere::cli
