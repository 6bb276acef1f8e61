// Result<T>: a value, or the Error that explains why there is none.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "core/util/error.h"

namespace wasphere {

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace wasphere

#define WS_CONCAT_INNER(a, b) a##b
#define WS_CONCAT(a, b) WS_CONCAT_INNER(a, b)

// WS_TRY(auto x, f());  binds x to the value, or returns f()'s error from this function.
#define WS_TRY(declaration, expression) \
  WS_TRY_IMPL(declaration, expression, WS_CONCAT(ws_try_, __LINE__), return)
// The same inside a coroutine.
#define CO_TRY(declaration, expression) \
  WS_TRY_IMPL(declaration, expression, WS_CONCAT(ws_try_, __LINE__), co_return)
#define WS_TRY_IMPL(declaration, expression, temporary, leave)          \
  auto temporary = (expression);                                        \
  if (!temporary) leave ::wasphere::fail(std::move(temporary).error()); \
  declaration = std::move(*temporary)

// WS_CHECK(f());  for a Status whose value nobody needs.
#define WS_CHECK(expression) WS_CHECK_IMPL(expression, WS_CONCAT(ws_check_, __LINE__), return)
#define CO_CHECK(expression) WS_CHECK_IMPL(expression, WS_CONCAT(ws_check_, __LINE__), co_return)
#define WS_CHECK_IMPL(expression, temporary, leave) \
  auto temporary = (expression);                    \
  if (!temporary) leave ::wasphere::fail(std::move(temporary).error())
