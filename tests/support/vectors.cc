#include "tests/support/vectors.h"

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "core/util/encoding.h"

namespace wasphere::test {

const nlohmann::json& vector_file(std::string_view name) {
  static std::map<std::string, nlohmann::json, std::less<>> files;
  auto found = files.find(name);
  if (found != files.end()) return found->second;
  std::string path = std::string(WASPHERE_VECTORS) + "/" + std::string(name);
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  return files.emplace(name, nlohmann::json::parse(in)).first->second;
}

const nlohmann::json& vectors() {
  return vector_file("vectors-1.json");
}

Bytes hex(const nlohmann::json& value) {
  const auto& text = value.get_ref<const std::string&>();
  auto bytes = from_hex(text);
  if (!bytes) throw std::runtime_error("not hex: " + text);
  return *std::move(bytes);
}

}  // namespace wasphere::test
