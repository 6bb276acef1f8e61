// Reading the members of state files: every getter names what is wrong instead of throwing.
// Only for *_state.cc: it is the one header here that knows JSON.
#pragma once

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/crypto/curve.h"
#include "core/util/encoding.h"
#include "core/util/result.h"

namespace wasphere::sandbox {

// Collects the first problem; the caller asks `status()` once at the end.
class JsonFields {
 public:
  JsonFields(const nlohmann::json& object, std::string file)
      : object_(object), file_(std::move(file)) {}

  std::string text(const char* name) {
    const auto* value = find(name);
    if (value == nullptr || !value->is_string()) return bad(name), std::string{};
    return value->get<std::string>();
  }
  bool flag(const char* name) {
    const auto* value = find(name);
    if (value == nullptr || !value->is_boolean()) return bad(name), false;
    return value->get<bool>();
  }
  template <class T>
  T number(const char* name) {
    const auto* value = find(name);
    if (value == nullptr || !value->is_number_unsigned()) return bad(name), T{};
    const auto wide = value->get<std::uint64_t>();
    if (wide > std::numeric_limits<T>::max()) return bad(name), T{};
    return static_cast<T>(wide);
  }
  Bytes bytes(const char* name) {
    auto decoded = from_base64(text(name));
    if (!decoded) return bad(name), Bytes{};
    return *std::move(decoded);
  }
  template <std::size_t N>
  ByteArray<N> array(const char* name) {
    const auto array = to_array<N>(bytes(name));
    if (!array) return bad(name), ByteArray<N>{};
    return *array;
  }
  crypto::KeyPair key_pair(const char* name) {
    auto raw = bytes(name);
    auto key = crypto::PrivateKey::from(raw);
    wipe(raw);
    if (!key) return bad(name), crypto::KeyPair{};
    return crypto::KeyPair::from_private(*std::move(key));
  }
  std::map<std::string, std::string> texts(const char* name) {
    std::map<std::string, std::string> found;
    const auto* value = find(name);
    if (value == nullptr || !value->is_object()) return bad(name), found;
    for (const auto& [key, text] : value->items()) {
      if (!text.is_string()) return bad(name), found;
      found.emplace(key, text.get<std::string>());
    }
    return found;
  }
  const nlohmann::json& list(const char* name) {
    static const nlohmann::json kEmpty = nlohmann::json::array();
    const auto* value = find(name);
    if (value == nullptr || !value->is_array()) return bad(name), kEmpty;
    return *value;
  }

  Status status() const {
    if (problem_.empty()) return {};
    return fail(ErrorCode::storage_corrupt,
                file_ + ": member '" + problem_ + "' is missing or wrong");
  }

 private:
  const nlohmann::json* find(const char* name) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void bad(const char* name) {
    if (problem_.empty()) problem_ = name;
  }

  const nlohmann::json& object_;
  std::string file_;
  std::string problem_;
};

inline Result<nlohmann::json> parse_state(const std::string& text, const std::string& file) {
  auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return fail(ErrorCode::storage_corrupt, file + " is not valid JSON");
  return parsed;
}

// Names of companions come from the network: invalid UTF-8 in them must not stop a save.
inline std::string dump_state(const nlohmann::json& object) {
  return object.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace wasphere::sandbox
