// Transcripts between other implementations, played with ours at either end.
#include <catch2/catch.hpp>

#include "core/noise/handshake.h"
#include "core/proto/noise.pb.h"
#include "core/util/encoding.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/noise/noise_fixture.h"

using namespace wasphere;
using namespace wasphere::noise;
using test::hex;
using test::hex_array;

namespace {

TransportKeys keys_of(const nlohmann::json& vector) {
  return {Secret<32>(hex_array<32>(vector["transport_key_client_to_server"])),
          Secret<32>(hex_array<32>(vector["transport_key_server_to_client"]))};
}

// Both directions work against the far end with the vector's keys.
void check_transport(NoiseTransport& ours, Role role, const nlohmann::json& vector) {
  NoiseTransport theirs(keys_of(vector), role == Role::client ? Role::server : Role::client);
  for (std::uint8_t i = 0; i < 3; ++i) {
    CHECK(theirs.decrypt(ours.encrypt(Bytes{i, 1})) == Bytes{i, 1});
    CHECK(ours.decrypt(theirs.encrypt(Bytes{i, 2})) == Bytes{i, 2});
  }
}

ServerReply reply_of(Result<std::variant<ServerReply, ServerDone>> step) {
  REQUIRE(step);
  return std::get<ServerReply>(*step);
}

ServerDone done_of(Result<std::variant<ServerReply, ServerDone>> step) {
  REQUIRE(step);
  return std::get<ServerDone>(*std::move(step));
}

}  // namespace

TEST_CASE("vectors: XX as the client") {
  const auto& xx = test::noise()["xx"];
  auto client = test::client();
  CHECK(client.start() == hex(xx["client_hello_proto"]));
  auto done = client.on_server_hello(hex(xx["server_hello_proto"]), test::kNow);
  REQUIRE(done);
  CHECK(done->final_message == hex(xx["client_finish_proto"]));
  CHECK(done->chain.leaf.serial == 2);
  CHECK(done->chain.leaf.key == test::key_pair("server_static").public_key);
  CHECK(done->chain.intermediate.serial == 1);
  CHECK(done->chain.leaf.not_before == 1700000000);
  CHECK(done->chain.leaf.not_after == 2000000000);
  check_transport(done->transport, Role::client, xx);
}

TEST_CASE("vectors: XX as the server") {
  const auto& xx = test::noise()["xx"];
  auto server = test::server();
  CHECK(reply_of(server.on_message(hex(xx["client_hello_proto"]))).message ==
        hex(xx["server_hello_proto"]));
  auto done = done_of(server.on_message(hex(xx["client_finish_proto"])));
  CHECK(done.client_payload == hex(xx["client_payload_plain"]));
  CHECK(done.client_static == test::key_pair("client_static").public_key);
  CHECK(done.message.empty());
  check_transport(done.transport, Role::server, xx);
}

TEST_CASE("vectors: XX on the wire") {
  const auto& xx = test::noise()["xx"];
  wire::Prologue prologue;
  CHECK(concat({prologue.encode(), *wire::encode_frame(hex(xx["client_hello_proto"]))}) ==
        hex(xx["wire_client_1"]));
  CHECK(*wire::encode_frame(hex(xx["server_hello_proto"])) == hex(xx["wire_server_1"]));
  CHECK(*wire::encode_frame(hex(xx["client_finish_proto"])) == hex(xx["wire_client_2"]));
}

TEST_CASE("vectors: transport frames in both directions") {
  const auto& xx = test::noise()["xx"];
  NoiseTransport client(keys_of(xx), Role::client);
  NoiseTransport server(keys_of(xx), Role::server);
  for (const auto& frame : xx["client_to_server"]) {
    Bytes sealed = client.encrypt(hex(frame["plaintext"]));
    CHECK(*wire::encode_frame(sealed) == hex(frame["wire"]));
    CHECK(server.decrypt(sealed) == hex(frame["plaintext"]));
  }
  for (const auto& frame : xx["server_to_client"]) {
    Bytes sealed = server.encrypt(hex(frame["plaintext"]));
    CHECK(*wire::encode_frame(sealed) == hex(frame["wire"]));
    CHECK(client.decrypt(sealed) == hex(frame["plaintext"]));
  }
}

