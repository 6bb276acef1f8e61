// The registry without its types: what codec, help, man pages and completions walk over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

struct ObjectType;

enum class Kind : std::uint8_t { text, integer, number, boolean, json, object, list, optional };

// One C++ type. The pointers to functions take the address of a value of that type.
struct ValueType {
  Kind kind;
  const ValueType* element = nullptr;                     // list, optional
  const ObjectType* object = nullptr;                     // object
  void* (*grow)(void*) = nullptr;                         // list: append; optional: engage
  std::size_t (*size)(const void*) = nullptr;             // list, optional (0 or 1)
  const void* (*at)(const void*, std::size_t) = nullptr;  // list, optional
};

struct FieldInfo {
  std::string_view name;
  std::string_view doc;
  bool positional;
  Rules rules;
  const ValueType* type;
  const void* (*slot)(const void* object);

  constexpr bool required() const { return type->kind != Kind::optional && !rules.defaulted; }
  // An optional of an optional tells null, which is a value of its own, from a missing member.
  constexpr bool nullable() const {
    return type->kind == Kind::optional && type->element->kind == Kind::optional;
  }
  // The type behind the optionals.
  constexpr const ValueType& value() const {
    const ValueType* out = type;
    while (out->kind == Kind::optional) out = out->element;
    return *out;
  }
};

struct ObjectType {
  std::span<const FieldInfo> fields;
  // Calls `use` with a default-made object.
  void (*with_default)(void (*use)(const void* object, void* context), void* context);
};

struct CommandType {
  CommandInfo info;
  const ObjectType* params;
  const ObjectType* result;
};

template <class T>
struct TypeOf;
template <class T>
constexpr const ObjectType* object_type();

template <>
struct TypeOf<std::string> {
  static constexpr ValueType value{.kind = Kind::text};
};
template <>
struct TypeOf<std::int64_t> {
  static constexpr ValueType value{.kind = Kind::integer};
};
template <>
struct TypeOf<double> {
  static constexpr ValueType value{.kind = Kind::number};
};
template <>
struct TypeOf<bool> {
  static constexpr ValueType value{.kind = Kind::boolean};
};
template <>
struct TypeOf<Json> {
  static constexpr ValueType value{.kind = Kind::json};
};
template <class T>
struct TypeOf<std::optional<T>> {
  using Slot = std::optional<T>;
  static constexpr ValueType value{
      .kind = Kind::optional,
      .element = &TypeOf<T>::value,
      .grow = [](void* slot) -> void* { return &static_cast<Slot*>(slot)->emplace(); },
      .size = [](const void* slot) -> std::size_t {
        return static_cast<const Slot*>(slot)->has_value() ? 1 : 0;
      },
      .at = [](const void* slot, std::size_t) -> const void* {
        return &**static_cast<const Slot*>(slot);
      }};
};
template <class T>
struct TypeOf<std::vector<T>> {
  using Slot = std::vector<T>;
  static constexpr ValueType value{
      .kind = Kind::list,
      .element = &TypeOf<T>::value,
      .grow = [](void* slot) -> void* { return &static_cast<Slot*>(slot)->emplace_back(); },
      .size = [](const void* slot) { return static_cast<const Slot*>(slot)->size(); },
      .at = [](const void* slot, std::size_t index) -> const void* {
        return &(*static_cast<const Slot*>(slot))[index];
      }};
};
template <class T>
  requires requires { T::fields; }
struct TypeOf<T> {
  static constexpr ValueType value{.kind = Kind::object, .object = object_type<T>()};
};

template <class Owner, class Member>
constexpr const ValueType* type_of_member(const Field<Owner, Member>&) {
  return &TypeOf<Member>::value;
}

template <class T, std::size_t Index>
constexpr FieldInfo erase_field() {
  constexpr const auto& described = std::get<Index>(T::fields);
  return {described.name,
          described.doc,
          described.positional,
          described.rules,
          type_of_member(described),
          [](const void* object) -> const void* {
            return &(static_cast<const T*>(object)->*(std::get<Index>(T::fields).member));
          }};
}

template <class T>
struct ObjectOf {
  static constexpr auto table = []<std::size_t... Index>(std::index_sequence<Index...>) {
    return std::array<FieldInfo, sizeof...(Index)>{erase_field<T, Index>()...};
  }(std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<decltype(T::fields)>>>{});
  static constexpr ObjectType value{table, [](void (*use)(const void*, void*), void* context) {
                                      const T made{};
                                      use(&made, context);
                                    }};
};
template <class T>
constexpr const ObjectType* object_type() {
  return &ObjectOf<T>::value;
}

template <class Command>
constexpr CommandType erase_command() {
  return {Command::command, object_type<Command>(), object_type<typename Command::Response>()};
}
template <class... Types>
constexpr auto erase_commands(TypeList<Types...>) {
  return std::array<CommandType, sizeof...(Types)>{erase_command<Types>()...};
}

// "--msg-delay-min-ms" without the dashes, for msgDelayMinMs. Booleans also have "--no-…"; a list
// is given by repeating its flag or with commas.
std::string flag_name(std::string_view field_name);
// NAME: the placeholder of a value in help; derived from the field's name where none is given.
std::string value_name(const FieldInfo& field);
// JSON text of what a missing field means; nothing for required ones and for empty optionals.
std::optional<std::string> default_text(const ObjectType& object, const FieldInfo& field);
// "string", "integer", "boolean", "object", "list of string", "any".
std::string type_name(const ValueType& type);
// "1 to 64 characters", "0 to 300000", "one of: a, b"; empty when there is nothing to say.
std::string rules_text(const FieldInfo& field);
// The name among `known` a person most probably meant; empty when none is near.
std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> known);

}  // namespace wasphere::ipc
