// Frames: a 24-bit big-endian length and that many bytes (protocol 1, section 1.4). WebSocket
// message boundaries mean nothing; the decoders accumulate.
#pragma once

#include <optional>

#include "core/util/result.h"
#include "core/wire/node_codec.h"

namespace wasphere::wire {

inline constexpr std::size_t kMaxFrameSize = (1U << 24) - 1;
inline constexpr std::size_t kMaxRoutingInfo = 1U << 16;  // ours; real ones are some twenty bytes

// protocol_error if the payload is longer than kMaxFrameSize.
Result<Bytes> encode_frame(BytesView payload);

class FrameDecoder {
 public:
  void feed(BytesView bytes);
  // The payload of the next whole frame; nothing until more bytes come. Take all there are after
  // each feed(): then never more than one frame is held back.
  std::optional<Bytes> next();
  std::size_t buffered() const { return buffer_.size() - start_; }

 private:
  Bytes buffer_;
  std::size_t start_ = 0;
};

// What a client sends once, before its first frame.
struct Prologue {
  ByteArray<4> header{'W', 'A', 6, 3};  // mixed into the Noise hash as received
  Bytes routing_info;  // optional "ED 00 01" part, at most kMaxRoutingInfo; not mixed

  Bytes encode() const;
  Dictionary dictionary() const { return static_cast<Dictionary>(header[3]); }
};

// Server side: strips the prologue from the start of a stream. Returns nothing until it is
// complete; protocol_error on anything but "WA", version 6, dictionary 2 or 3. One prologue a
// connection: after next() has given it, only take_rest() makes sense.
class PrologueDecoder {
 public:
  void feed(BytesView bytes);
  Result<std::optional<Prologue>> next();
  Bytes take_rest();  // what followed the prologue, to be fed to a FrameDecoder

 private:
  Bytes buffer_;
};

}  // namespace wasphere::wire
