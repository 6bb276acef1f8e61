#include "core/signal/failure.h"

#include <string>

namespace wasphere::signal {

std::optional<std::uint32_t> retry_code(Fault fault) {
  switch (fault) {
    case Fault::duplicate:
      return std::nullopt;
    case Fault::no_session:
      return 1;
    case Fault::invalid_key:
      return 2;
    case Fault::invalid_key_id:
      return 3;
    case Fault::invalid_message:
      return 4;
    case Fault::invalid_signature:
      return 5;
    case Fault::future_message:
      return 6;
    case Fault::bad_mac:
      return 7;
    case Fault::invalid_session:
      return 8;
  }
  return std::nullopt;
}

Error to_error(const Failure& failure) {
  bool does_not_verify = failure.fault == Fault::bad_mac || failure.fault == Fault::invalid_key ||
                         failure.fault == Fault::invalid_signature;
  auto code = does_not_verify ? ErrorCode::crypto_error : ErrorCode::protocol_error;
  return Error{code, std::string(failure.message)};
}

}  // namespace wasphere::signal
