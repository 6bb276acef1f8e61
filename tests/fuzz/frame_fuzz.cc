// A stream in pieces of the fuzzer's choice gives the frames it gives in one piece.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstdlib>

#include "core/wire/frame.h"

using namespace wasphere;

namespace {

std::vector<Bytes> all_frames(wire::FrameDecoder& decoder) {
  std::vector<Bytes> out;
  while (auto frame = decoder.next()) out.push_back(*std::move(frame));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Bytes pieces = input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegral<std::uint8_t>());
  Bytes stream = input.ConsumeRemainingBytes<std::uint8_t>();

  wire::FrameDecoder whole;
  whole.feed(stream);
  std::vector<Bytes> expected = all_frames(whole);

  wire::FrameDecoder split;
  std::vector<Bytes> frames;
  BytesView rest(stream);
  for (std::size_t i = 0; !rest.empty(); ++i) {
    std::size_t piece = i < pieces.size() ? pieces[i] : rest.size();
    split.feed(rest.first(std::min(piece, rest.size())));
    rest = rest.subspan(std::min(piece, rest.size()));
    for (Bytes& frame : all_frames(split)) frames.push_back(std::move(frame));
  }
  if (frames != expected || split.buffered() != whole.buffered()) std::abort();

  Bytes again;
  for (const Bytes& frame : frames) append(again, wire::encode_frame(frame).value());
  if (again.size() + split.buffered() != stream.size()) std::abort();
  if (!std::equal(again.begin(), again.end(), stream.begin())) std::abort();
  return 0;
}
