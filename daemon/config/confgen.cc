// wasphere-confgen FILE writes the settings into FILE, wasphered.conf(5). wasphere-confgen --check
// FILE writes nothing and exits 1 if that would change it.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>

#include "daemon/config/manual.h"

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::fputs("Usage: wasphere-confgen [--check] FILE\n", stderr);
    return 2;
  }
  const std::string path = argv[argc - 1];
  std::ifstream in(path, std::ios::binary);
  const std::string page(std::istreambuf_iterator<char>(in), {});
  const auto wanted = wasphere::config::with_settings(page);
  if (!wanted) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), wanted.error().message.c_str());
    return 1;
  }
  if (*wanted == page) return 0;
  if (check) {
    std::fprintf(stderr, "%s is stale: run scripts/docs and commit the result.\n", path.c_str());
    return 1;
  }
  std::ofstream out(path, std::ios::binary);
  out << *wanted;
  return out.flush() ? 0 : 1;
}
