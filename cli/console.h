// Standard output, standard error and the terminal behind them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wasphere::cli {

// Thrown when the reader of standard output has gone: the program ends with 141 and says nothing.
struct BrokenPipe {};
// Thrown when standard output cannot be written for another reason, such as a full disk.
struct OutputFailed {
  int error_number;
};

struct WindowSize {
  int columns = 80;
  int rows = 24;
};

// Results go to standard output, everything else to standard error, both unbuffered: on a terminal
// they interleave in the order they were written.
class Console {
 public:
  Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void set_quiet(bool quiet) { quiet_ = quiet; }
  void set_colour_allowed(bool allowed) { colour_allowed_ = allowed; }

  bool stdin_is_terminal() const { return stdin_terminal_; }
  bool stdout_is_terminal() const { return stdout_terminal_; }
  bool stderr_is_terminal() const { return stderr_terminal_; }
  bool stdout_colour() const { return colour_allowed_ && stdout_terminal_; }
  bool stderr_colour() const { return colour_allowed_ && stderr_terminal_; }
  bool quiet() const { return quiet_; }
  // Of the terminal behind the descriptor, as it is now; COLUMNS and LINES of the environment are
  // not asked.
  WindowSize window(int descriptor) const;

  void out(std::string_view text);
  // Progress and hints: a line of its own on standard error, dropped by --quiet.
  void note(std::string_view line);
  // Errors: standard error, never dropped.
  void complain(std::string_view line);

  // A question: the answer is typed behind it.
  void ask(std::string_view question);
  // A line that is overwritten by the next one, only on a terminal. An empty one clears it.
  void progress(std::string_view line);

 private:
  void err(std::string_view text);

  bool stdin_terminal_;
  bool stdout_terminal_;
  bool stderr_terminal_;
  bool colour_allowed_ = true;
  bool quiet_ = false;
  bool progress_shown_ = false;
};

// Makes sure that the descriptors 0 to 2 are taken: were one closed, a socket would get its number
// and receive what is meant for people. Call before anything is opened.
void reserve_standard_descriptors();

// Everything up to the end of standard input, at most `limit` bytes; nothing if there is more or it
// fails.
std::optional<std::string> read_stdin(std::size_t limit);
// One line of standard input without its end; nothing at the end of the input.
std::optional<std::string> read_stdin_line();

}  // namespace wasphere::cli
