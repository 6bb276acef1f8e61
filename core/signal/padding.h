// The padding of every plaintext before it is encrypted, one to one and in groups: 1 to 16 bytes,
// each holding their number (protocol 2, section 1.7). Newsletters and enc v=3 have none.
#pragma once

#include "core/signal/failure.h"
#include "core/util/bytes.h"
#include "core/util/rng.h"

namespace wasphere::signal {

Bytes pad(BytesView plaintext, Rng& rng);
// Takes off any run of n bytes of value n at the end. invalid_message if there is none.
Outcome<Bytes> unpad(Bytes padded);

}  // namespace wasphere::signal
