#include "core/wire/frame.h"

namespace wasphere::wire {
namespace {

constexpr std::size_t kHeader = 3;
// An idle connection keeps no more than this for the next frame.
constexpr std::size_t kKeptCapacity = 1024;

}  // namespace

Result<Bytes> encode_frame(BytesView payload) {
  if (payload.size() > kMaxFrameSize)
    return fail(ErrorCode::protocol_error, "frame is larger than 16 MiB");
  Bytes out;
  out.reserve(kHeader + payload.size());
  for (int shift : {16, 8, 0}) out.push_back(static_cast<std::uint8_t>(payload.size() >> shift));
  append(out, payload);
  return out;
}

void FrameDecoder::feed(BytesView bytes) {
  if (start_ > 0) buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<long>(start_));
  start_ = 0;
  append(buffer_, bytes);
}

std::optional<Bytes> FrameDecoder::next() {
  ByteReader reader(BytesView(buffer_).subspan(start_));
  auto size = reader.u24be();
  auto payload = size ? reader.take(*size) : std::nullopt;
  if (!payload) return std::nullopt;
  Bytes out = to_bytes(*payload);
  start_ += kHeader + out.size();
  if (start_ == buffer_.size()) {
    start_ = 0;
    buffer_.clear();
    if (buffer_.capacity() > kKeptCapacity) buffer_.shrink_to_fit();
  }
  return out;
}

}  // namespace wasphere::wire
