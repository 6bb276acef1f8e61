// Taking a message out of what it is wrapped in.
#pragma once

#include <vector>

#include "core/model/message_fields.h"
#include "core/util/result.h"

namespace wasphere::model {

// The layers of a message from the outside in, each a view into it; at least one. protocol_error if
// the bytes are no Message or there are more than kMaxWrappers wrappers.
struct Layers {
  std::vector<Layer> all;
  const Layer& innermost() const { return all.back(); }
};
inline constexpr std::size_t kMaxWrappers = 10;
Result<Layers> unwrap(BytesView message);

}  // namespace wasphere::model
