#include "core/noise/certificate.h"

#include <catch2/catch.hpp>
#include <functional>

#include "core/proto/noise.pb.h"
#include "tests/unit/core/noise/noise_fixture.h"

using namespace wasphere;
using namespace wasphere::noise;
using proto::CertChain;
using Raw = proto::CertChain_NoiseCertificate;
using Details = proto::CertChain_NoiseCertificate_Details;
using test::hex;

namespace {

constexpr std::uint64_t kFrom = 1000;
constexpr std::uint64_t kUntil = 2000;
constexpr std::uint64_t kInside = 1500;

// A sound chain, to be spoiled in one place and signed again where that is the point.
struct Chain {
  test::SeededRng rng;
  crypto::KeyPair root = crypto::KeyPair::generate(rng);
  crypto::KeyPair intermediate = crypto::KeyPair::generate(rng);
  crypto::KeyPair server = crypto::KeyPair::generate(rng);
  CertChain raw;

  Chain() {
    Bytes encoded =
        issue_chain({server.public_key, &intermediate, &root.private_key, kFrom, kUntil}, rng);
    raw.ParseFromArray(encoded.data(), static_cast<int>(encoded.size()));
  }

  // Changes the details of a certificate and signs them with the key they should be signed with.
  void reissue(Raw& certificate, const crypto::KeyPair& issuer,
               const std::function<void(Details&)>& change) {
    Details details;
    REQUIRE(details.ParseFromString(certificate.details()));
    change(details);
    resign(certificate, issuer, details.SerializeAsString());
  }
  void resign(Raw& certificate, const crypto::KeyPair& issuer, const std::string& details) {
    auto signature = crypto::sign(issuer.private_key, as_bytes(details), rng);
    certificate.set_details(details);
    certificate.set_signature(to_text(signature));
  }
  void change_leaf(const std::function<void(Details&)>& change) {
    reissue(*raw.mutable_leaf(), intermediate, change);
  }
  void change_intermediate(const std::function<void(Details&)>& change) {
    reissue(*raw.mutable_intermediate(), root, change);
  }

  Result<CertificateChain> verify(std::uint64_t now = kInside) const {
    return verify_chain(as_bytes(raw.SerializeAsString()), root.public_key, server.public_key, now);
  }
  // Why the chain is refused; empty if it is accepted.
  std::string refusal(std::uint64_t now = kInside) const {
    auto result = verify(now);
    if (result) return {};
    CHECK(result.error().code == ErrorCode::certificate_rejected);
    return result.error().message.substr(std::string("the server's certificate chain: ").size());
  }
};

}  // namespace

TEST_CASE("an issued chain is accepted, and says what it was issued with") {
  Chain chain;
  auto result = chain.verify();
  REQUIRE(result);
  CHECK(result->leaf.key == chain.server.public_key);
  CHECK(result->intermediate.key == chain.intermediate.public_key);
  CHECK(result->leaf.issuer_serial == result->intermediate.serial);
  CHECK(result->intermediate.issuer_serial == 0);
  CHECK(result->leaf.not_before == kFrom);
  CHECK(result->intermediate.not_after == kUntil);
}

TEST_CASE("vectors: the details of an issued chain are the same bytes, with the explicit zero") {
  const auto& cert = test::noise()["cert"];
  test::SeededRng rng;
  auto intermediate = test::key_pair("noise_intermediate");
  auto root = test::key_pair("noise_root");
  Bytes encoded = issue_chain({test::key_pair("server_static").public_key, &intermediate,
                               &root.private_key, 1700000000, 2000000000},
                              rng);
  CertChain chain;
  REQUIRE(chain.ParseFromArray(encoded.data(), static_cast<int>(encoded.size())));
  CHECK(as_text(hex(cert["leaf_details"])) == chain.leaf().details());
  CHECK(as_text(hex(cert["intermediate_details"])) == chain.intermediate().details());
  CHECK(chain.intermediate().details().find(std::string("\x10\x00", 2)) == 2);
}

TEST_CASE("vectors: the chain of the vectors is accepted") {
  auto result = verify_chain(hex(test::noise()["xx"]["cert_chain_plain"]),
                             test::key_pair("noise_root").public_key,
                             test::key_pair("server_static").public_key, test::kNow);
  CHECK(result.has_value());
}

TEST_CASE("certificate check 1: all parts are there") {
  const std::string leaf = "the leaf certificate is missing";
  const std::string middle = "the intermediate certificate is missing";
  auto refusal = [](auto change) {
    Chain chain;
    change(chain.raw);
    return chain.refusal();
  };
  CHECK(refusal([](auto& raw) { raw.clear_leaf(); }) == leaf);
  CHECK(refusal([](auto& raw) { raw.clear_intermediate(); }) == middle);
  CHECK(refusal([](auto& raw) { raw.mutable_leaf()->clear_details(); }) == leaf);
  CHECK(refusal([](auto& raw) { raw.mutable_intermediate()->set_details(""); }) == middle);
  CHECK(refusal([](auto& raw) { raw.mutable_leaf()->clear_signature(); }) ==
        "the signature of the leaf certificate is not 64 bytes");
  CHECK(refusal([](auto& raw) {
          raw.mutable_intermediate()->mutable_signature()->push_back('x');
        }) == "the signature of the intermediate certificate is not 64 bytes");
  CHECK(refusal([](auto& raw) { raw.Clear(); }) == leaf);
}

