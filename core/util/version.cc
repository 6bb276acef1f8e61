#include "core/util/version.h"

namespace wasphere {
const char* const kVersion = WASPHERE_VERSION;
}
