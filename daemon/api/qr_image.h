// A QR as a PNG: level M, four modules of quiet zone, four pixels a module.
#pragma once

#include <string>
#include <string_view>

#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere::api {

Result<Bytes> qr_png(
    std::string_view text);  // validation_failed if the text does not fit into a QR
Result<std::string> qr_data_uri(std::string_view text);  // "data:image/png;base64,…"

}  // namespace wasphere::api
