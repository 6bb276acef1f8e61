#include "daemon/webhook/sender.h"

#include "daemon/runtime/log.h"

namespace wasphere::webhook {
namespace {

constexpr const char* kNotAllowed = "Delivery failed: destination not allowed.";
constexpr const char* kTimeout = "Delivery failed: timeout.";
constexpr const char* kFailed = "Delivery failed.";

// Callers learn no more than this: a name that resolves inwards or a closed port would tell of our
// network.
const char* public_error(ErrorCode code) {
  if (code == ErrorCode::ssrf_blocked || code == ErrorCode::validation_failed) return kNotAllowed;
  return code == ErrorCode::upstream_timeout ? kTimeout : kFailed;
}

Attempt failure(const Error& error, const std::string& delivery) {
  runtime::log_debug("webhook", "{}: {}", delivery, error.message);
  return {0, public_error(error.code), 0};
}

}  // namespace

runtime::Task<Result<net::HttpPost>> Sender::address(Mail mail) {
  CO_TRY(const net::UrlTarget target, net::parse_http_url(mail.url));
  auto found = co_await names_.look_up(target.host);
  CO_TRY(const net::Addresses addresses, std::move(found));
  CO_TRY(const net::Addresses admitted, guard_.admit(target, addresses));
  net::HttpPost post;
  post.url = std::move(mail.url);
  // Each attempt tries the next address of a host that has several.
  const auto turn = static_cast<std::size_t>(std::max(mail.about.number, 1) - 1);
  post.address = admitted[turn % admitted.size()];
  post.port = target.port;
  post.headers = ipc::webhook_headers(mail.about, mail.body);
  post.body = std::move(mail.body);
  co_return post;
}

runtime::Task<std::optional<Attempt>> Sender::send(Mail mail) {
  const std::string delivery = mail.about.delivery_id;
  auto post = co_await address(std::move(mail));
  if (stopped_) co_return std::nullopt;
  if (!post) co_return failure(post.error(), delivery);
  auto answer = co_await client_.post(*std::move(post));
  if (!answer && answer.error().code == ErrorCode::shutting_down) co_return std::nullopt;
  if (!answer) co_return failure(answer.error(), delivery);
  Attempt out{answer->status, "", answer->retry_after_s * 1000};
  co_return out;
}

runtime::Task<Status> Sender::check(std::string url) {
  CO_TRY(const net::UrlTarget target, net::parse_http_url(url));
  auto addresses = co_await names_.look_up(target.host);
  if (!addresses) co_return Status{};
  auto admitted = guard_.admit(target, *addresses);
  if (admitted) co_return Status{};
  runtime::log_info("webhook", "an address was refused: {}", admitted.error().message);
  co_return fail(ErrorCode::ssrf_blocked, "the webhook's destination is not allowed");
}

}  // namespace wasphere::webhook
