// Coroutines of the main thread. Rules (docs/developer-notes.md): parameters by value or references
// to services that outlive the call; no braces and no capturing lambda inside a co_await
// expression.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/util/result.h"
#include "daemon/runtime/clock.h"

namespace wasphere::runtime {

template <class T = void>
using Task = boost::asio::awaitable<T>;

// Completes after `after` by `clock`. Cancellation (Asio slot) ends it early with a system_error.
Task<> sleep(Clock& clock, Duration after);

}  // namespace wasphere::runtime
