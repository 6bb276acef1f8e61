#include "daemon/messaging/ack_verdict.h"

#include <algorithm>

namespace wasphere::messaging {
namespace {

constexpr int kMaxPauseExponent = 6;
constexpr runtime::Duration kMaxPause{60'000};

AckVerdict later(int code, std::string detail) {
  return {AckAction::later, code, "WHATSAPP_ERROR", std::move(detail)};
}

AckVerdict failed(int code, std::string error, std::string detail) {
  return {AckAction::failed, code, std::move(error), std::move(detail)};
}

AckVerdict once(bool tried, AckAction action, const AckVerdict& otherwise) {
  if (tried) return otherwise;
  AckVerdict out = otherwise;
  out.action = action;
  return out;
}

bool is_passing(int code) {
  return code == 408 || code == 429 || code == 500 || code == 503;
}

}  // namespace

AckVerdict judge_ack(const stanza::MessageAck& ack, bool group, const Tried& tried) {
  if (!ack.error) return {};
  const int code = static_cast<int>(*ack.error);
  if (is_passing(code)) return later(code, "WhatsApp asks to try again later");
  switch (code) {
    case 406:
      return once(tried.devices, AckAction::refresh_devices,
                  failed(code, "NOT_ON_WHATSAPP", "the recipient is not registered"));
    case 421:
      return once(tried.group || !group, AckAction::refresh_group,
                  failed(code, "WHATSAPP_ERROR", "the group's addressing is out of date"));
    case 463:
      return once(tried.token || group, AckAction::issue_token,
                  failed(code, "WHATSAPP_ERROR",
                         "no privacy token of this contact, or the account may not start chats"));
    case 475:
      return failed(code, "WHATSAPP_ERROR", "the account has started as many new chats as it may");
    case 400:
    case 479:
      return failed(code, "PROTOCOL_ERROR", "WhatsApp does not accept the form of the message");
    case 401:
    case 403:
    case 405:
    case 420:
      return failed(code, "FORBIDDEN", "the recipient does not accept messages from this account");
    case 404:
      return failed(code, group ? "GROUP_NOT_FOUND" : "NOT_ON_WHATSAPP", "no such recipient");
    default:
      return failed(code, "WHATSAPP_ERROR", "WhatsApp refused the message");
  }
}

AckVerdict no_ack() {
  return {AckAction::later, 0, "WHATSAPP_TIMEOUT", "WhatsApp did not acknowledge it in time"};
}

runtime::Duration retry_pause(int failures) {
  const int exponent = std::clamp(failures, 0, kMaxPauseExponent);
  return std::min(runtime::Duration(1000 * (1 << exponent)), kMaxPause);
}

}  // namespace wasphere::messaging
