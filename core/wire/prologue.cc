#include <algorithm>

#include "core/wire/frame.h"

namespace wasphere::wire {
namespace {

// What precedes the length of the routing information: "ED" and version 1 in 16 bits.
constexpr ByteArray<4> kRoutingMark{'E', 'D', 0, 1};

// True as long as `bytes` and `expected` do not differ where both have a byte.
bool may_start_with(BytesView bytes, BytesView expected) {
  std::size_t common = std::min(bytes.size(), expected.size());
  return std::equal(bytes.begin(), bytes.begin() + static_cast<long>(common), expected.begin());
}

bool may_be_header(BytesView bytes) {
  static constexpr ByteArray<3> kStart{'W', 'A', 6};
  return may_start_with(bytes, kStart) && (bytes.size() < 4 || bytes[3] == 2 || bytes[3] == 3);
}

}  // namespace

Bytes Prologue::encode() const {
  if (routing_info.empty()) return to_bytes(header);
  ByteWriter out;
  out.put(kRoutingMark).u24be(static_cast<std::uint32_t>(routing_info.size()));
  out.put(routing_info).put(header);
  return out.take();
}

void PrologueDecoder::feed(BytesView bytes) {
  append(buffer_, bytes);
}

Result<std::optional<Prologue>> PrologueDecoder::next() {
  constexpr std::optional<Prologue> kNotYet;
  Prologue out;
  ByteReader reader(buffer_);
  if (!buffer_.empty() && buffer_[0] == kRoutingMark[0]) {
    if (!may_start_with(buffer_, kRoutingMark))
      return fail(ErrorCode::protocol_error, "the stream starts with bad routing information");
    auto size = reader.take(kRoutingMark.size()) ? reader.u24be() : std::nullopt;
    if (size.value_or(0) > kMaxRoutingInfo)
      return fail(ErrorCode::protocol_error, "the routing information is too long");
    auto routing = size ? reader.take(*size) : std::nullopt;
    if (!routing) return kNotYet;
    out.routing_info = to_bytes(*routing);
  }
  std::size_t before = buffer_.size() - reader.remaining();
  if (!may_be_header(BytesView(buffer_).subspan(before)))
    return fail(ErrorCode::protocol_error, "the stream does not start with a known header");
  auto header = reader.take(out.header.size());
  if (!header) return kNotYet;
  out.header = *to_array<4>(*header);
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<long>(before + header->size()));
  return out;
}

Bytes PrologueDecoder::take_rest() {
  return std::move(buffer_);
}

}  // namespace wasphere::wire
