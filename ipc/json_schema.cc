#include "ipc/json_schema.h"

#include <nlohmann/json.hpp>

#include "ipc/json.h"

namespace wasphere::ipc {
namespace {

using nlohmann::json;

json type_schema(const ValueType& type, const Rules& rules, Side side);

void add_text_rules(json& schema, const Rules& rules) {
  if (rules.min_length > 0) schema["minLength"] = rules.min_length;
  if (rules.max_length != kNoLimit) schema["maxLength"] = rules.max_length;
  if (rules.choices.empty()) return;
  for (const auto choice : rules.choices) schema["enum"].push_back(choice);
}

void add_number_rules(json& schema, const Rules& rules) {
  const Rules none;
  if (rules.min != none.min) schema["minimum"] = rules.min;
  if (rules.max != none.max) schema["maximum"] = rules.max;
}

json list_schema(const ValueType& type, const Rules& rules, Side side) {
  json schema{{"type", "array"}, {"items", type_schema(*type.element, rules, side)}};
  if (rules.min_count > 0) schema["minItems"] = rules.min_count;
  if (rules.max_count != kNoLimit) schema["maxItems"] = rules.max_count;
  return schema;
}

json type_schema(const ValueType& type, const Rules& rules, Side side) {
  json schema = json::object();
  switch (type.kind) {
    case Kind::text:
      schema["type"] = "string";
      add_text_rules(schema, rules);
      return schema;
    case Kind::integer:
      schema["type"] = "integer";
      add_number_rules(schema, rules);
      return schema;
    case Kind::number:
      schema["type"] = "number";
      add_number_rules(schema, rules);
      return schema;
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::json:
      return schema;
    case Kind::object:
      return object_schema(*type.object, side);
    case Kind::list:
      return list_schema(type, rules, side);
    case Kind::optional:
      return type_schema(*type.element, rules, side);
  }
  return schema;
}

void allow_null(json& schema) {
  if (!schema.contains("type")) return;
  schema["type"] = json::array({schema["type"], "null"});
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
}

}  // namespace

json field_schema(const ObjectType& object, const FieldInfo& field, Side side) {
  json schema = type_schema(*field.type, field.rules, side);
  const bool null_in_answer = side == Side::answer && field.type->kind == Kind::optional;
  if (null_in_answer || field.nullable()) allow_null(schema);
  schema["description"] = field.doc;
  if (side == Side::answer) return schema;
  if (const auto text = default_text(object, field)) {
    if (const auto value = parse_json(*text)) schema["default"] = *value;
  }
  return schema;
}

json object_schema(const ObjectType& object, Side side) {
  json schema{{"type", "object"}, {"properties", json::object()}};
  for (const auto& field : object.fields) {
    schema["properties"][std::string(field.name)] = field_schema(object, field, side);
    if (side == Side::answer || field.required()) schema["required"].push_back(field.name);
  }
  if (side == Side::request) schema["additionalProperties"] = false;
  return schema;
}

}  // namespace wasphere::ipc
