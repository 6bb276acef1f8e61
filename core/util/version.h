// The version of this build, from CMakeLists.txt.
#pragma once

namespace wasphere {
extern const char* const kVersion;  // "1.2.3"
}
