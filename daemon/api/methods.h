// The operations of an Api by name, and the record of what changed through the socket.
#pragma once

#include "daemon/api/api.h"
#include "daemon/api/audit_log.h"

namespace wasphere::api {

// The references must outlive the table. Calls of local callers that change something are audited;
// others are by the listener that they came through, which knows more about them.
rpc::MethodTable methods(Api& api, AuditLog& audit, runtime::Clock& clock);

}  // namespace wasphere::api
