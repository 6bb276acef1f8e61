// The REST interface as an OpenAPI 3.1 document.
#pragma once

#include <string>

namespace wasphere::ipc {

// JSON over several lines, the same for the same registry.
std::string openapi_document();

}  // namespace wasphere::ipc
