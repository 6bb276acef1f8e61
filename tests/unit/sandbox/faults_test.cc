#include "sandbox/faults.h"

#include <catch2/catch.hpp>

namespace wasphere::sandbox {
namespace {

const wire::Jid kDevice{"447700900123", "s.whatsapp.net", 2};
const wire::Jid kOther{"447700900124", "s.whatsapp.net", 2};

TEST_CASE("a counted fault applies that often and then no more") {
  Faults faults;
  CHECK(faults.take_handshake() == HandshakeFault::none);
  faults.set(HandshakeFault::empty_hello, 2);
  CHECK(faults.take_handshake() == HandshakeFault::empty_hello);
  CHECK(faults.take_handshake() == HandshakeFault::empty_hello);
  CHECK(faults.take_handshake() == HandshakeFault::none);
}

TEST_CASE("a fault can be taken back") {
  Faults faults;
  faults.set(PairingFault::bad_hmac, 5);
  faults.set(*pairing_fault("none"), 1);
  CHECK(faults.take_pairing() == PairingFault::none);
}

TEST_CASE("an unknown kind of fault is refused with the known ones") {
  auto fault = handshake_fault("garbage");
  REQUIRE_FALSE(fault);
  CHECK(fault.error().code == ErrorCode::validation_failed);
  CHECK(fault.error().message.find("garbage_hello") != std::string::npos);
  REQUIRE(fault.error().fields.size() == 1);
  CHECK(fault.error().fields.front().pointer == "/kind");
}

TEST_CASE("a failure for one device leaves others alone") {
  Faults faults;
  stanza::FailureContent content;
  content.reason = 403;
  faults.add_failure(kDevice, content, 1);
  CHECK_FALSE(faults.take_failure(kOther));
  CHECK_FALSE(faults.take_failure(std::nullopt));
  REQUIRE(faults.take_failure(kDevice));
  CHECK_FALSE(faults.take_failure(kDevice));
}

TEST_CASE("a failure for an account meets each of its devices, one for nobody meets everybody") {
  Faults faults;
  faults.add_failure(kDevice.without_device(), {}, 1);
  CHECK(faults.take_failure(kDevice));
  faults.add_failure(std::nullopt, {}, 2);
  CHECK(faults.take_failure(kOther));
  CHECK(faults.take_failure(std::nullopt));
  CHECK_FALSE(faults.take_failure(kOther));
}

TEST_CASE("silence is for all links or for one device, and ends") {
  Faults faults;
  faults.silence(kDevice, true);
  CHECK(faults.silent(kDevice));
  CHECK_FALSE(faults.silent(kOther));
  CHECK_FALSE(faults.silent(std::nullopt));
  faults.silence(std::nullopt, true);
  CHECK(faults.silent(std::nullopt));
  faults.silence(std::nullopt, false);
  CHECK_FALSE(faults.silent(kDevice));
}

}  // namespace
}  // namespace wasphere::sandbox
