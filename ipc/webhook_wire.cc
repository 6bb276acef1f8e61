#include "ipc/webhook_wire.h"

#include <sodium.h>

#include <charconv>
#include <cstdlib>

#include "core/util/encoding.h"

namespace wasphere::ipc {
namespace {

constexpr std::string_view kStandardPrefix = "whsec_";

ByteArray<32> hmac(std::string_view key, std::initializer_list<std::string_view> parts) {
  crypto_auth_hmacsha256_state state;
  const BytesView key_bytes = as_bytes(key);
  crypto_auth_hmacsha256_init(&state, key_bytes.data(), key_bytes.size());
  for (const std::string_view part : parts) {
    const BytesView bytes = as_bytes(part);
    crypto_auth_hmacsha256_update(&state, bytes.data(), bytes.size());
  }
  ByteArray<32> out;
  crypto_auth_hmacsha256_final(&state, out.data());
  return out;
}

std::optional<std::string> standard_key(std::string_view secret) {
  if (!secret.starts_with(kStandardPrefix)) return std::nullopt;
  auto decoded = from_base64(secret.substr(kStandardPrefix.size()));
  if (!decoded || decoded->empty()) return std::nullopt;
  return to_text(*decoded);
}

tl::unexpected<Error> refuse(std::string message) {
  return fail(Error{.code = ErrorCode::unauthorized,
                    .message = std::move(message),
                    .remedy = "Do not trust the request; check the secret if you expect it."});
}

bool holds(std::string_view list, const std::string& wanted) {
  bool found = false;
  while (!list.empty()) {
    const auto space = std::min(list.find(' '), list.size());
    const BytesView one = as_bytes(list.substr(0, space));
    found = equal_constant_time(one, as_bytes(wanted)) || found;
    list.remove_prefix(std::min(space + 1, list.size()));
  }
  return found;
}

Result<std::int64_t> fresh_time(const ReceivedWebhook& received, std::string_view name,
                                std::int64_t now, std::int64_t tolerance) {
  const std::string text = received.header(name).value_or("");
  std::int64_t time = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  if (error != std::errc() || end != text.data() + text.size() || time < 0)
    return refuse("the header " + std::string(name) + " is missing or no number");
  const std::int64_t off = time < now ? now - time : time - now;
  if (off <= tolerance) return time;
  return refuse("it was signed " + std::to_string(off) + " seconds " +
                (time < now ? "ago" : "in the future") + ", more than " +
                std::to_string(tolerance) + " are allowed");
}

// Whether the scheme is there at all.
Result<bool> check_own(const ReceivedWebhook& received, std::string_view secret, std::int64_t now,
                       std::int64_t tolerance) {
  const auto given = received.header("x-wasphere-signature");
  if (!given) return false;
  WS_TRY(const std::int64_t time, fresh_time(received, "x-wasphere-timestamp", now, tolerance));
  if (holds(*given, wasphere_signature(secret, time, received.body))) return true;
  return refuse("X-WaSphere-Signature does not match the body and this secret");
}

Result<bool> check_standard(const ReceivedWebhook& received, std::string_view secret,
                            std::int64_t now, std::int64_t tolerance) {
  const auto given = received.header("webhook-signature");
  if (!given) return false;
  const std::string id = received.header("webhook-id").value_or("");
  WS_TRY(const std::int64_t time, fresh_time(received, "webhook-timestamp", now, tolerance));
  if (holds(*given, standard_signature(secret, id, time, received.body))) return true;
  return refuse("webhook-signature does not match the body and this secret");
}

std::string signatures(const WebhookAttempt& attempt, std::string_view body, bool standard) {
  std::string out;
  for (const std::string& secret : attempt.secrets) {
    if (!out.empty()) out += ' ';
    out += standard ? standard_signature(secret, attempt.delivery_id, attempt.timestamp, body)
                    : wasphere_signature(secret, attempt.timestamp, body);
  }
  return out;
}

}  // namespace

std::string webhook_body(std::string_view payload, std::string_view delivery_id) {
  // The payload is an object of ours and never empty, so its members follow after the brace.
  return "{\"deliveryId\":\"" + std::string(delivery_id) + "\"," + std::string(payload.substr(1));
}

std::string webhook_test_body(std::string_view event_id, std::string_view delivery_id,
                              std::string_view time) {
  const std::string payload = "{\"eventId\":\"" + std::string(event_id) +
                              "\",\"event\":\"webhook.test\",\"sessionId\":null,"
                              "\"sessionName\":null,\"timestamp\":\"" +
                              std::string(time) +
                              "\",\"data\":{\"message\":\"This is a test of your webhook.\"}}";
  return webhook_body(payload, delivery_id);
}

std::string wasphere_signature(std::string_view secret, std::int64_t timestamp,
                               std::string_view body) {
  return "v1,sha256=" + to_hex(hmac(secret, {std::to_string(timestamp), ".", body}));
}

std::string standard_signature(std::string_view secret, std::string_view id, std::int64_t timestamp,
                               std::string_view body) {
  const std::string key = standard_key(secret).value_or(std::string(secret));
  return "v1," + to_base64(hmac(key, {id, ".", std::to_string(timestamp), ".", body}));
}

std::string standard_secret(std::string_view secret) {
  if (standard_key(secret)) return std::string(secret);
  return std::string(kStandardPrefix) + to_base64(as_bytes(secret));
}

std::vector<std::string> webhook_headers(const WebhookAttempt& attempt, std::string_view body) {
  const std::string time = std::to_string(attempt.timestamp);
  return {"Content-Type: application/json",
          "X-WaSphere-Event: " + attempt.event,
          "X-WaSphere-Timestamp: " + time,
          "X-WaSphere-Signature: " + signatures(attempt, body, false),
          "X-WaSphere-Delivery-Id: " + attempt.delivery_id,
          "X-WaSphere-Event-Id: " + attempt.event_id,
          "X-WaSphere-Attempt: " + std::to_string(attempt.number),
          "webhook-id: " + attempt.delivery_id,
          "webhook-timestamp: " + time,
          "webhook-signature: " + signatures(attempt, body, true)};
}

Result<std::vector<std::string>> verify_webhook(const ReceivedWebhook& received,
                                                std::string_view secret, std::int64_t now,
                                                std::int64_t tolerance) {
  WS_TRY(const bool own, check_own(received, secret, now, tolerance));
  WS_TRY(const bool standard, check_standard(received, secret, now, tolerance));
  std::vector<std::string> out;
  if (own) out.emplace_back("X-WaSphere-Signature");
  if (standard) out.emplace_back("webhook-signature");
  if (out.empty()) return refuse("there is no signature among the headers");
  return out;
}

}  // namespace wasphere::ipc
