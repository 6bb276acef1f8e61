#include "cli/files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using wasphere::cli::png_of_data_uri;
using wasphere::cli::write_private_file;

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "cli-files.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string operator/(const char* name) const { return (path_ / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a private file is replaced whole and readable by its owner only") {
  const Directory directory;
  const std::string path = directory / "qr.png";
  REQUIRE(write_private_file(path, "first, and longer"));
  REQUIRE(write_private_file(path, "second"));
  CHECK(content_of(path) == "second");
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(directory.entries() == 1);
}

TEST_CASE("a file that cannot be written is named") {
  const auto written = write_private_file("/nonexistent/qr.png", "x");
  REQUIRE_FALSE(written);
  CHECK(written.error().code == wasphere::ErrorCode::io_error);
  CHECK(written.error().message.find("/nonexistent/qr.png") != std::string::npos);
}

TEST_CASE("a device is written to, not replaced, and a full one is an error") {
  REQUIRE(write_private_file("/dev/null", "x"));
  CHECK(std::filesystem::is_character_file("/dev/null"));
  const auto full = write_private_file("/dev/full", "x");
  REQUIRE_FALSE(full);
  CHECK(full.error().message.find("No space left") != std::string::npos);
}

TEST_CASE("the picture comes out of its data URI, and out of nothing else") {
  CHECK(*png_of_data_uri("data:image/png;base64,iVBORw==") == "\x89PNG");
  CHECK_FALSE(png_of_data_uri(""));
  CHECK_FALSE(png_of_data_uri("data:image/png;base64,"));
  CHECK_FALSE(png_of_data_uri("data:image/png;base64,!!"));
  CHECK_FALSE(png_of_data_uri("iVBORw=="));
}
