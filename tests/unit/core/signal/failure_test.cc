#include "core/signal/failure.h"

#include <catch2/catch.hpp>

using namespace wasphere;
using namespace wasphere::signal;

TEST_CASE("failure: the numbers of retry receipts") {
  CHECK(retry_code(Fault::no_session) == 1U);
  CHECK(retry_code(Fault::invalid_key) == 2U);
  CHECK(retry_code(Fault::invalid_key_id) == 3U);
  CHECK(retry_code(Fault::invalid_message) == 4U);
  CHECK(retry_code(Fault::invalid_signature) == 5U);
  CHECK(retry_code(Fault::future_message) == 6U);
  CHECK(retry_code(Fault::bad_mac) == 7U);
  CHECK(retry_code(Fault::invalid_session) == 8U);
}

TEST_CASE("failure: a duplicate is not asked for again") {
  CHECK_FALSE(retry_code(Fault::duplicate));
}

TEST_CASE("failure: what does not verify is a crypto_error, the rest a protocol_error") {
  CHECK(to_error({Fault::bad_mac, "m"}).code == ErrorCode::crypto_error);
  CHECK(to_error({Fault::invalid_signature, "m"}).code == ErrorCode::crypto_error);
  CHECK(to_error({Fault::invalid_message, "m"}).code == ErrorCode::protocol_error);
  CHECK(to_error({Fault::no_session, "said so"}).message == "said so");
}
