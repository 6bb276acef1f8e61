// Who changed what, and what was refused. Main thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/rng.h"
#include "daemon/rpc/rpc_server.h"
#include "daemon/runtime/async_event.h"
#include "daemon/store/admin.h"
#include "daemon/store/store.h"

namespace wasphere::api {

class AuditLog {
 public:
  // The references must outlive it, and it the executor's loop.
  AuditLog(boost::asio::any_io_executor executor, store::Store& store, runtime::Clock& clock,
           Rng& rng);

  // A row with the caller, the time and an id; the rest is for the one who records it.
  store::AuditRow row_for(const rpc::Caller& caller);
  // Returns when the row is on the disk, or cannot be: is_told_by_audit().
  runtime::Task<> keep(store::AuditRow row);
  // Soon, together with others, and holds up nobody: for all else.
  void record(store::AuditRow row);
  // What bodies are recognised by, without keeping them.
  std::string hash_of(std::string_view body) const;
  // Returns when everything recorded is on the disk, or cannot be.
  runtime::Task<> flush();

 private:
  runtime::Task<> write();
  runtime::Task<> append(const std::vector<store::AuditRow>& rows, store::Haste haste);

  boost::asio::any_io_executor executor_;
  store::Store& store_;
  runtime::Clock& clock_;
  Rng& rng_;
  std::vector<store::AuditRow> waiting_;
  bool writing_ = false;
  runtime::AsyncEvent idle_;
};

// Whether calls of the operation change anything.
bool is_mutating(const ipc::CommandInfo& command);
// Whether nothing but the audit tells that such a call was made: then its row is kept before the
// caller is answered. Messages tell it themselves.
bool is_told_by_audit(const ipc::CommandType& command);

}  // namespace wasphere::api
