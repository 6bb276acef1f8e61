#include "ipc/webhook_wire.h"

#include <catch2/catch.hpp>
#include <map>

#include "core/util/encoding.h"

namespace wasphere::ipc {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr std::int64_t kTime = 1779704400;
const std::string kBody =
    R"({"event":"webhook.test","sessionId":null,"timestamp":"2026-05-25T10:20:00.000Z",)"
    R"("deliveryId":"dlv_01","data":{"message":"ping"}})";

struct Mail {
  std::map<std::string, std::string> headers;
  std::string body = kBody;

  explicit Mail(const std::vector<std::string>& secrets) {
    for (const std::string& line :
         webhook_headers({"webhook.test", "evt_1", "dlv_1", 2, kTime, secrets}, kBody)) {
      const auto colon = line.find(": ");
      std::string name = line.substr(0, colon);
      for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
      headers[name] = line.substr(colon + 2);
    }
  }
  Result<std::vector<std::string>> verify(const std::string& secret, std::int64_t now = kTime) {
    const auto look = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = headers.find(std::string(name));
      if (found == headers.end()) return std::nullopt;
      return found->second;
    };
    return verify_webhook({look, body}, secret, now, 300);
  }
};

}  // namespace

TEST_CASE("the signature is the one that was published") {
  REQUIRE(kBody.size() == 128);
  CHECK(wasphere_signature(kSecret, kTime, kBody) ==
        "v1,sha256=2d6eaf54a8ee3865fd0fbd7d5bda557f2516cd5ef5c582199614fdd104c605fc");
}

TEST_CASE("the second signature is that of Standard Webhooks") {
  // The example of the specification's reference libraries.
  CHECK(standard_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                           1614265330, R"({"test": 2432232314})") ==
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  CHECK(standard_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") ==
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  // Both forms of one secret sign alike.
  CHECK(standard_signature(kSecret, "dlv_1", kTime, kBody) ==
        standard_signature(standard_secret(kSecret), "dlv_1", kTime, kBody));
  CHECK(standard_secret("whsec_not base64!").starts_with("whsec_"));
  CHECK(standard_secret("whsec_not base64!") != "whsec_not base64!");
}

TEST_CASE("a body is the event with the delivery's id in front") {
  CHECK(webhook_body(R"({"event":"x"})", "dlv_1") == R"({"deliveryId":"dlv_1","event":"x"})");
  CHECK(webhook_test_body("evt_1", "dlv_1", "2026-05-25T10:20:00.000Z") ==
        R"({"deliveryId":"dlv_1","eventId":"evt_1","event":"webhook.test","sessionId":null,)"
        R"("sessionName":null,"timestamp":"2026-05-25T10:20:00.000Z",)"
        R"("data":{"message":"This is a test of your webhook."}})");
}

TEST_CASE("a delivery carries both signatures, and two of each while a secret is rotated") {
  Mail mail({kSecret});
  CHECK(mail.headers["x-wasphere-event"] == "webhook.test");
  CHECK(mail.headers["x-wasphere-timestamp"] == "1779704400");
  CHECK(mail.headers["x-wasphere-delivery-id"] == "dlv_1");
  CHECK(mail.headers["x-wasphere-event-id"] == "evt_1");
  CHECK(mail.headers["x-wasphere-attempt"] == "2");
  CHECK(mail.headers["webhook-id"] == "dlv_1");
  CHECK(mail.headers["content-type"] == "application/json");
  CHECK(mail.verify(kSecret).value().size() == 2);

  Mail both({"the new secret of it", kSecret});
  CHECK(both.headers["webhook-signature"].find(' ') != std::string::npos);
  CHECK(both.verify(kSecret));
  CHECK(both.verify("the new secret of it"));
  CHECK_FALSE(both.verify("another secret altogether"));
}

TEST_CASE("a receiver is told of everything that is wrong with a delivery") {
  Mail mail({kSecret});
  CHECK(mail.verify(kSecret, kTime + 300));
  CHECK_FALSE(mail.verify(kSecret, kTime + 301));
  CHECK_FALSE(mail.verify(kSecret, kTime - 301));
  CHECK(mail.verify("wrong secret, wrong").error().code == ErrorCode::unauthorized);

  Mail changed({kSecret});
  changed.body += " ";
  CHECK_FALSE(changed.verify(kSecret));

  Mail half({kSecret});  // one scheme that fails outweighs one that does not
  half.headers["webhook-id"] = "dlv_2";
  CHECK_FALSE(half.verify(kSecret));
  half.headers.erase("webhook-signature");
  CHECK(half.verify(kSecret).value() == std::vector<std::string>{"X-WaSphere-Signature"});

  Mail bare({kSecret});
  bare.headers.erase("webhook-signature");
  bare.headers.erase("x-wasphere-signature");
  CHECK(bare.verify(kSecret).error().message.find("no signature") != std::string::npos);
  for (const char* time : {"", "x", "-1", "17797044000000000000000", "1779704400 "}) {
    Mail odd({kSecret});
    odd.headers["x-wasphere-timestamp"] = time;
    CHECK_FALSE(odd.verify(kSecret));
  }
}

}  // namespace wasphere::ipc