TEST_CASE("vectors: a stream coalesced and split gives the same stanzas") {
  const auto& xx = test::noise()["xx"];
  Bytes stream;
  for (const auto& frame : xx["server_to_client"]) append(stream, hex(frame["wire"]));
  for (std::size_t piece : {stream.size(), std::size_t{1}, std::size_t{5}, std::size_t{37}}) {
    NoiseTransport client(keys_of(xx), Role::client);
    wire::FrameDecoder frames;
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      frames.feed(BytesView(stream).subspan(at, std::min(piece, stream.size() - at)));
      while (auto frame = frames.next())
        ids.push_back(wire::decode_node(client.decrypt(*frame).value())->attr("id").value());
    }
    CHECK(
        ids ==
        xx["baileys_received_ids_from_coalesced_and_split_stream"].get<std::vector<std::string>>());
  }
}

TEST_CASE("vectors: IK as the server") {
  const auto& ik = test::noise()["ik"];
  auto server = test::server();
  auto done = done_of(server.on_message(hex(ik["client_hello_proto"])));
  CHECK(done.message == hex(ik["server_hello_proto"]));
  CHECK(done.client_payload == hex(ik["client_payload_plain"]));
  CHECK(done.client_static == test::key_pair("client_static").public_key);
  const auto& frame = ik["first_client_frame"];
  CHECK(done.transport.decrypt(hex(frame["ciphertext"])) == hex(frame["plaintext"]));
  CHECK_FALSE(server.on_message(hex(ik["client_hello_proto"])));
}

TEST_CASE("vectors: IK's transport keys") {
  const auto& ik = test::noise()["ik"];
  auto done = done_of(test::server().on_message(hex(ik["client_hello_proto"])));
  check_transport(done.transport, Role::server, ik);
}

TEST_CASE("vectors: XXfallback as the server") {
  const auto& fallback = test::noise()["xxfallback"];
  proto::HandshakeMessage hello;
  // A static key sealed for a server key that this server does not have any more.
  hello.mutable_client_hello()->set_ephemeral(
      to_text(test::key_pair("client_ephemeral").public_key));
  hello.mutable_client_hello()->set_static_(std::string(48, 'x'));
  hello.mutable_client_hello()->set_payload(std::string(40, 'y'));
  auto server = test::server();
  auto reply = reply_of(server.on_message(as_bytes(hello.SerializeAsString())));
  CHECK(reply.message == hex(fallback["server_hello_proto"]));
  auto done = done_of(server.on_message(hex(fallback["client_finish_proto"])));
  CHECK(done.client_static == test::key_pair("client_static").public_key);
  check_transport(done.transport, Role::server, fallback);
}

TEST_CASE("the server mixes in the header it received, not a constant") {
  for (std::uint8_t dictionary : {std::uint8_t{2}, std::uint8_t{3}}) {
    wire::Prologue sent;
    sent.header[3] = dictionary;
    auto config = test::client_config();
    config.prologue = sent;
    auto client = test::client(config);
    auto rng = test::server_random();
    ServerHandshake server(test::server_config(), sent, rng);
    auto reply = reply_of(server.on_message(client.start()));
    CHECK(client.on_server_hello(reply.message, test::kNow).has_value());

    auto other = test::client(config);
    auto rng_of_other = test::server_random();
    wire::Prologue received;
    received.header[3] = static_cast<std::uint8_t>(5 - dictionary);
    ServerHandshake mistaken(test::server_config(), received, rng_of_other);
    auto wrong = reply_of(mistaken.on_message(other.start()));
    CHECK(other.on_server_hello(wrong.message, test::kNow).error().code == ErrorCode::crypto_error);
  }
}
