// What the process does when it is interrupted or its reader goes away.
#pragma once

#include <string_view>

namespace wasphere::cli {

// Ctrl-C ends the process with 130 at any point, after writing the note; a write to a closed pipe
// becomes an error of that write. Call once, first.
void install_signal_handlers();
// What Ctrl-C says on standard error from now on; empty: nothing. Kept up to 500 bytes.
void set_interrupt_note(std::string_view note);
// For a child process about to run another program: signals as the shell gave them.
void restore_default_signals();

}  // namespace wasphere::cli
