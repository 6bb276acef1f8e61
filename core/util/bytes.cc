#include "core/util/bytes.h"

#include <atomic>

namespace wasphere {

BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes to_bytes(BytesView bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string to_text(BytesView bytes) {
  return std::string(as_text(bytes));
}

void append(Bytes& out, BytesView tail) {
  out.insert(out.end(), tail.begin(), tail.end());
}

Bytes concat(std::initializer_list<BytesView> parts) {
  std::size_t size = 0;
  for (BytesView part : parts) size += part.size();
  Bytes out;
  out.reserve(size);
  for (BytesView part : parts) append(out, part);
  return out;
}

bool equal_constant_time(BytesView a, BytesView b) {
  if (a.size() != b.size()) return false;
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<std::uint8_t>(a[i] ^ b[i]);
  return difference == 0;
}

void wipe(std::span<std::uint8_t> memory) {
  volatile std::uint8_t* p = memory.data();
  for (std::size_t i = 0; i < memory.size(); ++i) p[i] = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

std::optional<std::uint32_t> ByteReader::big_endian(std::size_t width) {
  auto bytes = take(width);
  if (!bytes) return std::nullopt;
  std::uint32_t value = 0;
  for (std::uint8_t byte : *bytes) value = (value << 8) | byte;
  return value;
}

std::optional<std::uint8_t> ByteReader::u8() {
  auto value = big_endian(1);
  return value ? std::optional(static_cast<std::uint8_t>(*value)) : std::nullopt;
}

std::optional<std::uint16_t> ByteReader::u16be() {
  auto value = big_endian(2);
  return value ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

std::optional<std::uint32_t> ByteReader::u24be() {
  return big_endian(3);
}
std::optional<std::uint32_t> ByteReader::u32be() {
  return big_endian(4);
}

std::optional<BytesView> ByteReader::take(std::size_t count) {
  if (count > rest_.size()) return std::nullopt;
  BytesView out = rest_.first(count);
  rest_ = rest_.subspan(count);
  return out;
}

ByteWriter& ByteWriter::u8(std::uint8_t value) {
  out_.push_back(value);
  return *this;
}

ByteWriter& ByteWriter::u16be(std::uint16_t value) {
  return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
}

ByteWriter& ByteWriter::u24be(std::uint32_t value) {
  return u8(static_cast<std::uint8_t>(value >> 16)).u16be(static_cast<std::uint16_t>(value));
}

ByteWriter& ByteWriter::u32be(std::uint32_t value) {
  return u16be(static_cast<std::uint16_t>(value >> 16)).u16be(static_cast<std::uint16_t>(value));
}

ByteWriter& ByteWriter::put(BytesView bytes) {
  append(out_, bytes);
  return *this;
}

}  // namespace wasphere
