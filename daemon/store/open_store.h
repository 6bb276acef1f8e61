// Opening the store: the way from a state directory to a running Store, with every check on it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/util/result.h"
#include "daemon/store/state_dir.h"

namespace boost::asio {
class io_context;
}

namespace wasphere::store {

class Store;

struct StoreOptions {
  std::string network_stamp;  // config::network_stamp()
  std::string key_file;       // made at the first start, unless it is a credential
  bool key_credential = false;
  std::int64_t max_page_count = 0;  // 0: no limit
  // For tests: asked on the store thread before the n-th commit (from 1); an error makes it fail.
  std::function<std::optional<Error>(int nth)> commit_fault;
};

// Opens or creates the database and starts the store thread; call it on the main thread. The state
// directory and the io_context must outlive the Store. Errors: storage_corrupt (the files are left
// as they are), storage_unavailable, network_mismatch, key_missing, key_mismatch, state_insecure,
// io_error.
Result<std::unique_ptr<Store>> open_store(boost::asio::io_context& io, const StateDir& state,
                                          StoreOptions options);

}  // namespace wasphere::store
