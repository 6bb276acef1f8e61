#include "core/wire/frame.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::wire;
using test::hex;

TEST_CASE("a frame is its length and itself") {
  CHECK(encode_frame(hex("aabb")) == hex("000002aabb"));
  CHECK(encode_frame({}) == hex("000000"));
}

TEST_CASE("the largest frame fits, one byte more does not") {
  Bytes payload(kMaxFrameSize, 5);
  auto frame = encode_frame(payload);
  REQUIRE(frame);
  CHECK(BytesView(*frame).first(3)[0] == 0xFF);
  FrameDecoder decoder;
  decoder.feed(*frame);
  CHECK(decoder.next() == payload);
  payload.push_back(5);
  CHECK(encode_frame(payload).error().code == ErrorCode::protocol_error);
}

TEST_CASE("frames come out whole however the bytes arrive") {
  Bytes stream;
  test::SeededRng rng;
  std::vector<Bytes> sent;
  for (std::size_t size : {0U, 1U, 2U, 3U, 100U, 70000U, 0U, 5U}) {
    sent.push_back(rng.bytes(size));
    append(stream, *encode_frame(sent.back()));
  }
  for (std::size_t piece : {1U, 2U, 3U, 7U, 1000U, 1U << 20}) {
    FrameDecoder decoder;
    std::vector<Bytes> received;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      decoder.feed(BytesView(stream).subspan(at, std::min(piece, stream.size() - at)));
      while (auto frame = decoder.next()) received.push_back(*std::move(frame));
    }
    CHECK(received == sent);
    CHECK(decoder.buffered() == 0);
  }
}

TEST_CASE("an unfinished frame waits") {
  FrameDecoder decoder;
  decoder.feed(hex("000002aa"));
  CHECK_FALSE(decoder.next());
  CHECK(decoder.buffered() == 4);
  decoder.feed(hex("bb0000"));
  CHECK(decoder.next() == hex("aabb"));
  CHECK_FALSE(decoder.next());
  CHECK(decoder.buffered() == 2);
}

TEST_CASE("vectors: the first bytes of a connection") {
  Prologue prologue;
  CHECK(prologue.encode() == hex("57410603"));
  prologue.routing_info = hex(test::vectors()["noise"]["routing_info_prefix"]["routing_info"]);
  Bytes first = prologue.encode();
  Bytes hello = hex(test::vectors()["noise"]["xx"]["client_hello_proto"]);
  append(first, *encode_frame(hello));
  CHECK(first == hex(test::vectors()["noise"]["routing_info_prefix"]["first_wire_message"]));

  PrologueDecoder decoder;
  decoder.feed(first);
  auto read = decoder.next();
  REQUIRE(read);
  REQUIRE(*read);
  CHECK((*read)->routing_info == prologue.routing_info);
  CHECK((*read)->header == prologue.header);
  CHECK((*read)->dictionary() == Dictionary::v3);
  FrameDecoder frames;
  frames.feed(decoder.take_rest());
  CHECK(frames.next() == hello);
}

TEST_CASE("a prologue may come byte by byte, with or without routing information") {
  for (const char* text : {"57410602aa", "57410603",
                           "454400010000024242"
                           "57410603aabb",
                           "4544000100000057410603"}) {
    INFO(text);
    Bytes stream = hex(text);
    PrologueDecoder decoder;
    std::optional<Prologue> found;
    std::size_t used = 0;
    while (!found && used < stream.size()) {
      decoder.feed(BytesView(stream).subspan(used++, 1));
      auto step = decoder.next();
      REQUIRE(step);
      found = *step;
    }
    REQUIRE(found);
    CHECK(decoder.take_rest().empty());
    CHECK(found->header[3] == stream[used - 1]);
  }
}

TEST_CASE("a stream that starts with anything else is refused as soon as it shows") {
  for (const char* text : {"00", "47455420", "5742", "574105", "57410600", "57410601", "57410604",
                           "ed", "45ff", "454401", "45440002", "45440001010001",
                           "4544000100000142"
                           "00",
                           "45440001000000"
                           "4544"}) {
    INFO(text);
    PrologueDecoder decoder;
    decoder.feed(hex(text));
    auto result = decoder.next();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::protocol_error);
  }
}

TEST_CASE("an unfinished prologue waits") {
  for (const char* text :
       {"", "57", "5741", "574106", "45", "454400", "45440001", "4544000100", "45440001000002",
        "4544000100000242", "454400010000024242", "454400010000024242574106"}) {
    INFO(text);
    PrologueDecoder decoder;
    decoder.feed(hex(text));
    auto result = decoder.next();
    REQUIRE(result);
    CHECK_FALSE(*result);
  }
}
