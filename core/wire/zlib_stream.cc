#include "core/wire/zlib_stream.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>

namespace wasphere::wire {
namespace {

constexpr std::size_t kFirstGuess = 4096;

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

// Grows `out` towards `limit` and lets zlib fill the new room.
int fill(z_stream& stream, Bytes& out, std::size_t limit) {
  std::size_t filled = out.size();
  std::size_t room = std::min(std::max(filled, kFirstGuess), limit - filled);
  out.resize(filled + room);
  stream.next_out = out.data() + filled;
  stream.avail_out = static_cast<uInt>(room);
  int status = inflate(&stream, Z_NO_FLUSH);
  out.resize(out.size() - stream.avail_out);
  return status;
}

}  // namespace

Result<Bytes> inflate_bounded(BytesView compressed, std::size_t limit) {
  if (compressed.size() > std::numeric_limits<uInt>::max())
    return fail(ErrorCode::protocol_error, "compressed stanza is too large");
  z_stream stream{};
  stream.next_in = const_cast<Bytef*>(compressed.data());
  stream.avail_in = static_cast<uInt>(compressed.size());
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  std::unique_ptr<z_stream, InflateEnd> guard(&stream);
  // One byte beyond the limit tells "too large" from "exactly full".
  Bytes out;
  for (;;) {
    int status = fill(stream, out, limit + 1);
    if (out.size() > limit)
      return fail(ErrorCode::protocol_error, "compressed stanza is too large");
    if (status == Z_STREAM_END) return out;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0))
      return fail(ErrorCode::protocol_error, "compressed stanza is damaged");
  }
}

Bytes deflate_all(BytesView plain) {
  uLongf size = compressBound(plain.size());
  Bytes out(size);
  if (compress(out.data(), &size, plain.data(), plain.size()) != Z_OK)
    throw std::runtime_error("zlib cannot compress");
  out.resize(size);
  return out;
}

}  // namespace wasphere::wire
