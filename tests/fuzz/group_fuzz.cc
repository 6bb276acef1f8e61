// Metadata of groups and notifications about them: what was read builds again and reads the same.
#include "core/stanza/group.h"
#include "core/util/encoding.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::fuzz::over_the_wire;
using wasphere::fuzz::require;
namespace stanza = wasphere::stanza;

void check(const stanza::GroupInfo& group) {
  require(wasphere::is_valid_utf8(group.subject) && wasphere::is_valid_utf8(group.description));
  auto again = stanza::parse_group(over_the_wire(stanza::build_group(group)));
  require(again && again->jid == group.jid && again->mode == group.mode);
  require(again->members.size() == group.members.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto node = wasphere::wire::decode_node({data, size});
  if (!node) return 0;
  if (auto group = stanza::parse_group(*node)) check(*group);
  if (auto groups = stanza::parse_groups_answer(*node))
    for (const auto& group : *groups) check(group);
  (void)stanza::parse_group_answer(*node);
  (void)stanza::parse_member_outcomes(*node);
  for (const auto& change : stanza::parse_group_changes(*node))
    (void)over_the_wire(stanza::build_group_notification("1", change, stanza::AddressingMode::lid));
  return 0;
}
