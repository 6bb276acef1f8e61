#include "core/signal/record_fields.h"

namespace wasphere::signal {
namespace {

constexpr std::size_t kSkippedKeySize = 4 + 32;

}  // namespace

RecordWriter& RecordWriter::number(std::uint32_t value, std::size_t width) {
  for (std::size_t i = width; i > 0; --i)
    out_.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
  return *this;
}

RecordWriter& RecordWriter::put(BytesView bytes) {
  append(out_, bytes);
  return *this;
}

RecordWriter& RecordWriter::chain(const MessageChain& chain) {
  put(chain.next.key.view()).number(chain.next.index, 4);
  number(static_cast<std::uint32_t>(chain.skipped.size()), 2);
  for (const SkippedKey& key : chain.skipped) number(key.index, 4).put(key.seed.view());
  return *this;
}

std::size_t chain_size(const MessageChain& chain) {
  return 32 + 4 + 2 + chain.skipped.size() * kSkippedKeySize;
}

BytesView RecordReader::take(std::size_t size) {
  auto bytes = reader_.take(size);
  require(bytes.has_value());
  return ok_ ? *bytes : BytesView{};
}

std::uint32_t RecordReader::number(std::size_t width) {
  std::uint32_t value = 0;
  for (std::uint8_t byte : take(width)) value = (value << 8) | byte;
  return value;
}

std::size_t RecordReader::count(std::size_t width, std::size_t limit) {
  std::size_t value = number(width);
  require(value <= limit);
  return ok_ ? value : 0;
}

MessageChain RecordReader::chain() {
  MessageChain out;
  out.next.key = secret();
  out.next.index = number(4);
  std::size_t skipped = count(2, kMaxSkippedKeys);
  require(reader_.remaining() >= skipped * kSkippedKeySize);
  if (!ok_) return out;
  out.skipped.reserve(skipped);
  for (std::size_t i = 0; i < skipped; ++i) {
    std::uint32_t index = number(4);
    require(index < out.next.index && (i == 0 || index > out.skipped.back().index));
    out.skipped.push_back({index, secret()});
  }
  return out;
}

}  // namespace wasphere::signal
