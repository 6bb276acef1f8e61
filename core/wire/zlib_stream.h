// The compressed form of a stanza (protocol 1, section 4.1).
#pragma once

#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere::wire {

// A whole zlib (RFC 1950) stream; what follows its end is ignored. protocol_error if it is damaged,
// cut short, or would become larger than `limit` bytes.
Result<Bytes> inflate_bounded(BytesView compressed, std::size_t limit);
Bytes deflate_all(BytesView plain);

}  // namespace wasphere::wire
