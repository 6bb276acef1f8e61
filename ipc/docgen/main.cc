// wasphere-docgen DIR writes the manual pages, completions and the API document below DIR, the root
// of the repository. wasphere-docgen --check DIR writes nothing and exits 1 naming each file that
// is not as it would be.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "cli/compose.h"
#include "ipc/docgen/pages.h"
#include "ipc/openapi.h"

namespace {

using wasphere::docgen::Output;
namespace fs = std::filesystem;

std::vector<Output> all_outputs() {
  const auto verbs = wasphere::cli::all_verbs();
  std::vector<Output> out{wasphere::docgen::main_page(verbs), wasphere::docgen::rpc_page()};
  for (Output& page : wasphere::docgen::noun_pages(verbs)) out.push_back(std::move(page));
  for (Output& script : wasphere::docgen::completions(verbs)) out.push_back(std::move(script));
  out.push_back({"share/openapi.json", wasphere::ipc::openapi_document()});
  return out;
}

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

int write(const fs::path& root, const std::vector<Output>& outputs) {
  for (const Output& output : outputs) {
    const fs::path path = root / output.path;
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << output.text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
  }
  return 0;
}

// A page that is made no more is stale too; pages written by hand do not carry the mark.
bool is_leftover(const fs::path& path, const fs::path& root, const std::vector<Output>& outputs) {
  const std::string name = fs::relative(path, root).generic_string();
  for (const Output& output : outputs) {
    if (output.path == name) return false;
  }
  return read_file(path).value_or("").find("Made by wasphere-docgen") != std::string::npos;
}

int check(const fs::path& root, const std::vector<Output>& outputs) {
  int stale = 0;
  const auto complain = [&stale](const std::string& path, const char* why) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), why);
    ++stale;
  };
  for (const Output& output : outputs) {
    const auto there = read_file(root / output.path);
    if (!there) complain(output.path, "is missing");
    if (there && *there != output.text) complain(output.path, "is stale");
  }
  for (const char* folder : {"man", "completions"}) {
    if (!fs::is_directory(root / folder)) continue;
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      if (!is_leftover(entry.path(), root, outputs)) continue;
      complain(fs::relative(entry.path(), root).generic_string(), "is made no more: remove it");
    }
  }
  if (stale > 0)
    std::fprintf(stderr, "Run 'wasphere-docgen %s' and commit the result.\n", root.c_str());
  return stale == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool checking = !arguments.empty() && arguments.front() == "--check";
  if (arguments.size() != (checking ? 2U : 1U) || arguments.back().starts_with("-")) {
    std::fputs("Usage: wasphere-docgen [--check] DIR\n", stderr);
    return 2;
  }
  try {
    return checking ? check(arguments.back(), all_outputs())
                    : write(arguments.back(), all_outputs());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wasphere-docgen: %s\n", error.what());
    return 1;
  }
}
