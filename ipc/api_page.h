// The REST interface as one HTML page for people. It loads nothing: no script, font or image.
#pragma once

#include <string>

namespace wasphere::ipc {

std::string api_page();

}  // namespace wasphere::ipc
