#include "ipc/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ipc/json.h"

namespace wasphere::ipc {
namespace {

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ';
}

class Writer {
 public:
  explicit Writer(EmptyOptionals empty) : empty_(empty) {}

  void object(const ObjectType& type, const void* object) {
    out_.push_back('{');
    bool first = true;
    for (const FieldInfo& field : type.fields) {
      const void* slot = field.slot(object);
      if (left_out(*field.type, slot)) continue;
      if (!first) out_.push_back(',');
      first = false;
      out_.append("\"").append(field.name).append("\":");
      value(*field.type, slot);
    }
    out_.push_back('}');
  }

  std::string take() { return std::move(out_); }

 private:
  bool left_out(const ValueType& type, const void* slot) const {
    return empty_ == EmptyOptionals::left_out && type.kind == Kind::optional &&
           type.size(slot) == 0;
  }

  void value(const ValueType& type, const void* slot) {
    switch (type.kind) {
      case Kind::text:
        out_ += string_text(*static_cast<const std::string*>(slot));
        return;
      case Kind::integer:
        out_ += std::to_string(*static_cast<const std::int64_t*>(slot));
        return;
      case Kind::number:
        out_ += dump_json(*static_cast<const double*>(slot));
        return;
      case Kind::boolean:
        out_ += *static_cast<const bool*>(slot) ? "true" : "false";
        return;
      case Kind::json:
        return free_shape(static_cast<const Json*>(slot)->text);
      case Kind::object:
        return object(*type.object, slot);
      case Kind::list:
        return list(type, slot);
      case Kind::optional:
        if (type.size(slot) != 0) return value(*type.element, type.at(slot, 0));
        out_ += "null";
        return;
    }
  }

  // One line, whatever it was written as. What is no JSON travels as a string.
  void free_shape(const std::string& value) {
    const bool one_line = std::ranges::none_of(value, is_control);
    if (one_line && nlohmann::json::accept(value)) {
      out_ += value;
      return;
    }
    const auto parsed = parse_json(value);
    out_ += dump_json(parsed ? *parsed : nlohmann::json(value));
  }

  void list(const ValueType& type, const void* slot) {
    out_.push_back('[');
    for (std::size_t i = 0; i < type.size(slot); ++i) {
      if (i != 0) out_.push_back(',');
      value(*type.element, type.at(slot, i));
    }
    out_.push_back(']');
  }

  EmptyOptionals empty_;
  std::string out_;
};

}  // namespace

// What is not ASCII, and may not even be UTF-8, is left to the library.
std::string string_text(const std::string& value) {
  return std::ranges::all_of(value, is_plain) ? '"' + value + '"' : dump_json(value);
}

std::string object_text(const ObjectType& type, const void* object, EmptyOptionals empty) {
  Writer writer(empty);
  writer.object(type, object);
  return writer.take();
}

}  // namespace wasphere::ipc
