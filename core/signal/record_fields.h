// Reading and writing the fields of stored records. Only for .cc files of core/signal.
#pragma once

#include <cstdint>

#include "core/signal/message_chain.h"
#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere::signal {

// Appends to memory reserved beforehand, so that no secret stays behind in a buffer given back.
class RecordWriter {
 public:
  explicit RecordWriter(std::size_t size) { out_.reserve(size); }
  RecordWriter& number(std::uint32_t value, std::size_t width);  // big-endian
  RecordWriter& put(BytesView bytes);
  RecordWriter& chain(const MessageChain& chain);
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

std::size_t chain_size(const MessageChain& chain);

// Once something is wrong every further read yields an empty value, and ok() says so at the end.
class RecordReader {
 public:
  explicit RecordReader(BytesView bytes) : reader_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && reader_.empty(); }
  void require(bool condition) { ok_ = ok_ && condition; }

  std::uint32_t number(std::size_t width);  // at most 4 bytes
  // A number of items; wrong beyond `limit`.
  std::size_t count(std::size_t width, std::size_t limit);
  template <std::size_t N>
  ByteArray<N> array() {
    return to_array<N>(take(N)).value_or(ByteArray<N>{});
  }
  Secret<32> secret() { return Secret<32>::from(take(32)).value_or(Secret<32>()); }
  MessageChain chain();

 private:
  BytesView take(std::size_t size);
  ByteReader reader_;
  bool ok_ = true;
};

}  // namespace wasphere::signal
