// Both ends together, and everything a hostile other end may say at each step.
#include "core/noise/handshake.h"

#include <catch2/catch.hpp>
#include <functional>

#include "core/proto/noise.pb.h"
#include "tests/unit/core/noise/noise_fixture.h"

using namespace wasphere;
using namespace wasphere::noise;
using proto::HandshakeMessage;

namespace {

// Points whose agreement with any key is zero.
const std::vector<std::string>& low_order_keys() {
  static const std::vector<std::string> keys{
      std::string(32, '\0'), std::string(1, '\1') + std::string(31, '\0'),
      to_text(test::hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"))};
  return keys;
}

using Change = std::function<void(HandshakeMessage&)>;

Bytes changed(BytesView message, const Change& change) {
  HandshakeMessage parsed;
  REQUIRE(parsed.ParseFromArray(message.data(), static_cast<int>(message.size())));
  change(parsed);
  return to_bytes(as_bytes(parsed.SerializeAsString()));
}

void flip_last_bit(std::string& text) {
  text.back() = static_cast<char>(text.back() ^ 1);
}

// The code a client gives when the server's hello is changed so; `internal` if it takes it.
ErrorCode client_says(const Change& change) {
  auto client = test::client();
  auto server = test::server();
  auto reply = std::get<ServerReply>(server.on_message(client.start()).value());
  auto result = client.on_server_hello(changed(reply.message, change), test::kNow);
  return result ? ErrorCode::internal : result.error().code;
}

ErrorCode server_says_to_hello(const Change& change) {
  auto client = test::client();
  auto server = test::server();
  auto result = server.on_message(changed(client.start(), change));
  return result ? ErrorCode::internal : result.error().code;
}

ErrorCode server_says_to_finish(const Change& change) {
  auto client = test::client();
  auto server = test::server();
  auto reply = std::get<ServerReply>(server.on_message(client.start()).value());
  auto done = client.on_server_hello(reply.message, test::kNow);
  REQUIRE(done);
  auto result = server.on_message(changed(done->final_message, change));
  return result ? ErrorCode::internal : result.error().code;
}

std::vector<Bytes> garbage() {
  test::SeededRng rng;
  std::vector<Bytes> out{
      {}, Bytes{0}, Bytes(1, 0xFF), Bytes(200, 0xFF), as_text({}).empty() ? Bytes{8, 1} : Bytes{}};
  for (std::size_t size : {1U, 10U, 36U, 300U, 70000U}) out.push_back(rng.bytes(size));
  return out;
}

}  // namespace

TEST_CASE("both ends with fresh keys agree") {
  test::SeededRng rng;
  auto root = crypto::KeyPair::generate(rng);
  auto intermediate = crypto::KeyPair::generate(rng);
  auto server_key = crypto::KeyPair::generate(rng);
  auto client_key = crypto::KeyPair::generate(rng);
  Bytes chain =
      issue_chain({server_key.public_key, &intermediate, &root.private_key, 100, 200}, rng);
  ClientHandshake client({client_key, root.public_key, {}, Bytes{1, 2, 3}}, rng);
  ServerHandshake server({server_key, chain}, {}, rng);

  auto reply = std::get<ServerReply>(server.on_message(client.start()).value());
  auto client_done = client.on_server_hello(reply.message, 150);
  REQUIRE(client_done);
  auto server_done = std::get<ServerDone>(server.on_message(client_done->final_message).value());
  CHECK(server_done.client_static == client_key.public_key);
  CHECK(server_done.client_payload == Bytes{1, 2, 3});
  CHECK(server_done.transport.decrypt(client_done->transport.encrypt(Bytes{4})) == Bytes{4});
  CHECK(client_done->transport.decrypt(server_done.transport.encrypt(Bytes{5})) == Bytes{5});
}

TEST_CASE("two connections never use the same ephemeral key") {
  test::SeededRng rng;
  ClientHandshake first(test::client_config(), rng);
  ClientHandshake second(test::client_config(), rng);
  CHECK(first.start() != second.start());
}

TEST_CASE("a server hello that is not the real one is refused") {
  auto hello = [](auto change) {
    return client_says([=](HandshakeMessage& m) { change(*m.mutable_server_hello()); });
  };
  CHECK(hello([](auto&) {}) == ErrorCode::internal);
  CHECK(client_says([](auto& m) { m.Clear(); }) == ErrorCode::protocol_error);
  CHECK(hello([](auto& h) { h.clear_ephemeral(); }) == ErrorCode::protocol_error);
  CHECK(hello([](auto& h) { h.set_ephemeral("short"); }) == ErrorCode::protocol_error);
  CHECK(hello([](auto& h) { flip_last_bit(*h.mutable_ephemeral()); }) == ErrorCode::crypto_error);
  CHECK(hello([](auto& h) { h.clear_static_(); }) == ErrorCode::crypto_error);
  CHECK(hello([](auto& h) { flip_last_bit(*h.mutable_static_()); }) == ErrorCode::crypto_error);
  CHECK(hello([](auto& h) { h.clear_payload(); }) == ErrorCode::crypto_error);
  CHECK(hello([](auto& h) { flip_last_bit(*h.mutable_payload()); }) == ErrorCode::crypto_error);
  for (const std::string& key : low_order_keys())
    CHECK(hello([&](auto& h) { h.set_ephemeral(key); }) == ErrorCode::crypto_error);
}

TEST_CASE("the client refuses garbage for a hello, and everything after") {
  auto server = test::server();
  Bytes good = std::get<ServerReply>(server.on_message(test::client().start()).value()).message;
  for (const Bytes& bad : garbage()) {
    auto client = test::client();
    client.start();
    auto result = client.on_server_hello(bad, test::kNow);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::protocol_error);
    CHECK(client.on_server_hello(good, test::kNow).error().code == ErrorCode::protocol_error);
  }
  auto early = test::client();
  CHECK(early.on_server_hello(good, test::kNow).error().code == ErrorCode::protocol_error);
}

TEST_CASE("every cut of a server hello is refused") {
  auto server = test::server();
  Bytes good = std::get<ServerReply>(server.on_message(test::client().start()).value()).message;
  for (std::size_t size = 0; size < good.size(); ++size) {
    auto client = test::client();
    client.start();
    CHECK_FALSE(client.on_server_hello(BytesView(good).first(size), test::kNow));
  }
}

TEST_CASE("a certificate chain of another root, or another time, is refused") {
  auto config = test::client_config();
  config.root = kWhatsAppRoot;
  auto server = test::server();
  auto client = test::client(config);
  auto reply = std::get<ServerReply>(server.on_message(client.start()).value());
  CHECK(client.on_server_hello(reply.message, test::kNow).error().code ==
        ErrorCode::certificate_rejected);
  auto late = test::client();
  late.start();
  CHECK(late.on_server_hello(reply.message, 2'000'000'000).error().code ==
        ErrorCode::certificate_rejected);
}

TEST_CASE("a client hello that makes no sense is refused") {
  auto hello = [](auto change) {
    return server_says_to_hello([=](HandshakeMessage& m) { change(*m.mutable_client_hello()); });
  };
  CHECK(hello([](auto&) {}) == ErrorCode::internal);
  CHECK(server_says_to_hello([](auto& m) { m.Clear(); }) == ErrorCode::protocol_error);
  CHECK(server_says_to_hello([](auto& m) {
          m.Clear();
          m.mutable_client_finish();
        }) == ErrorCode::protocol_error);
  CHECK(hello([](auto& h) { h.clear_ephemeral(); }) == ErrorCode::protocol_error);
  CHECK(hello([](auto& h) { h.set_ephemeral(std::string(33, 'a')); }) == ErrorCode::protocol_error);
  for (const std::string& key : low_order_keys()) {
    CHECK(hello([&](auto& h) { h.set_ephemeral(key); }) == ErrorCode::crypto_error);
    CHECK(hello([&](auto& h) {
            h.set_ephemeral(key);
            h.set_static_("x");
          }) == ErrorCode::crypto_error);
  }
}

TEST_CASE("a resumption that was touched is refused, or falls back") {
  Bytes good = test::hex(test::noise()["ik"]["client_hello_proto"]);
  auto says = [&](const Change& change) {
    auto server = test::server();
    return server.on_message(changed(good, change));
  };
  auto intact = says([](auto&) {});
  REQUIRE(intact);
  CHECK(std::holds_alternative<ServerDone>(*intact));
  auto payload = says([](auto& m) { flip_last_bit(*m.mutable_client_hello()->mutable_payload()); });
  CHECK(payload.error().code == ErrorCode::crypto_error);
  auto none = says([](auto& m) { m.mutable_client_hello()->clear_payload(); });
  CHECK(none.error().code == ErrorCode::crypto_error);
  auto unreadable =
      says([](auto& m) { flip_last_bit(*m.mutable_client_hello()->mutable_static_()); });
  REQUIRE(unreadable);
  CHECK(std::holds_alternative<ServerReply>(*unreadable));
  auto only_payload = says([](auto& m) { m.mutable_client_hello()->clear_static_(); });
  REQUIRE(only_payload);
  CHECK(std::holds_alternative<ServerReply>(*only_payload));
}

TEST_CASE("a client finish that is not the real one is refused") {
  auto finish = [](auto change) {
    return server_says_to_finish([=](HandshakeMessage& m) { change(*m.mutable_client_finish()); });
  };
  CHECK(finish([](auto&) {}) == ErrorCode::internal);
  CHECK(server_says_to_finish([](auto& m) { m.Clear(); }) == ErrorCode::protocol_error);
  CHECK(server_says_to_finish([](auto& m) {
          m.Clear();
          m.mutable_client_hello()->set_ephemeral(std::string(32, 'a'));
        }) == ErrorCode::protocol_error);
  CHECK(finish([](auto& f) { f.clear_static_(); }) == ErrorCode::crypto_error);
  CHECK(finish([](auto& f) { flip_last_bit(*f.mutable_static_()); }) == ErrorCode::crypto_error);
  CHECK(finish([](auto& f) { f.clear_payload(); }) == ErrorCode::crypto_error);
  CHECK(finish([](auto& f) { flip_last_bit(*f.mutable_payload()); }) == ErrorCode::crypto_error);
}

TEST_CASE("the server refuses garbage at either step, and everything after") {
  for (const Bytes& bad : garbage()) {
    auto server = test::server();
    CHECK(server.on_message(bad).error().code == ErrorCode::protocol_error);
    CHECK(server.on_message(test::client().start()).error().code == ErrorCode::protocol_error);

    auto client = test::client();
    auto halfway = test::server();
    auto reply = std::get<ServerReply>(halfway.on_message(client.start()).value());
    auto done = client.on_server_hello(reply.message, test::kNow);
    REQUIRE(done);
    CHECK(halfway.on_message(bad).error().code == ErrorCode::protocol_error);
    CHECK(halfway.on_message(done->final_message).error().code == ErrorCode::protocol_error);
  }
}

TEST_CASE("a client static key of low order is refused in a finish") {
  // The client proves nothing with such a key: anybody could be it.
  test::SeededRng rng;
  auto server = test::server();
  auto ephemeral = crypto::KeyPair::generate(rng);
  HandshakeMessage hello;
  hello.mutable_client_hello()->set_ephemeral(to_text(ephemeral.public_key));
  auto step = server.on_message(as_bytes(hello.SerializeAsString()));
  HandshakeMessage answer;
  const Bytes& message = std::get<ServerReply>(step.value()).message;
  REQUIRE(answer.ParseFromArray(message.data(), static_cast<int>(message.size())));

  SymmetricState state(kXxName);
  state.mix_hash(wire::Prologue{}.header);
  state.mix_hash(ephemeral.public_key);
  auto server_ephemeral = to_array<32>(as_bytes(answer.server_hello().ephemeral())).value();
  state.mix_hash(server_ephemeral);
  REQUIRE(state.mix_agreement(ephemeral.private_key, server_ephemeral));
  REQUIRE(state.decrypt(as_bytes(answer.server_hello().static_())));
  REQUIRE(state.mix_agreement(ephemeral.private_key, test::key_pair("server_static").public_key));
  REQUIRE(state.decrypt(as_bytes(answer.server_hello().payload())));
  HandshakeMessage finish;
  finish.mutable_client_finish()->set_static_(to_text(state.encrypt(Bytes(32, 0))));
  finish.mutable_client_finish()->set_payload(std::string(20, 'p'));
  auto result = server.on_message(as_bytes(finish.SerializeAsString()));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::crypto_error);
  CHECK(result.error().message.find("low order") != std::string::npos);
}

TEST_CASE("unknown fields of a handshake message are skipped") {
  auto client = test::client();
  auto server = test::server();
  Bytes hello = client.start();
  append(hello, Bytes{0x0A, 1, 'x', 0x78, 5});  // fields 1 and 15
  CHECK(server.on_message(hello).has_value());
}
