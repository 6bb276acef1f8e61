// What the store throws when no caller can mend it: disk full, I/O error, corruption, a lost key.
#pragma once

#include <stdexcept>

#include "core/util/error.h"

namespace wasphere::store {

class StoreFailure : public std::runtime_error {
 public:
  explicit StoreFailure(Error error)
      : std::runtime_error(error.message), error_(std::move(error)) {}
  StoreFailure(ErrorCode code, std::string message)
      : StoreFailure(Error{code, std::move(message)}) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

}  // namespace wasphere::store
