#include "cli/json_schema.h"

#include <nlohmann/json.hpp>

#include "core/util/error.h"
#include "ipc/json_schema.h"

namespace wasphere::cli {

nlohmann::json describe_command(const ipc::CommandType& command) {
  nlohmann::json out{{"method", command.info.method},
                     {"summary", command.info.summary},
                     {"params", ipc::object_schema(*command.params, ipc::Side::request)},
                     {"result", ipc::object_schema(*command.result, ipc::Side::answer)},
                     {"errors", nlohmann::json::array()}};
  out["result"]["description"] = command.info.returns;
  if (!command.info.description.empty()) out["description"] = command.info.description;
  for (const ErrorCode code : command.info.errors) out["errors"].push_back(error_info(code).name);
  return out;
}

}  // namespace wasphere::cli
