#include "cli/link_flow.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/member.h"
#include "cli/session_view.h"
#include "cli/signals.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

// The daemon ends every linking by itself; this only bounds the wait for one that hangs. Longer
// than the 60 s a QR lives, so that its expiry is told as such.
constexpr Milliseconds kLinkTimeout = std::chrono::minutes(3);
constexpr Milliseconds kQrLifetime = std::chrono::seconds(60);
// Events and QRs carry times of the same clock, but it is read a moment apart.
constexpr Milliseconds kClockSlack = std::chrono::seconds(1);

constexpr std::string_view kScanHint =
    "Scan this with the phone: WhatsApp, Linked devices, Link a device.";
constexpr std::string_view kCodeHint =
    "Type this code on the phone: WhatsApp, Linked devices, Link a device, Link with phone number "
    "instead.";

}  // namespace

LinkFlow::LinkFlow(Context& context, ipc::UnixClient& client, std::string name, QrOptions qr)
    : context_(context),
      console_(context.console()),
      client_(client),
      name_(std::move(name)),
      display_(context.console(), std::move(qr)),
      deadline_(Deadline::after(context.settings().timeout.value_or(kLinkTimeout))) {}

bool LinkFlow::answers_at_once() const {
  return context_.settings().output == OutputFormat::json;
}

Status LinkFlow::subscribe() {
  if (answers_at_once()) return {};
  // Not by session: it may not exist yet.
  const json params{{"events",
                     {"session.qr", "session.code", "session.connected", "session.reconnecting",
                      "session.disconnected", "session.logged_out", "session.banned",
                      "session.failed", "session.deleted", "session.status"}}};
  WS_CHECK(context_.call(client_, "event.subscribe", params));
  return {};
}

Result<int> LinkFlow::follow(const json& answer) {
  adopt(answer);
  leave_note_for_interrupt();
  WS_TRY(const Step step, show_answer(answer));
  if (answers_at_once()) return 0;
  if (step == Step::connected) return finish(phone_number_);
  return wait_until_connected();
}

// Names an answer by what the daemon calls the session, which may differ from an id the caller
// gave.
void LinkFlow::adopt(const json& answer) {
  id_ = text_member(answer, "id");
  const std::string name = text_member(answer, "name");
  if (!name.empty()) name_ = name;
  phone_number_ = text_member(answer, "phoneNumber");
}

Result<LinkFlow::Step> LinkFlow::show_answer(const json& answer) {
  const OutputFormat output = context_.settings().output;
  if (output == OutputFormat::json) console_.out(ipc::dump_json_pretty(answer) + "\n");
  if (output == OutputFormat::ndjson) console_.out(ipc::dump_json(answer) + "\n");
  const std::string status = text_member(answer, "status");
  const std::string detail = text_member(answer, "statusDetail");
  if (status == "connected") return Step::connected;
  if (!text_member(answer, "code").empty()) {
    WS_CHECK(show_code(answer));
  }
  if (!text_member(answer, "qrString").empty()) {
    WS_CHECK(show_qr(answer));
  }
  if (answers_at_once()) return Step::wait;
  if (status == "banned") {
    const json& ban = member(answer, "ban");
    return fail(
        ban_of_session(name_, detail, text_member(ban, "expiresAt"), text_member(ban, "message")));
  }
  if (status == "disconnected") {
    return fail(end_of_session(name_, detail, text_member(answer, "statusReason")));
  }
  return Step::wait;
}

Result<int> LinkFlow::wait_until_connected() {
  while (!deadline_.passed()) {
    show_time_left();
    WS_TRY(const auto notification,
           client_.wait_notification(deadline_.left(std::chrono::seconds(1))));
    if (!notification || notification->method != "event") continue;
    WS_TRY(const Step step, take(*notification->params));
    if (step == Step::connected) return finish(phone_number_);
  }
  console_.progress("");
  return fail(out_of_time());
}

Result<LinkFlow::Step> LinkFlow::take(const json& event) {
  if (!concerns(event)) return Step::wait;
  if (context_.settings().output == OutputFormat::ndjson) {
    json shown = event;
    shown.erase("subscription");
    console_.out(ipc::dump_json(shown) + "\n");
  }
  return take_session_event(text_member(event, "event"), event);
}

Result<LinkFlow::Step> LinkFlow::take_session_event(const std::string& type, const json& event) {
  const json& data = member(event, "data");
  if (type == "session.connected") {
    phone_number_ = text_member(data, "phoneNumber");
    return Step::connected;
  }
  if (type == "session.qr") {
    WS_CHECK(show_qr(data));
  }
  if (type == "session.code") {
    WS_CHECK(show_code(data));
  }
  if (type == "session.status") show_status(data);
  if (type == "session.reconnecting") say("The connection was lost; the daemon tries again.");
  return take_end(event);
}

