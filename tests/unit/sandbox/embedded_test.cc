#include "sandbox/embedded.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/noise/handshake.h"
#include "core/stanza/pairing.h"
#include "core/stanza/stream.h"
#include "core/util/encoding.h"
#include "ipc/unix_client.h"
#include "sandbox/websocket_server.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/temp_dir.h"

namespace wasphere::sandbox {
namespace {

using wasphere::test::SeededRng;
using wasphere::test::TempDir;

// A blocking WebSocket client of few words: enough to see what is on the wire.
class RawClient {
 public:
  explicit RawClient(const std::string& url) {
    const auto colon = url.rfind(':');
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)));
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  std::uint16_t port() const { return port_; }

  // The status line of the answer to an upgrade of that path.
  std::string upgrade(const std::string& path) {
    write(as_bytes("GET " + path +
                   " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                   "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
      const auto byte = read(1);
      if (byte.empty()) break;
      head += static_cast<char>(byte.front());
    }
    extensions_ = head.find("permessage-deflate") != std::string::npos;
    return head.substr(0, head.find("\r\n"));
  }
  bool extensions() const { return extensions_; }

  void send_message(BytesView payload, std::uint8_t opcode = 2) {
    ByteWriter frame;
    frame.u8(static_cast<std::uint8_t>(0x80 | opcode));
    frame.u8(0xFE).u16be(static_cast<std::uint16_t>(payload.size()));  // masked, 16-bit length
    frame.u32be(0).put(payload);                                       // the mask of zeros
    write(frame.bytes());
  }
  // The payload of the next message; empty at the end of the connection.
  Bytes receive_message() {
    const auto head = read(2);
    if (head.size() != 2) return {};
    opcode_ = head[0] & 0x0F;
    std::size_t length = head[1];
    if (length == 126) {
      const auto wide = read(2);
      length = static_cast<std::size_t>(wide[0] << 8 | wide[1]);
    }
    return read(length);
  }
  int opcode() const { return opcode_; }

 private:
  void write(BytesView bytes) {
    REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  Bytes read(std::size_t count) {
    Bytes out(count);
    std::size_t got = 0;
    while (got < count) {
      const auto n = ::recv(socket_, out.data() + got, count - got, 0);
      if (n <= 0) return {};
      got += static_cast<std::size_t>(n);
    }
    return out;
  }

  int socket_;
  std::uint16_t port_ = 0;
  bool connected_ = false;
  bool extensions_ = false;
  int opcode_ = 0;
};

struct Fixture {
  TempDir dir;
  EmbeddedSandbox sandbox;
  EmbeddedOptions options{dir / "state", dir / "c.sock"};

  EmbeddedInfo start() {
    auto info = sandbox.start(options);
    if (!info) FAIL(info.error().message);
    return *std::move(info);
  }
};

Bytes frame_in(BytesView message) {
  wire::FrameDecoder decoder;
  decoder.feed(message);
  auto frame = decoder.next();
  REQUIRE(frame);
  return *std::move(frame);
}

TEST_CASE("a client gets through the handshake over a real socket, on any path") {
  Fixture f;
  const auto info = f.start();
  RawClient client(info.url);
  REQUIRE(client.upgrade(GENERATE("/ws/chat", "/", "/x?ED=abc")) ==
          "HTTP/1.1 101 Switching Protocols");
  CHECK_FALSE(client.extensions());
  SeededRng rng;
  const auto device = stanza::Device::generate(rng);
  noise::ClientHandshake handshake({.static_key = device.noise_key,
                                    .root = *to_array<32>(*from_hex(info.noise_root)),
                                    .prologue = {},
                                    .client_payload = stanza::client_payload(device, {})},
                                   rng);
  client.send_message(concat({wire::Prologue{}.encode(), *wire::encode_frame(handshake.start())}));
  const auto hello = frame_in(client.receive_message());
  CHECK(client.opcode() == 2);
  // The sandbox's clock is the host's; its chain is valid a day back and two months ahead.
  auto done = handshake.on_server_hello(hello, static_cast<std::uint64_t>(std::time(nullptr)));
  REQUIRE(done);
  client.send_message(*wire::encode_frame(done->final_message));
  auto plain = done->transport.decrypt(frame_in(client.receive_message()));
  REQUIRE(plain);
  CHECK(stanza::parse_pair_device(*wire::decode_node(*plain))->size() == 6);
}

TEST_CASE("the root key survives a restart") {
  Fixture f;
  const auto first = f.start();
  f.sandbox.stop();
  const auto second = f.start();
  CHECK(second.noise_root == first.noise_root);
  CHECK(second.control == f.options.control);
}

TEST_CASE("after stop nobody listens, and stopping twice is fine") {
  Fixture f;
  const auto info = f.start();
  f.sandbox.stop();
  f.sandbox.stop();
  CHECK_FALSE(RawClient(info.url).connected());
  CHECK_FALSE(std::filesystem::exists(f.options.control));
}

TEST_CASE("it stops with clients connected") {
  Fixture f;
  const auto info = f.start();
  RawClient client(info.url);
  REQUIRE(client.upgrade("/ws/chat").find("101") != std::string::npos);
  f.sandbox.stop();
  CHECK(client.receive_message().empty());
}

TEST_CASE("a text message and a wrong prologue end the connection") {
  Fixture f;
  const auto info = f.start();
  RawClient text(info.url);
  text.upgrade("/ws/chat");
  text.send_message(as_bytes("hello"), 1);
  text.receive_message();
  CHECK(text.opcode() == 8);
  RawClient wrong(info.url);
  wrong.upgrade("/ws/chat");
  wrong.send_message(as_bytes("hello"));
  wrong.receive_message();
  CHECK(wrong.opcode() == 8);
}

TEST_CASE("the control socket refuses connections with 503 and takes them again") {
  Fixture f;
  const auto info = f.start();
  auto control = ipc::UnixClient::connect(info.control);
  REQUIRE(control);
  const auto limit = std::chrono::seconds(10);
  REQUIRE(control->call("link.refuse", {{"refuse", true}}, limit));
  CHECK(RawClient(info.url).upgrade("/ws/chat").find(" 503 ") != std::string::npos);
  REQUIRE(control->call("link.refuse", {{"refuse", false}}, limit));
  CHECK(RawClient(info.url).upgrade("/ws/chat").find(" 101 ") != std::string::npos);
}

TEST_CASE(
    "a state directory or port in use, and an address of the world, are refused with a reason") {
  Fixture f;
  const auto info = f.start();
  EmbeddedSandbox second;
  auto options = f.options;
  options.control = f.dir / "d.sock";
  CHECK(second.start(options).error().code == ErrorCode::state_locked);
  options.state_dir = f.dir / "other";
  options.listen = "127.0.0.1:" + std::to_string(RawClient(info.url).port());
  CHECK(second.start(options).error().code == ErrorCode::io_error);
  options.listen = "0.0.0.0:0";
  CHECK(second.start(options).error().code == ErrorCode::config_invalid);
}

TEST_CASE("only numeric loopback addresses with a port are listened on") {
  CHECK(parse_listen_address("127.0.0.1:0")->port == 0);
  CHECK(parse_listen_address("127.8.8.8:65535")->port == 65535);
  CHECK(parse_listen_address("[::1]:5222")->host == "::1");
  for (const auto* bad : {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                          "127.0.0.1:1x", "0.0.0.0:0", "192.168.0.1:1", "[::]:1", "localhost:1"})
    CHECK(parse_listen_address(bad).error().code == ErrorCode::config_invalid);
}

}  // namespace
}  // namespace wasphere::sandbox
