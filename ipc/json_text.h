// The structs of commands/ straight to JSON text, as answers need it: no tree of values in between.
#pragma once

#include <string>

#include "ipc/codec.h"

namespace wasphere::ipc {

// A string as JSON, quotes included.
std::string string_text(const std::string& value);
// The text of encode_object(), with the members in the order of the fields.
std::string object_text(const ObjectType& type, const void* object, EmptyOptionals empty);

// Of an answer: empty optionals are null.
template <class T>
std::string answer_text(const T& answer) {
  return object_text(*object_type<T>(), &answer, EmptyOptionals::written_as_null);
}

}  // namespace wasphere::ipc
