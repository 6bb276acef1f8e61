#include "daemon/api/methods.h"

#include <nlohmann/json.hpp>

namespace wasphere::api {

rpc::MethodTable methods(Api& api) {
  return rpc::make_methods<ipc::Commands>(api, ipc::daemon_commands());
}

}  // namespace wasphere::api
