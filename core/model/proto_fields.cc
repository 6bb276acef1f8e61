#include "core/model/proto_fields.h"

#include <limits>

namespace wasphere::model {
namespace {

constexpr std::uint32_t kVarint = 0, kFixed64 = 1, kEmbedded = 2, kFixed32 = 5;
constexpr unsigned kMaxVarintBytes = 10;

}  // namespace

std::optional<std::uint64_t> ProtoFields::varint() {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < kMaxVarintBytes && i < rest_.size(); ++i) {
    value |= static_cast<std::uint64_t>(rest_[i] & 0x7F) << (7 * i);
    if ((rest_[i] & 0x80) != 0) continue;
    rest_ = rest_.subspan(i + 1);
    return value;
  }
  return std::nullopt;
}

std::optional<BytesView> ProtoFields::take(std::size_t count) {
  if (count > rest_.size()) return std::nullopt;
  BytesView out = rest_.first(count);
  rest_ = rest_.subspan(count);
  return out;
}

// Passes over the value; an embedded one is also the content.
std::optional<BytesView> ProtoFields::value(std::uint32_t wire_type, ProtoField& field) {
  if (wire_type == kFixed64) return take(8);
  if (wire_type == kFixed32) return take(4);
  if (wire_type != kVarint && wire_type != kEmbedded) return std::nullopt;
  auto number = varint();
  if (!number) return std::nullopt;
  if (wire_type == kVarint) return BytesView{};
  if (*number > rest_.size()) return std::nullopt;
  field.embedded = true;
  field.content = rest_.first(static_cast<std::size_t>(*number));
  return take(field.content.size());
}

std::optional<ProtoField> ProtoFields::next() {
  if (failed_ || rest_.empty()) return std::nullopt;
  const BytesView start = rest_;
  ProtoField field;
  auto tag = varint();
  bool valid = tag && *tag <= std::numeric_limits<std::uint32_t>::max() && (*tag >> 3) != 0 &&
               value(static_cast<std::uint32_t>(*tag & 7), field);
  failed_ = !valid;
  if (failed_) return std::nullopt;
  field.number = static_cast<std::uint32_t>(*tag >> 3);
  field.whole = start.first(start.size() - rest_.size());
  return field;
}

std::optional<BytesView> embedded_field(BytesView message, std::uint32_t number) {
  std::optional<BytesView> out;
  ProtoFields fields(message);
  while (auto field = fields.next())
    if (field->number == number && field->embedded) out = field->content;
  return out;
}

void append_varint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

void append_embedded(Bytes& out, std::uint32_t number, BytesView content) {
  append_varint(out, static_cast<std::uint64_t>(number) << 3 | kEmbedded);
  append_varint(out, content.size());
  append(out, content);
}

}  // namespace wasphere::model
