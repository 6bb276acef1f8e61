// What the receiver of a webhook sees: the body, the headers, and how both signatures are made and
// checked. Two schemes are on every delivery, over one secret:
//
//   X-WaSphere-Signature: v1,sha256=<hex>   HMAC-SHA256 of "<timestamp>.<body>"
//   webhook-signature:    v1,<base64>       HMAC-SHA256 of "<id>.<timestamp>.<body>"
//
// The key of the first is the secret's text as it is. The key of the second, which is that of
// Standard Webhooks, is the same bytes; a secret that is written whsec_<base64> already stands for
// the bytes that this encodes. While a secret is rotated, a header holds two signatures with a
// space between.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"

namespace wasphere::ipc {

// `payload` is the public JSON object of an event, without a deliveryId.
std::string webhook_body(std::string_view payload, std::string_view delivery_id);
// The body of webhook.test. Ids and time as made by this program.
std::string webhook_test_body(std::string_view event_id, std::string_view delivery_id,
                              std::string_view time);

std::string wasphere_signature(std::string_view secret, std::int64_t timestamp,
                               std::string_view body);
std::string standard_signature(std::string_view secret, std::string_view id, std::int64_t timestamp,
                               std::string_view body);
// The secret in the form that libraries of Standard Webhooks take: whsec_ and base64.
std::string standard_secret(std::string_view secret);

struct WebhookAttempt {
  std::string event;
  std::string event_id;
  std::string delivery_id;
  int number = 1;              // of the attempt
  std::int64_t timestamp = 0;  // Unix seconds, now
  std::vector<std::string> secrets;
};
// "Name: value", everything that is special to a delivery.
std::vector<std::string> webhook_headers(const WebhookAttempt& attempt, std::string_view body);

struct ReceivedWebhook {
  // The value of a header by its name in lower case; nothing if there is none.
  std::function<std::optional<std::string>(std::string_view)> header;
  std::string body;
};
// The schemes that vouch for it ("X-WaSphere-Signature", "webhook-signature"), every one that is
// there. unauthorized if one of them does not, if there is none, or if its time is further from
// `now` (Unix seconds) than `tolerance` seconds.
Result<std::vector<std::string>> verify_webhook(const ReceivedWebhook& received,
                                                std::string_view secret, std::int64_t now,
                                                std::int64_t tolerance);

}  // namespace wasphere::ipc