TEST_CASE("certificate check 2: the root issued the intermediate") {
  Chain chain;
  chain.change_intermediate([](Details& details) { details.set_issuer_serial(7); });
  CHECK(chain.refusal() == "the intermediate certificate was not issued by the root");
}

TEST_CASE("certificate check 3: the root signed the intermediate") {
  Chain touched;
  touched.raw.mutable_intermediate()->mutable_signature()->at(5) ^= 1;
  CHECK(touched.refusal() == "the signature of the intermediate certificate is wrong");
  Chain foreign;
  foreign.reissue(*foreign.raw.mutable_intermediate(), foreign.server, [](Details&) {});
  CHECK(foreign.refusal() == "the signature of the intermediate certificate is wrong");
}

TEST_CASE("certificate check 4: the intermediate's key and serial") {
  Chain short_key;
  short_key.change_intermediate([](Details& details) { details.set_key(std::string(31, 'k')); });
  CHECK(short_key.refusal() == "the key of the intermediate certificate is not 32 bytes");
  Chain other_issuer;
  other_issuer.change_leaf([](Details& details) { details.set_issuer_serial(9); });
  CHECK(other_issuer.refusal() == "the leaf certificate was issued by another intermediate");
}

TEST_CASE("certificate check 5: the intermediate signed the leaf") {
  Chain touched;
  touched.raw.mutable_leaf()->mutable_signature()->at(40) ^= 1;
  CHECK(touched.refusal() == "the signature of the leaf certificate is wrong");
  Chain foreign;
  foreign.reissue(*foreign.raw.mutable_leaf(), foreign.root, [](Details&) {});
  CHECK(foreign.refusal() == "the signature of the leaf certificate is wrong");
}

TEST_CASE("certificate check 6: the leaf is the server's") {
  Chain chain;
  chain.change_leaf(
      [&](Details& details) { details.set_key(to_text(chain.intermediate.public_key)); });
  CHECK(chain.refusal() == "the leaf certificate belongs to another key than the server's");
}

TEST_CASE("certificate check 7: both are valid now") {
  Chain chain;
  CHECK(chain.refusal(kFrom).empty());
  CHECK(chain.refusal(kUntil - 1).empty());
  CHECK(chain.refusal(kFrom - 1) ==
        "the intermediate certificate is not valid yet; check the host's clock");
  CHECK(chain.refusal(kUntil) ==
        "the intermediate certificate has expired; check the host's clock");

  Chain leaf_early;
  leaf_early.change_leaf([](Details& details) { details.set_not_before(kInside + 1); });
  CHECK(leaf_early.refusal() == "the leaf certificate is not valid yet; check the host's clock");
  Chain leaf_late;
  leaf_late.change_leaf([](Details& details) { details.set_not_after(kInside); });
  CHECK(leaf_late.refusal() == "the leaf certificate has expired; check the host's clock");
  Chain undated;
  undated.change_leaf([](Details& details) { details.clear_not_after(); });
  CHECK(undated.refusal() == "the leaf certificate has expired; check the host's clock");
}

TEST_CASE("signatures are checked over the bytes as they came") {
  // The same fields in another order are other bytes, and no less valid.
  Chain chain;
  Details details;
  REQUIRE(details.ParseFromString(chain.raw.leaf().details()));
  Details tail;
  tail.set_serial(details.serial());
  details.clear_serial();
  std::string reordered = details.SerializeAsString() + tail.SerializeAsString();
  REQUIRE(reordered != chain.raw.leaf().details());
  chain.resign(*chain.raw.mutable_leaf(), chain.intermediate, reordered);
  CHECK(chain.refusal().empty());
}

TEST_CASE("what is no chain at all is refused") {
  test::SeededRng rng;
  for (const Bytes& bad :
       {Bytes{}, Bytes{0xFF}, rng.bytes(10), rng.bytes(300), Bytes{0x0A, 0x7F}}) {
    auto result = verify_chain(bad, kWhatsAppRoot, kWhatsAppRoot, kInside);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::certificate_rejected);
  }
  Chain chain;
  chain.resign(*chain.raw.mutable_leaf(), chain.intermediate, "\xFF\xFF");
  CHECK(chain.refusal() == "the details of the leaf certificate cannot be read");
  chain = Chain();
  chain.resign(*chain.raw.mutable_intermediate(), chain.root, "\xFF\xFF");
  CHECK(chain.refusal() == "the details of the intermediate certificate cannot be read");
}
