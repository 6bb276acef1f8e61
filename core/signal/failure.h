// Why a message could not be opened or made. A type of its own beside Error, because the receiving
// side acts on the reason: a duplicate is acknowledged, most others become a retry receipt that
// carries a number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "core/util/result.h"

namespace wasphere::signal {

enum class Fault : std::uint8_t {
  duplicate,          // opened before; its key is gone
  no_session,         // nothing to open it with
  invalid_key,        // a public key of low order
  invalid_key_id,     // a pre-key that we do not have
  invalid_message,    // not the wire form, or nonsense inside
  invalid_signature,  // of a signed pre-key or of a group message
  future_message,     // further ahead than the chain may be moved
  bad_mac,            // no session it could belong to accepts it
  invalid_session,    // a chain that is used up
};

struct Failure {
  Fault fault;
  std::string_view message;  // a literal: never a key, never what the other side wrote
};

template <class T>
using Outcome = tl::expected<T, Failure>;

// The error number of a retry receipt (protocol 2, section 6.5). Nothing for a duplicate, which is
// not asked for again.
std::optional<std::uint32_t> retry_code(Fault fault);
// protocol_error for what is malformed or missing, crypto_error for what does not verify.
Error to_error(const Failure& failure);

inline tl::unexpected<Failure> failed(Fault fault, std::string_view message) {
  return tl::unexpected<Failure>(Failure{fault, message});
}

}  // namespace wasphere::signal

namespace wasphere {

// Lets WS_TRY and WS_CHECK pass failures on.
inline tl::unexpected<signal::Failure> fail(signal::Failure failure) {
  return tl::unexpected<signal::Failure>(failure);
}

}  // namespace wasphere
