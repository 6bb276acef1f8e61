#include "daemon/http/request_reader.h"

#include <catch2/catch.hpp>

namespace wasphere::http {
namespace {

using Step = RequestReader::Step;

// Gives the bytes in pieces of that size; the first step that is not need_more.
Step read(RequestReader& reader, std::string_view bytes, std::size_t piece = 1) {
  Step step = reader.step();
  while (step == Step::need_more && !bytes.empty()) {
    reader.give(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    step = reader.step();
  }
  reader.give(bytes);
  return step;
}

}  // namespace

TEST_CASE("a request comes in pieces of any size", "[request_reader]") {
  const std::string text =
      "POST /api/x?y=1 HTTP/1.1\r\nHost: a\r\nX-API-Key: k\r\nContent-Length: 5\r\n\r\nhello";
  for (const std::size_t piece : {1UL, 7UL, 1000UL}) {
    RequestReader reader;
    REQUIRE(read(reader, text, piece) == Step::head);
    CHECK(reader.head().method == "POST");
    CHECK(reader.head().target == "/api/x?y=1");
    CHECK(reader.head().header("x-api-key") == "k");
    CHECK(reader.head().keep_alive);
    REQUIRE(reader.accept_body(kMaxBody));
    REQUIRE(read(reader, "") == Step::done);
    CHECK(reader.take_body() == "hello");
  }
}

TEST_CASE("requests that follow each other stay apart", "[request_reader]") {
  RequestReader reader;
  reader.give(
      "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nABGET /2 HTTP/1.1\r\nHost: "
      "a\r\n\r\n");
  REQUIRE(reader.step() == Step::head);
  REQUIRE(reader.accept_body(10));
  REQUIRE(reader.step() == Step::done);
  CHECK(reader.take_body() == "AB");
  reader.next();
  REQUIRE(reader.step() == Step::head);
  CHECK(reader.head().target == "/2");
  REQUIRE(reader.step() == Step::done);
  reader.next();
  CHECK(reader.step() == Step::need_more);
  CHECK(!reader.begun());
}

TEST_CASE("a chunked body is put together, within its limit", "[request_reader]") {
  const std::string text =
      "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  RequestReader reader;
  REQUIRE(read(reader, text, 5) == Step::head);
  REQUIRE(reader.accept_body(5));
  REQUIRE(reader.step() == Step::done);
  CHECK(reader.take_body() == "abcde");

  RequestReader strict;
  REQUIRE(read(strict, text, 1000) == Step::head);
  REQUIRE(strict.accept_body(4));
  CHECK(strict.step() == Step::body_too_large);
}

TEST_CASE("a length beyond the limit is refused before the body", "[request_reader]") {
  RequestReader reader;
  REQUIRE(read(reader, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n") ==
          Step::head);
  CHECK(!reader.accept_body(kMaxSendBody));
}

TEST_CASE("a head beyond its limit is refused, with an end or without", "[request_reader]") {
  RequestReader reader;
  CHECK(read(reader, "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 100) ==
        Step::head_too_large);
  RequestReader endless;
  CHECK(read(endless, "GET /" + std::string(20'000, 'x'), 100) == Step::head_too_large);
}

TEST_CASE("many small fields are a large head as well", "[request_reader]") {
  std::string text = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 400; ++i) text += "X-Field: " + std::string(50, 'x') + "\r\n";
  for (const std::size_t piece : {64UL, 100'000UL}) {
    RequestReader reader;
    CHECK(read(reader, text + "\r\n", piece) == Step::head_too_large);
  }
}

TEST_CASE("what is no request is refused", "[request_reader]") {
  for (const char* text :
       {"nonsense\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET /\tx HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nA B: c\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01"}) {
    CAPTURE(text);
    RequestReader reader;
    CHECK(read(reader, text, 3) == Step::bad);
  }
}

TEST_CASE("a client that waits for leave to send is seen", "[request_reader]") {
  RequestReader reader;
  REQUIRE(read(reader,
               "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n") ==
          Step::head);
  CHECK(reader.expects_continue());
}

}  // namespace wasphere::http
