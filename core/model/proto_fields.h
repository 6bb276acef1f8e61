// The protobuf encoding one level deep: for what has to be kept byte for byte.
#pragma once

#include <cstdint>
#include <optional>

#include "core/util/bytes.h"

namespace wasphere::model {

inline constexpr std::size_t kMaxMessageBytes = 16U << 20;

struct ProtoField {
  std::uint32_t number = 0;
  bool embedded = false;  // length-delimited: content may be a message, text or bytes
  BytesView whole;        // tag and value
  BytesView content;      // of an embedded field
};

// Reads the fields of a message in order. Total; groups count as malformed.
class ProtoFields {
 public:
  explicit ProtoFields(BytesView message) : rest_(message) {}
  // Nothing at the end and on malformed bytes: failed() tells.
  std::optional<ProtoField> next();
  bool failed() const { return failed_; }

 private:
  std::optional<std::uint64_t> varint();
  std::optional<BytesView> take(std::size_t count);
  std::optional<BytesView> value(std::uint32_t wire_type, ProtoField& field);

  BytesView rest_;
  bool failed_ = false;
};

// The last embedded field of that number, as protobuf has it.
std::optional<BytesView> embedded_field(BytesView message, std::uint32_t number);

void append_varint(Bytes& out, std::uint64_t value);
void append_embedded(Bytes& out, std::uint32_t number, BytesView content);

}  // namespace wasphere::model
