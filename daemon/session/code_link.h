// CodeLink: the life of a pairing code on a registration connection (protocol 1, section 6).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/stanza/pairing_code.h"
#include "daemon/session/link.h"

namespace wasphere::session {

class CodeLink {
 public:
  // The code is over without a link: expired, refused, or withdrawn. `spent`: the adv secret that
  // the QR shows was replaced on its way.
  using Over = std::function<void(bool spent)>;
  CodeLink(Link link, Over over);

  // Makes a code, tells the server and shows it. Replaces an earlier code.
  runtime::Task<Status> request(std::string phone_number);
  // primary_hello or refresh_code, acknowledged already. An error ends the connection.
  runtime::Task<Status> on_notification(wire::Node notification);

  bool outstanding() const { return offer_ != nullptr; }
  // The phone has typed the code: our adv secret is the code's now.
  bool answered() const { return offer_ != nullptr && offer_->hellos > 0; }
  void stop();  // linked, or the connection has ended

 private:
  struct Offer {
    std::string phone_number;
    std::string code;
    std::string ref;
    crypto::KeyPair ephemeral;
    std::int64_t expires_at = 0;
    int hellos = 0;
  };

  runtime::Task<Status> answer(std::shared_ptr<Offer> offer, stanza::PrimaryHello hello);
  runtime::Task<> finish(std::shared_ptr<Offer> offer, wire::Node request);
  runtime::Task<> replace(std::string phone_number);
  runtime::Task<Status> offer_to_server(std::shared_ptr<Offer> offer);
  runtime::Task<Status> show(std::shared_ptr<Offer> offer);
  bool accepts(const stanza::PrimaryHello& hello) const;
  void arm(std::int64_t expires_at);
  void retire();

  Link link_;
  Over over_;
  std::shared_ptr<Offer> offer_;  // null: no code is outstanding
  std::unique_ptr<runtime::Timer> deadline_;
};

}  // namespace wasphere::session
