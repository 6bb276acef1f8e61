// From "link this session" to "it is connected": follows the daemon's events, draws the QR or shows
// the code, and ends when the session is connected or cannot be.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/clock.h"
#include "cli/context.h"
#include "cli/qr_display.h"

namespace wasphere::cli {

class LinkFlow {
 public:
  // `client` and `context` must live longer. `name` is what the caller calls the session.
  LinkFlow(Context& context, ipc::UnixClient& client, std::string name, QrOptions qr);

  // Must come before the call that starts the linking, so that no event is missed.
  Status subscribe();
  // The operation that started it, with its answer: a session, a QR or a pairing code.
  Result<int> follow(const nlohmann::json& answer);

  // What every waiting verb does with --json: one document, at once.
  bool answers_at_once() const;

 private:
  enum class Step { wait, connected };

  void adopt(const nlohmann::json& answer);
  Result<Step> show_answer(const nlohmann::json& answer);
  Result<int> wait_until_connected();
  Result<Step> take(const nlohmann::json& event);
  Result<Step> take_session_event(const std::string& type, const nlohmann::json& event);
  Status show_qr(const nlohmann::json& data);
  Status show_code(const nlohmann::json& data);
  void show_status(const nlohmann::json& data);
  Result<Step> take_end(const nlohmann::json& event);
  bool is_stale(const nlohmann::json& event, std::string_view reason) const;
  bool concerns(const nlohmann::json& event) const;
  Result<int> finish(const std::string& phone_number);
  Error out_of_time() const;
  void set_valid_until(const nlohmann::json& data);
  void say(const std::string& line);
  void show_time_left();
  void leave_note_for_interrupt();

  Context& context_;
  Console& console_;
  ipc::UnixClient& client_;
  std::string name_;
  std::string id_;
  QrDisplay display_;
  std::string code_;  // the pairing code on display
  std::string waiting_for_ = "the daemon";
  std::optional<UnixTime> valid_until_;  // of the QR or code on display
  std::string phone_number_;
  Deadline deadline_;
};

}  // namespace wasphere::cli
