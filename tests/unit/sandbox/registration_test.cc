#include "sandbox/registration.h"

#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "core/stanza/link_code_server.h"
#include "core/stanza/pairing.h"
#include "core/stanza/pairing_code.h"
#include "sandbox/link.h"
#include "sandbox/login_role.h"
#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

using std::chrono::seconds;

struct Fixture {
  TestNetwork network;
  std::string phone = network.phones().create("+44 7700 900123", "Sam", "iphone")->number;
  TestClient client{network};
  std::optional<Result<LinkedCompanion>> answer;

  Answer<LinkedCompanion> keep() {
    return [this](Result<LinkedCompanion> given) { answer = std::move(given); };
  }
  void scan(const std::string& qr) { network.phones().scan(phone, qr, keep()); }
  ErrorCode refusal() const {
    REQUIRE(answer);
    REQUIRE_FALSE(answer->has_value());
    return answer->error().code;
  }
};

TEST_CASE("a scanned companion is linked, told to restart, and closed") {
  Fixture f;
  REQUIRE(f.client.connect());
  f.scan(f.client.qr());
  CHECK_FALSE(f.answer);  // not before the companion has confirmed
  REQUIRE(f.client.confirm());
  REQUIRE(f.answer);
  REQUIRE(f.answer->has_value());
  CHECK((*f.answer)->jid.to_string() == "447700900123:1@s.whatsapp.net");
  CHECK((*f.answer)->lid == f.client.device.account->lid);
  CHECK(f.client.device.account->platform == "iphone");
  CHECK(f.client.device.account->key_index == 1);
  f.network.clock.advance(std::chrono::milliseconds(50));
  CHECK(f.client.closed());
  f.client.log_in();
}

TEST_CASE("what a companion was told is durable: a crash after 515 leaves it linked") {
  Fixture f;
  REQUIRE(f.client.connect());
  f.scan(f.client.qr());
  REQUIRE(f.client.confirm());
  f.client.hang_up();
  f.network.restart();
  f.client.log_in();
}

TEST_CASE("a companion that saved its account but never confirmed stays out after a crash") {
  Fixture f;
  REQUIRE(f.client.connect());
  f.scan(f.client.qr());
  auto accepted =
      stanza::accept_pair_success(f.client.expect("iq"), f.client.device, f.network.rng);
  REQUIRE(accepted);
  f.client.device.account = accepted->account;
  f.client.hang_up();
  CHECK(f.refusal() == ErrorCode::whatsapp_error);
  f.network.restart();
  CHECK(f.network.world().device_count() == 0);
  TestClient next(f.network);
  next.link(f.phone);
  CHECK(next.device.account->key_index == 2);
  REQUIRE(f.client.connect());
  CHECK(f.client.expect("failure").attr("reason") == "401");
}

