// The known-answer vectors of tests/vectors.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/util/bytes.h"

namespace wasphere::test {

// The parsed file `name` of tests/vectors, read once per process. Throws if it cannot be read.
const nlohmann::json& vector_file(std::string_view name);
// vectors-1.json: wire format, handshake, pairing.
const nlohmann::json& vectors();

// A JSON string (or a literal) of hex digits as bytes. Throws on anything else.
Bytes hex(const nlohmann::json& value);

template <std::size_t N>
ByteArray<N> hex_array(const nlohmann::json& value) {
  return to_array<N>(hex(value)).value();
}

}  // namespace wasphere::test
