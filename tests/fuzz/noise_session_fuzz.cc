// Both ends of a connection over a line that splits and joins as the fuzzer likes: every stanza
// comes through, in order, and a touched byte ends the connection with an error.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstdlib>

#include "core/noise/handshake.h"
#include "tests/support/seeded_rng.h"

using namespace wasphere;
using namespace wasphere::noise;

namespace {

struct Keys {
  test::SeededRng rng;
  crypto::KeyPair root = crypto::KeyPair::generate(rng);
  crypto::KeyPair intermediate = crypto::KeyPair::generate(rng);
  crypto::KeyPair server = crypto::KeyPair::generate(rng);
  crypto::KeyPair client = crypto::KeyPair::generate(rng);
  Bytes chain = issue_chain({server.public_key, &intermediate, &root.private_key, 100, 200}, rng);
};

// One direction of the line.
class Line {
 public:
  explicit Line(FuzzedDataProvider& input) : input_(input) {}

  void send(BytesView bytes) { append(waiting_, bytes); }
  // The next piece, of any length; the whole rest when the fuzzer has nothing more to say.
  Bytes receive() {
    std::size_t size = input_.remaining_bytes() == 0
                           ? waiting_.size()
                           : input_.ConsumeIntegralInRange<std::size_t>(1, waiting_.size());
    Bytes out(waiting_.begin(), waiting_.begin() + static_cast<long>(size));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<long>(size));
    return out;
  }
  bool idle() const { return waiting_.empty(); }

 private:
  FuzzedDataProvider& input_;
  Bytes waiting_;
};

Bytes receive_frame(Line& line, wire::FrameDecoder& frames) {
  for (;;) {
    if (auto frame = frames.next()) return *std::move(frame);
    if (line.idle()) std::abort();
    frames.feed(line.receive());
  }
}

wire::Prologue receive_prologue(Line& line, wire::FrameDecoder& frames) {
  wire::PrologueDecoder decoder;
  for (;;) {
    if (line.idle()) std::abort();
    decoder.feed(line.receive());
    if (auto prologue = decoder.next().value()) {
      frames.feed(decoder.take_rest());
      return *prologue;
    }
  }
}

void send_frame(Line& line, BytesView payload) {
  line.send(wire::encode_frame(payload).value());
}

// Several stanzas in flight at once.
void exchange(FuzzedDataProvider& input, NoiseTransport& from, NoiseTransport& to, Line& line,
              wire::FrameDecoder& frames) {
  std::vector<std::string> sent;
  for (int i = input.ConsumeIntegralInRange(0, 4); i > 0; --i) {
    sent.push_back(input.ConsumeRandomLengthString(300));
    send_frame(line, from.encrypt(as_bytes(sent.back())));
  }
  for (const std::string& expected : sent) {
    auto plain = to.decrypt(receive_frame(line, frames));
    if (!plain || as_text(*plain) != expected) std::abort();
  }
}

void touched_frame_is_refused(FuzzedDataProvider& input, NoiseTransport& from, NoiseTransport& to) {
  Bytes sealed = from.encrypt(as_bytes(input.ConsumeRandomLengthString(100)));
  auto at = input.ConsumeIntegralInRange<std::size_t>(0, sealed.size() - 1);
  sealed[at] ^= input.ConsumeIntegralInRange<std::uint8_t>(1, 255);
  if (to.decrypt(sealed)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Keys kFixed;
  Keys keys = kFixed;
  FuzzedDataProvider input(data, size);
  Line up(input);
  Line down(input);
  wire::FrameDecoder up_frames;
  wire::FrameDecoder down_frames;

  wire::Prologue prologue;
  prologue.header[3] = input.ConsumeBool() ? 2 : 3;
  prologue.routing_info = to_bytes(as_bytes(input.ConsumeRandomLengthString(40)));
  Bytes payload = to_bytes(as_bytes(input.ConsumeRandomLengthString(200)));
  ClientHandshake client({keys.client, keys.root.public_key, prologue, payload}, keys.rng);
  up.send(prologue.encode());
  send_frame(up, client.start());

  ServerHandshake server({keys.server, keys.chain}, receive_prologue(up, up_frames), keys.rng);
  auto reply = server.on_message(receive_frame(up, up_frames)).value();
  send_frame(down, std::get<ServerReply>(reply).message);
  auto joined = client.on_server_hello(receive_frame(down, down_frames), 150);
  if (!joined) std::abort();
  send_frame(up, joined->final_message);
  auto accepted = std::get<ServerDone>(server.on_message(receive_frame(up, up_frames)).value());
  if (accepted.client_payload != payload) std::abort();

  for (int round = 0; round < 3; ++round) {
    exchange(input, joined->transport, accepted.transport, up, up_frames);
    exchange(input, accepted.transport, joined->transport, down, down_frames);
  }
  touched_frame_is_refused(input, joined->transport, accepted.transport);
  return 0;
}
