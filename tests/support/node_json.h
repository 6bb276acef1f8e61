// Stanzas in the notation of tests/vectors/vectors-1.json.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/wire/node.h"

namespace wasphere::test {

// {"tag", "attrs": [[key, value]…], "content": null | {"str"} | {"hex"} | {"fill": N} | [node…]}.
// Values stay text, also those that are addresses.
wire::Node node_from_json(const nlohmann::json& json);
// The same with every value that contains an '@' as an address.
wire::Node with_addresses(wire::Node node);

}  // namespace wasphere::test