TEST_CASE("each ref lives its own time: 60 seconds, then 20 more for each that follows") {
  Fixture f;
  REQUIRE(f.client.connect());
  const auto refs = *stanza::parse_pair_device(f.client.expect("iq"));
  auto* role = f.network.only_link().registration();
  f.network.clock.advance(std::chrono::milliseconds(59'999));
  CHECK(role->offers(refs[0]));
  f.network.clock.advance(std::chrono::milliseconds(1));
  CHECK_FALSE(role->offers(refs[0]));
  CHECK(role->offers(refs[1]));
  f.network.clock.advance(seconds(20));
  CHECK_FALSE(role->offers(refs[1]));
  f.network.clock.advance(std::chrono::milliseconds(79'999));
  CHECK(role->offers(refs[5]));
  CHECK_FALSE(f.client.closed());
  f.network.clock.advance(std::chrono::milliseconds(1));
  CHECK_FALSE(role->offers(refs[5]));
  CHECK(f.client.closed());
}

TEST_CASE("an expired QR is refused") {
  Fixture f;
  REQUIRE(f.client.connect());
  const auto qr = f.client.qr();
  f.network.clock.advance(seconds(60));
  f.scan(qr);
  CHECK(f.refusal() == ErrorCode::not_found);
}

TEST_CASE("the QR of a client that has gone is refused") {
  Fixture f;
  REQUIRE(f.client.connect());
  const auto qr = f.client.qr();
  f.client.hang_up();
  f.scan(qr);
  CHECK(f.refusal() == ErrorCode::not_found);
}

TEST_CASE("a QR that names another noise key than the connection is refused") {
  Fixture f;
  REQUIRE(f.client.connect());
  auto other = f.client.device;
  other.noise_key = crypto::KeyPair::generate(f.network.rng);
  const auto refs = *stanza::parse_pair_device(f.client.expect("iq"));
  f.scan(stanza::qr_text(refs.front(), other, "1"));
  CHECK(f.refusal() == ErrorCode::validation_failed);
  CHECK_FALSE(f.client.receive());
}

TEST_CASE("a companion that does not confirm within ten seconds is not linked") {
  Fixture f;
  REQUIRE(f.client.connect());
  f.scan(f.client.qr());
  f.network.clock.advance(std::chrono::milliseconds(9'999));
  CHECK_FALSE(f.answer);
  f.network.clock.advance(std::chrono::milliseconds(1));
  CHECK(f.refusal() == ErrorCode::timed_out);
  CHECK(f.client.closed());
  CHECK(f.network.world().device_count() == 0);
}

TEST_CASE("each forged identity is refused by the companion, and the phone hears so") {
  const auto [fault, word] =
      GENERATE(table<PairingFault, std::string>({{PairingFault::bad_hmac, "hmac"},
                                                 {PairingFault::bad_signature, "signature"},
                                                 {PairingFault::garbage_identity, "internal"}}));
  Fixture f;
  f.network.faults().set(fault, 1);
  REQUIRE(f.client.connect());
  f.scan(f.client.qr());
  CHECK_FALSE(f.client.confirm());
  CHECK(f.refusal() == ErrorCode::whatsapp_error);
  CHECK(f.answer->error().message.find(word) != std::string::npos);
  CHECK(f.network.world().device_count() == 0);
  CHECK(f.client.closed());
  f.client.link(f.phone);
}

TEST_CASE("a confirmation with a wrong device signature or key index is not accepted") {
  Fixture f;
  REQUIRE(f.client.connect());
  f.scan(f.client.qr());
  const auto request = f.client.expect("iq");
  auto accepted = stanza::accept_pair_success(request, f.client.device, f.network.rng);
  REQUIRE(accepted);
  auto reply = accepted->reply;
  SECTION("signed by another identity") {
    auto forger = f.client.device;
    forger.identity_key = crypto::KeyPair::generate(f.network.rng);
    // The forger cannot verify the account signature for its own key, so only its bytes are swapped
    // in.
    auto& identity = std::get<wire::Nodes>(std::get<wire::Nodes>(reply.content)[0].content)[0];
    auto bytes = identity.content_bytes();
    bytes.back() ^= 1;
    identity.content = bytes;
  }
  SECTION("another key index") {
    auto& identity = std::get<wire::Nodes>(std::get<wire::Nodes>(reply.content)[0].content)[0];
    identity.set("key-index", "9");
  }
  SECTION("nothing in it") {
    reply.content = wire::Nodes{};
  }
  f.client.send_node(reply);
  REQUIRE(f.answer);
  CHECK_FALSE(f.answer->has_value());
  CHECK(f.network.world().device_count() == 0);
}

TEST_CASE("one companion is linked by one phone at a time") {
  Fixture f;
  REQUIRE(f.client.connect());
  const auto qr = f.client.qr();
  f.scan(qr);
  std::optional<Result<LinkedCompanion>> second;
  const auto other = f.network.phones().create("", "", "");
  f.network.phones().scan(other->number, qr,
                          [&](Result<LinkedCompanion> given) { second = given; });
  REQUIRE(second);
  CHECK_FALSE(second->has_value());
  CHECK(f.client.confirm());
  CHECK(f.answer->has_value());
}

TEST_CASE("an unlinked client may ping, and everything unknown is answered") {
  Fixture f;
  REQUIRE(f.client.connect());
  f.client.send_node(stanza::iq_result(f.client.expect("iq")));
  CHECK(f.client.ask(stanza::ping("1")).attr("type") == "result");
  const auto answer = f.client.ask(stanza::iq("2", "w:mex", "get"));
  CHECK(answer.child("error")->attr("code") == "501");
  f.client.send_node({"presence", {}, {}});
  f.client.send_node(stanza::unified_session(1, 0));
  CHECK_FALSE(f.client.receive());
}

// --- linking with a code

struct CodeFixture : Fixture {
  std::string code;
  stanza::WrappedEphemeral ephemeral;

  CodeFixture() {
    REQUIRE(client.connect());
    client.send_node(stanza::iq_result(client.expect("iq")));
  }
  wire::Node hello(const std::string& number = "447700900123") {
    code = stanza::make_pairing_code(network.rng);
    ephemeral = stanza::wrap_ephemeral(code, network.rng);
    return client.ask(stanza::companion_hello("h", {number, "s.whatsapp.net"}, client.device, {},
                                              ephemeral.wrapped));
  }
  void enter(const std::string& typed) { network.phones().enter_code(phone, typed, keep()); }
  // Answers primary_hello with what `used` opens.
  wire::Node finish(const std::string& used) {
    const auto notification = client.expect("notification");
    auto primary = stanza::parse_primary_hello(notification);
    REQUIRE(primary);
    auto finish = stanza::companion_finish("f", {phone, "s.whatsapp.net"}, client.device, used,
                                           ephemeral.ephemeral, *primary, network.rng);
    REQUIRE(finish);
    client.device.adv_secret = finish->adv_secret;
    return client.ask(finish->request);
  }
};

TEST_CASE("a code typed on the phone links the companion") {
  CodeFixture f;
  CHECK(stanza::parse_companion_hello_result(f.hello()));
  f.enter(stanza::display_pairing_code(f.code));
  CHECK(f.finish(f.code).attr("type") == "result");
  REQUIRE(f.client.confirm());
  REQUIRE(f.answer);
  CHECK(f.answer->has_value());
  f.client.log_in();
}

TEST_CASE("a wrong code is noticed, and the right one still links") {
  CodeFixture f;
  f.hello();
  f.enter(f.code == "ABCDEFGH" ? "ABCDEFGJ" : "ABCDEFGH");
  f.finish(f.code);
  CHECK(f.refusal() == ErrorCode::crypto_error);
  CHECK_FALSE(f.client.receive());
  f.answer.reset();
  f.enter(f.code);
  f.finish(f.code);
  REQUIRE(f.client.confirm());
  CHECK(f.answer->has_value());
}

TEST_CASE("text that is no code, or a code nobody waits for, is refused at once") {
  CodeFixture f;
  f.enter("ABCD");
  CHECK(f.refusal() == ErrorCode::validation_failed);
  f.enter("ABCD1234");
  CHECK(f.refusal() == ErrorCode::not_found);
}

TEST_CASE(
    "a code for a number without an account, or with a bad hello, is an error for the companion") {
  CodeFixture f;
  CHECK(f.hello("447700900999").child("error")->attr("code") == "404");
  auto bad =
      stanza::companion_hello("b", {f.phone, "s.whatsapp.net"}, f.client.device, {}, Bytes(79));
  CHECK(f.client.ask(bad).child("error")->attr("code") == "400");
}

TEST_CASE("a code is good for 180 seconds, and keeps the connection open past the refs") {
  CodeFixture f;
  f.network.clock.advance(seconds(100));
  f.hello();
  f.network.clock.advance(seconds(179));
  CHECK_FALSE(f.client.closed());
  f.network.clock.advance(seconds(1));
  CHECK(f.client.closed());
  f.enter(f.code);
  CHECK(f.refusal() == ErrorCode::not_found);
}

TEST_CASE("a code can be tried three times") {
  CodeFixture f;
  f.hello();
  for (int i = 0; i < 3; ++i) {
    f.enter(f.code == "ABCDEFGH" ? "ABCDEFGJ" : "ABCDEFGH");
    f.finish(f.code);
    CHECK(f.refusal() == ErrorCode::crypto_error);
  }
  f.enter(f.code);
  CHECK(f.refusal() == ErrorCode::rate_limited);
}

TEST_CASE("a companion that never finishes lets the phone go after ten seconds") {
  CodeFixture f;
  f.hello();
  f.enter(f.code);
  f.client.expect("notification");
  f.network.clock.advance(seconds(10));
  CHECK(f.refusal() == ErrorCode::timed_out);
}

TEST_CASE("a new code voids the one before") {
  CodeFixture f;
  f.hello();
  const auto first = f.code;
  f.hello();
  f.enter(f.code);
  CHECK(f.finish(f.code).attr("type") == "result");
  CHECK(f.client.confirm());
}

TEST_CASE("a finish that nobody asked for is an error") {
  CodeFixture f;
  f.hello();
  stanza::PrimaryHello made_up{f.ephemeral.wrapped, f.client.device.identity_key.public_key, "ref"};
  auto finish = stanza::companion_finish("f", {f.phone, "s.whatsapp.net"}, f.client.device, f.code,
                                         f.ephemeral.ephemeral, made_up, f.network.rng);
  REQUIRE(finish);
  CHECK(f.client.ask(finish->request).child("error")->attr("code") == "400");
}

TEST_CASE("the country of the phone can be asked for") {
  CodeFixture f;
  wire::Node stage{"link_code_companion_reg", {{"stage", "get_country_code"}}, {}};
  const auto answer = f.client.ask(stanza::iq("c", "md", "get", {stage}));
  CHECK(answer.child()->tag == "country_code");
}

}  // namespace
}  // namespace wasphere::sandbox::test