Result<LinkFlow::Step> LinkFlow::take_end(const json& event) {
  const std::string type = text_member(event, "event");
  const json& data = member(event, "data");
  const std::string reason = text_member(data, "reason");
  if (type == "session.disconnected" || type == "session.failed") {
    if (is_stale(event, reason)) return Step::wait;
    return fail(end_of_session(name_, reason, text_member(data, "detail")));
  }
  if (type == "session.logged_out" && !is_stale(event, reason)) {
    return fail(end_of_session(name_, "logged_out", reason));
  }
  if (type == "session.banned") {
    return fail(ban_of_session(name_, text_member(data, "kind"), text_member(data, "expiresAt"),
                               text_member(data, "message")));
  }
  if (type == "session.deleted") {
    return fail(ErrorCode::session_not_found, "'" + name_ + "' was deleted meanwhile.");
  }
  return Step::wait;
}

// Whether the event ended something that the QR on display has already taken the place of: an
// earlier QR, or the link that was given up for it.
bool LinkFlow::is_stale(const json& event, std::string_view reason) const {
  const auto at = parse_iso_time(text_member(event, "timestamp"));
  if (!at || !valid_until_) return false;
  if (reason == "qr_expired") return *at + kClockSlack < *valid_until_;
  return display_.shown() && *at + kClockSlack < *valid_until_ - kQrLifetime;
}

Status LinkFlow::show_qr(const json& data) {
  set_valid_until(data);
  waiting_for_ = "the scan";
  // In a stream of JSON the text is in the event itself.
  const bool drawn_to_stdout = !first_value(context_.values(), "qr-out");
  const OutputFormat output = context_.settings().output;
  const bool json_on_stdout = output == OutputFormat::json || output == OutputFormat::ndjson;
  if (json_on_stdout && drawn_to_stdout) return {};
  if (!display_.shown()) console_.note(kScanHint);
  return display_.show(text_member(data, "qrString"), text_member(data, "qrCode"));
}

Status LinkFlow::show_code(const json& data) {
  set_valid_until(data);
  waiting_for_ = "the code";
  const std::string code = text_member(data, "code");
  const OutputFormat output = context_.settings().output;
  const bool json_on_stdout = output == OutputFormat::json || output == OutputFormat::ndjson;
  if (code == code_ || json_on_stdout) return {};
  if (code_.empty()) console_.note(kCodeHint);
  if (!code_.empty()) console_.note("A new code takes the place of the one above:");
  code_ = code;
  console_.out(code + "\n");
  return {};
}

void LinkFlow::show_status(const json& data) {
  const std::string detail = text_member(data, "statusDetail");
  if (detail == "pairing") {
    say("The phone has answered; the keys are being exchanged.");
    valid_until_.reset();
    waiting_for_ = "the login";
  }
  if (detail == "syncing") waiting_for_ = "the first synchronisation";
  if (detail == "passkey_required") {
    say("WhatsApp asks for a passkey: confirm the link on the phone.");
    waiting_for_ = "the phone";
  }
}

bool LinkFlow::concerns(const json& event) const {
  const std::string id = text_member(event, "sessionId");
  return id.empty() || id_.empty() ? text_member(event, "sessionName") == name_ : id == id_;
}

Result<int> LinkFlow::finish(const std::string& phone_number) {
  set_interrupt_note("");
  console_.progress("");
  const OutputFormat output = context_.settings().output;
  std::string line = name_;
  if (output == OutputFormat::table) {
    line += phone_number.empty() ? " is connected" : " is connected as " + phone_number;
  }
  if (output == OutputFormat::ndjson) return 0;
  if (display_.owns_stdout()) {
    console_.note(line);
  } else {
    console_.out(line + "\n");
  }
  return 0;
}

Error LinkFlow::out_of_time() const {
  return {.code = ErrorCode::timed_out,
          .message = "Time ran out while waiting for " + waiting_for_ + "; '" + name_ +
                     "' stays in place (" + id_ + ").",
          .remedy = "Run 'wasphere session qr " + name_ +
                    "' for a fresh QR, or give a longer --timeout."};
}

void LinkFlow::set_valid_until(const json& data) {
  valid_until_ = parse_iso_time(text_member(data, "expiresAt"));
}

// A line of its own under the picture.
void LinkFlow::say(const std::string& line) {
  console_.note(line);
  if (console_.stderr_is_terminal()) display_.scrolled();
}

void LinkFlow::show_time_left() {
  std::string line = "Waiting for " + waiting_for_;
  if (valid_until_) {
    const auto left = std::max(*valid_until_ - wall_time(), Milliseconds(0));
    line +=
        ", " + std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()) + " s left";
  }
  console_.progress(line + " (Ctrl-C stops waiting)");
}

void LinkFlow::leave_note_for_interrupt() {
  set_interrupt_note("wasphere: Interrupted; '" + name_ +
                     "' stays in place. Go on with 'wasphere link " + name_ + "'.");
}

}  // namespace wasphere::cli
