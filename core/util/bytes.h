// Byte containers and bounds-checked cursors: the floor every layer stands on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasphere {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

// Text and bytes as each other, without copying. The view lives as long as its argument.
BytesView as_bytes(std::string_view text);
std::string_view as_text(BytesView bytes);
Bytes to_bytes(BytesView bytes);
std::string to_text(BytesView bytes);

void append(Bytes& out, BytesView tail);
// Joins its parts; used for the "prefix ‖ details ‖ key" inputs of signatures and hashes.
Bytes concat(std::initializer_list<BytesView> parts);
// Compares without leaking where the first difference is. Different lengths compare unequal.
bool equal_constant_time(BytesView a, BytesView b);
// Overwrites memory in a way the optimiser keeps.
void wipe(std::span<std::uint8_t> memory);

// The first N bytes of `bytes` as an array; nothing if the length is not exactly N.
template <std::size_t N>
std::optional<ByteArray<N>> to_array(BytesView bytes) {
  if (bytes.size() != N) return std::nullopt;
  ByteArray<N> out;
  for (std::size_t i = 0; i < N; ++i) out[i] = bytes[i];
  return out;
}

// A fixed-size secret: zeroised when it dies, and without any formatter, so that it cannot be
// logged.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  explicit Secret(const ByteArray<N>& bytes) : bytes_(bytes) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.clear();
    }
    return *this;
  }
  ~Secret() { clear(); }

  static std::optional<Secret> from(BytesView bytes) {
    auto array = to_array<N>(bytes);
    if (!array) return std::nullopt;
    Secret out(*array);
    wipe(*array);
    return out;
  }

  BytesView view() const { return bytes_; }
  const ByteArray<N>& array() const { return bytes_; }
  ByteArray<N>& mutable_array() { return bytes_; }
  bool operator==(const Secret& other) const { return equal_constant_time(bytes_, other.bytes_); }

 private:
  void clear() { wipe(bytes_); }
  ByteArray<N> bytes_{};
};

// Reads forward over a view; every read says "nothing" instead of passing the end.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : rest_(bytes) {}
  std::size_t remaining() const { return rest_.size(); }
  bool empty() const { return rest_.empty(); }
  std::optional<std::uint8_t> u8();
  std::optional<std::uint16_t> u16be();
  std::optional<std::uint32_t> u24be();
  std::optional<std::uint32_t> u32be();
  std::optional<BytesView> take(std::size_t count);

 private:
  std::optional<std::uint32_t> big_endian(std::size_t width);
  BytesView rest_;
};

// Appends to a buffer it owns.
class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t value);
  ByteWriter& u16be(std::uint16_t value);
  ByteWriter& u24be(std::uint32_t value);  // the low 24 bits
  ByteWriter& u32be(std::uint32_t value);
  ByteWriter& put(BytesView bytes);
  Bytes take() { return std::move(out_); }
  const Bytes& bytes() const { return out_; }

 private:
  Bytes out_;
};

}  // namespace wasphere
