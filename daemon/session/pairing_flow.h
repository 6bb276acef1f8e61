// PairingFlow: linking on a registration connection, by QR or by code (protocol 1, sections 5 and
// 6).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/session/code_link.h"
#include "daemon/session/link.h"

namespace wasphere::session {

class PairingFlow final : public std::enable_shared_from_this<PairingFlow> {
 public:
  explicit PairingFlow(Link link);

  // Serves the connection to its end. `restart` means linked: dial again and log in.
  runtime::Task<LinkEnd> run();
  // The server has offered refs: a code can be asked for.
  bool ready() const { return !refs_.empty() && !linked_ && !link_.connection->ended(); }
  // Starts linking by code; the code is shown when the server has accepted it.
  runtime::Task<Status> request_code(std::string phone_number);
  bool code_outstanding() const { return code_.outstanding(); }
  // Another QR on the same connection, for 60 s, so that an outstanding code lives on. False: no
  // refs left.
  runtime::Task<Result<bool>> next_qr();

 private:
  using Ending = std::optional<LinkEnd>;  // nothing: go on

  runtime::Task<Ending> on_stanza(wire::Node node);
  runtime::Task<Ending> on_iq(wire::Node node);
  runtime::Task<Ending> on_pair_device(wire::Node iq);
  runtime::Task<Ending> on_pair_success(wire::Node iq);
  runtime::Task<Ending> on_notification(wire::Node node);
  runtime::Task<Status> on_effect(wire::Node notification);
  runtime::Task<Status> store_account(stanza::Account account);
  runtime::Task<Status> show_qr();
  runtime::Task<> after_code(bool secret_spent);
  runtime::Task<Status> back_to_qr(bool secret_spent);
  void start_qr();
  void on_qr_deadline();
  bool qr_live() const { return link_.now_ms() < qr_expires_at_; }
  void acknowledge(const wire::Node& node);
  void finish();

  Link link_;
  CodeLink code_;
  std::vector<std::string> refs_;
  std::size_t ref_ = 0;
  std::int64_t qr_expires_at_ = 0;
  bool linked_ = false;
  std::unique_ptr<runtime::Timer> qr_deadline_;
};

}  // namespace wasphere::session
