#include "cli/signals.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace wasphere::cli {
namespace {

constexpr int kInterruptedExit = 130;

// Read by the handler. Two buffers, so that a signal never sees one that is being written.
struct Note {
  std::array<char, 512> text{};
  std::size_t length = 0;
};
std::array<Note, 2> notes;
std::atomic<int> current_note = 0;

// Only async-signal-safe calls. Nothing needs unwinding: the client keeps no state of its own.
void on_interrupt(int) {
  const Note& note = notes[static_cast<std::size_t>(current_note.load())];
  if (note.length > 0) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, note.text.data(), note.length);
  }
  ::_exit(kInterruptedExit);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction interrupt{};
  interrupt.sa_handler = &on_interrupt;
  ::sigaction(SIGINT, &interrupt, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

void set_interrupt_note(std::string_view note) {
  const int next = 1 - current_note.load();
  Note& target = notes[static_cast<std::size_t>(next)];
  // The terminal stands in the middle of a progress line, behind an echoed ^C.
  const std::string_view before = note.empty() ? "" : "\r\x1b[K";
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  char* end = target.text.data();
  if (terminal) end = std::copy(before.begin(), before.end(), end);
  end = std::copy_n(note.begin(), std::min(note.size(), std::size_t{500}), end);
  if (!note.empty()) *end++ = '\n';
  target.length = static_cast<std::size_t>(end - target.text.data());
  current_note.store(next);
}

void restore_default_signals() {
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGPIPE, SIG_DFL);
}

}  // namespace wasphere::cli
