#include "core/signal/padding.h"

#include <algorithm>

namespace wasphere::signal {

Bytes pad(BytesView plaintext, Rng& rng) {
  auto count = static_cast<std::uint8_t>((rng.array<1>()[0] & 0x0F) + 1);
  Bytes out;
  out.reserve(plaintext.size() + count);
  append(out, plaintext);
  out.insert(out.end(), count, count);
  return out;
}

Outcome<Bytes> unpad(Bytes padded) {
  std::size_t count = padded.empty() ? 0 : padded.back();
  if (count == 0 || count > padded.size())
    return failed(Fault::invalid_message, "the plaintext has no padding");
  auto start = padded.end() - static_cast<std::ptrdiff_t>(count);
  if (!std::all_of(start, padded.end(), [&](std::uint8_t byte) { return byte == count; }))
    return failed(Fault::invalid_message, "the padding of the plaintext is uneven");
  padded.erase(start, padded.end());
  return padded;
}

}  // namespace wasphere::signal
