// Messages by their wire fields, as other programs would write them.
#pragma once

#include "core/model/message.h"
#include "core/model/proto_fields.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

namespace wasphere::test {

inline Bytes bytes(std::string_view text) {
  return to_bytes(as_bytes(text));
}

// Field `number` with that content.
inline Bytes field(std::uint32_t number, BytesView content) {
  Bytes out;
  model::append_embedded(out, number, content);
  return out;
}
inline Bytes field(std::uint32_t number, std::string_view text) {
  return field(number, as_bytes(text));
}
inline Bytes number_field(std::uint32_t number, std::uint64_t value) {
  Bytes out;
  model::append_varint(out, static_cast<std::uint64_t>(number) << 3);
  model::append_varint(out, value);
  return out;
}
// A message in a FutureProofMessage.
inline Bytes wrapped(std::uint32_t wrapper, BytesView message) {
  return field(wrapper, field(1, message));
}
inline Bytes secret_field(const model::MessageSecret& secret) {
  return field(35, field(3, secret));
}

inline const model::MessageSecret kSecret{1, 2, 3, 4};
inline const model::MessageKey kKey{"200000087654321@lid", true, "3EB0AA", ""};

}  // namespace wasphere::test
