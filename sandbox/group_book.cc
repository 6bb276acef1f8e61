#include "sandbox/group_book.h"

#include <utility>

#include "sandbox/server_state.h"

namespace wasphere::sandbox {

Result<GroupBook> GroupBook::load(ServerState& state) {
  GroupBook book(state);
  WS_TRY(auto groups, state.load_groups());
  for (auto& group : groups) {
    auto id = group.id;
    book.groups_.emplace(std::move(id), std::move(group));
  }
  return book;
}

const Group* GroupBook::find(const wire::Jid& jid) const {
  const auto found = groups_.find(jid.user);
  const bool there = jid.server == wire::kGroupServer && found != groups_.end();
  return there ? &found->second : nullptr;
}

std::vector<const Group*> GroupBook::of(const std::string& number) const {
  std::vector<const Group*> found;
  for (const auto& [id, group] : groups_)
    if (group.has(number)) found.push_back(&group);
  return found;
}

std::vector<const Group*> GroupBook::all() const {
  std::vector<const Group*> found;
  for (const auto& [id, group] : groups_) found.push_back(&group);
  return found;
}

Status GroupBook::save(Group group) {
  WS_CHECK(state_->save(group));
  auto id = group.id;
  groups_.insert_or_assign(std::move(id), std::move(group));
  return {};
}

}  // namespace wasphere::sandbox
