// The table of operations that the daemon's front-ends call.
#pragma once

#include "daemon/api/api.h"
#include "daemon/rpc/rpc_server.h"

namespace wasphere::api {

rpc::MethodTable methods(Api& api);  // `api` outlives it

}  // namespace wasphere::api
