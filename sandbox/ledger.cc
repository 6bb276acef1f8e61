#include "sandbox/ledger.h"

#include <utility>

namespace wasphere::sandbox {
namespace {

constexpr std::size_t kRemembered = 300'000;

std::string key_of(const std::string& account, const std::string& id) {
  return account + ' ' + id;
}

}  // namespace

const Ledger::Entry* Ledger::find(const std::string& account, const std::string& id) const {
  const auto found = entries_.find(key_of(account, id));
  return found == entries_.end() ? nullptr : &found->second;
}

void Ledger::add(const std::string& account, const std::string& id, Entry entry) {
  auto key = key_of(account, id);
  if (!entries_.insert_or_assign(key, entry).second) return;
  order_.push_back(std::move(key));
  if (order_.size() <= kRemembered) return;
  entries_.erase(order_.front());
  order_.pop_front();
}

void Ledger::each(const Visit& visit) const {
  for (const auto& key : order_) {
    const auto space = key.find(' ');
    visit(key.substr(0, space), key.substr(space + 1), entries_.at(key));
  }
}

}  // namespace wasphere::sandbox
