// JSON Schema (2020-12) of what the registry describes.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ipc/schema.h"

namespace wasphere::ipc {

// What may be left out of a request is always there in an answer, as null if there is nothing.
enum class Side { request, answer };

nlohmann::json field_schema(const ObjectType& object, const FieldInfo& field, Side side);
// Requests are checked strictly; answers may grow.
nlohmann::json object_schema(const ObjectType& object, Side side);

}  // namespace wasphere::ipc
