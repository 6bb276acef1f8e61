// The open links. Owns them; whoever owns the socket tells it when one is gone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/runtime/clock.h"
#include "sandbox/link.h"

namespace wasphere::sandbox {

struct Network;

class LinkTable {
 public:
  explicit LinkTable(Network& network) : network_(network) {}

  Link& open(LinkTransport& transport);
  // Tells the link and destroys it. Not from inside one of its own callbacks.
  void closed(std::uint64_t id);

  std::vector<Link*> all() const;  // oldest first
  // Logins of this device, or of every device of the account if it names no device.
  std::vector<Link*> of(const wire::Jid& device) const;
  // The login of exactly this device, other than `except`; null if there is none.
  Link* login_of(const wire::Jid& device, const Link* except = nullptr) const;
  // The registration that offers this ref (of a QR or of a pairing code) now; null if there is
  // none.
  RegistrationRole* offering(std::string_view ref) const;
  // The latest registration with a pairing code outstanding for this account.
  RegistrationRole* awaiting_code(std::string_view number) const;
  std::size_t size() const { return links_.size(); }

 private:
  void watch();

  Network& network_;
  std::map<std::uint64_t, std::unique_ptr<Link>> links_;
  std::unique_ptr<runtime::Timer> watch_timer_;  // runs only while there are links
  std::uint64_t last_id_ = 0;
};

}  // namespace wasphere::sandbox
