// JSON <-> the structs of commands/ and events.h. All work per field is done on the erased view, so
// that another command costs a table and no code.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/util/result.h"
#include "ipc/schema.h"

namespace wasphere::ipc {

// Servers refuse what they do not know; clients skip it, so that an older one understands a newer
// daemon.
enum class UnknownFields : std::uint8_t { refused, ignored };
// Requests leave empty optionals out; answers and events carry them as null.
enum class EmptyOptionals : std::uint8_t { written_as_null, left_out };

// Fills `out` (a default-made object of that type). Every problem found is in the error's fields.
Status decode_object(const ObjectType& type, const nlohmann::json& in, void* out,
                     UnknownFields unknown);
nlohmann::json encode_object(const ObjectType& type, const void* object, EmptyOptionals empty);

template <class T>
Result<T> decode(const nlohmann::json& in, UnknownFields unknown = UnknownFields::refused) {
  T out{};
  WS_CHECK(decode_object(*object_type<T>(), in, &out, unknown));
  return out;
}

// `Value` only delays the need for the complete JSON type to the caller's file.
template <class T, class Value = nlohmann::json>
Value encode(const T& object) {
  constexpr auto empty =
      requires { T::command; } ? EmptyOptionals::left_out : EmptyOptionals::written_as_null;
  return encode_object(*object_type<T>(), &object, empty);
}

}  // namespace wasphere::ipc
