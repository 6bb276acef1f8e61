// The start of a stream: read in one piece and byte by byte it is the same, and it writes back.
#include <cstdlib>

#include "core/wire/frame.h"

using namespace wasphere;

namespace {

struct Outcome {
  bool refused = false;
  std::optional<Bytes> prologue;
  Bytes rest;
  bool operator==(const Outcome&) const = default;
};

// True when nothing more will be learnt.
bool step(wire::PrologueDecoder& decoder, Outcome& outcome) {
  auto result = decoder.next();
  outcome.refused = !result;
  if (result && *result) outcome.prologue = (*result)->encode();
  return outcome.refused || outcome.prologue;
}

Outcome read(BytesView stream, std::size_t piece) {
  wire::PrologueDecoder decoder;
  Outcome outcome;
  bool known = false;
  while (!known && !stream.empty()) {
    std::size_t size = std::min(piece, stream.size());
    decoder.feed(stream.first(size));
    stream = stream.subspan(size);
    known = step(decoder, outcome);
  }
  if (outcome.prologue) outcome.rest = concat({decoder.take_rest(), stream});
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  BytesView stream(data, size);
  Outcome whole = read(stream, size + 1);
  if (read(stream, 1) != whole) std::abort();
  if (!whole.prologue) return 0;
  bool empty_routing = stream[0] == 'E' && whole.prologue->size() == 4;
  if (!empty_routing && concat({*whole.prologue, whole.rest}) != to_bytes(stream)) std::abort();
  return 0;
}
