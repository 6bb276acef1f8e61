#include "cli/json_schema.h"

#include <nlohmann/json.hpp>

#include "core/util/error.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

json type_schema(const ipc::ValueType& type, const ipc::Rules& rules);

// What may be left out of a request is always there in an answer, as null if there is nothing.
enum class Side { request, answer };

json object_schema(const ipc::ObjectType& object, Side side);

void add_text_rules(json& schema, const ipc::Rules& rules) {
  if (rules.min_length > 0) schema["minLength"] = rules.min_length;
  if (rules.max_length != ipc::kNoLimit) schema["maxLength"] = rules.max_length;
  if (rules.choices.empty()) return;
  for (const auto choice : rules.choices) schema["enum"].push_back(choice);
}

void add_number_rules(json& schema, const ipc::Rules& rules) {
  const ipc::Rules none;
  if (rules.min != none.min) schema["minimum"] = rules.min;
  if (rules.max != none.max) schema["maximum"] = rules.max;
}

json list_schema(const ipc::ValueType& type, const ipc::Rules& rules) {
  json schema{{"type", "array"}, {"items", type_schema(*type.element, rules)}};
  if (rules.max_count != ipc::kNoLimit) schema["maxItems"] = rules.max_count;
  return schema;
}

json type_schema(const ipc::ValueType& type, const ipc::Rules& rules) {
  json schema = json::object();
  switch (type.kind) {
    case ipc::Kind::text:
      schema["type"] = "string";
      add_text_rules(schema, rules);
      return schema;
    case ipc::Kind::integer:
      schema["type"] = "integer";
      add_number_rules(schema, rules);
      return schema;
    case ipc::Kind::boolean:
      return {{"type", "boolean"}};
    case ipc::Kind::json:
      return schema;
    case ipc::Kind::object:
      return object_schema(*type.object, Side::answer);
    case ipc::Kind::list:
      return list_schema(type, rules);
    case ipc::Kind::optional:
      return type_schema(*type.element, rules);
  }
  return schema;
}

void allow_null(json& schema) {
  if (!schema.contains("type")) return;
  schema["type"] = json::array({schema["type"], "null"});
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
}

json field_schema(const ipc::ObjectType& object, const ipc::FieldInfo& field, Side side) {
  json schema = type_schema(*field.type, field.rules);
  if (side == Side::answer && field.type->kind == ipc::Kind::optional) allow_null(schema);
  schema["description"] = field.doc;
  if (side == Side::answer) return schema;
  if (const auto text = ipc::default_text(object, field)) {
    if (const auto value = ipc::parse_json(*text)) schema["default"] = *value;
  }
  return schema;
}

json object_schema(const ipc::ObjectType& object, Side side) {
  json schema{{"type", "object"}, {"properties", json::object()}};
  for (const auto& field : object.fields) {
    schema["properties"][std::string(field.name)] = field_schema(object, field, side);
    if (side == Side::answer || field.required()) schema["required"].push_back(field.name);
  }
  // Requests are checked strictly; answers may grow.
  if (side == Side::request) schema["additionalProperties"] = false;
  return schema;
}

}  // namespace

json describe_command(const ipc::CommandType& command) {
  json out{{"method", command.info.method},
           {"summary", command.info.summary},
           {"params", object_schema(*command.params, Side::request)},
           {"result", object_schema(*command.result, Side::answer)},
           {"errors", json::array()}};
  out["result"]["description"] = command.info.returns;
  if (!command.info.description.empty()) out["description"] = command.info.description;
  for (const ErrorCode code : command.info.errors) out["errors"].push_back(error_info(code).name);
  return out;
}

}  // namespace wasphere::cli
