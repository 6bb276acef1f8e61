// Memory that only the past needed.
#pragma once

namespace wasphere::runtime {

// Returns free heap to the kernel, and lets go of pages of program and library files that were read
// during the start: what is still used comes back from the page cache at its next use.
void give_back_memory();

}  // namespace wasphere::runtime
