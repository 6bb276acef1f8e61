#include "sandbox/link_table.h"

#include <algorithm>
#include <chrono>

#include "sandbox/login_role.h"
#include "sandbox/network.h"
#include "sandbox/registration.h"

namespace wasphere::sandbox {
namespace {

constexpr auto kWatchInterval = std::chrono::seconds(30);

}  // namespace

Link& LinkTable::open(LinkTransport& transport) {
  if (links_.empty()) watch();
  const auto id = ++last_id_;
  return *links_.emplace(id, std::make_unique<Link>(id, transport, network_)).first->second;
}

void LinkTable::closed(std::uint64_t id) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  const auto link = std::move(found->second);
  links_.erase(found);
  link->on_closed();
  if (links_.empty()) watch_timer_.reset();
}

void LinkTable::watch() {
  if (!watch_timer_) watch_timer_ = network_.clock.make_timer();
  watch_timer_->arm(kWatchInterval, [this] {
    for (auto* link : all()) link->check_liveness();
    watch();
  });
}

std::vector<Link*> LinkTable::all() const {
  std::vector<Link*> found;
  for (const auto& [id, link] : links_) found.push_back(link.get());
  return found;
}

std::vector<Link*> LinkTable::of(const wire::Jid& device) const {
  const auto* account = network_.world.account_of(device);
  std::vector<Link*> found;
  for (const auto& [id, link] : links_) {
    if (!link->login() || account == nullptr) continue;
    const auto& own = *link->device();
    if (own == account->jid(device.device) || (device.device == 0 && own.user == account->number))
      found.push_back(link.get());
  }
  return found;
}

Link* LinkTable::login_of(const wire::Jid& device, const Link* except) const {
  for (const auto& [id, link] : links_) {
    const bool live = link->login() != nullptr && !link->closing();
    if (live && link.get() != except && link->device() == device) return link.get();
  }
  return nullptr;
}

RegistrationRole* LinkTable::offering(std::string_view ref) const {
  for (const auto& [id, link] : links_) {
    auto* role = link->closing() ? nullptr : link->registration();
    if (role != nullptr && role->offers(ref)) return role;
  }
  return nullptr;
}

RegistrationRole* LinkTable::awaiting_code(std::string_view number) const {
  RegistrationRole* latest = nullptr;
  for (const auto& [id, link] : links_) {
    auto* role = link->closing() ? nullptr : link->registration();
    if (role == nullptr || !role->code_outstanding(number)) continue;
    if (latest == nullptr || role->code_time() >= latest->code_time()) latest = role;
  }
  return latest;
}

}  // namespace wasphere::sandbox
