#include "cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/util/encoding.h"

namespace wasphere::cli {
namespace {

tl::unexpected<Error> cannot_write(const std::string& path, int error_number) {
  return fail(Error{.code = ErrorCode::io_error,
                    .message = "Writing " + path + " failed: " + std::strerror(error_number) + ".",
                    .remedy = "Choose another file, or make room and rights for this one."});
}

// 0, or the error number.
int write_and_close(int descriptor, std::string_view content) {
  int failed = 0;
  while (!content.empty() && failed == 0) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written >= 0) content.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR) failed = errno;
  }
  // Some file systems only tell here that the disk is full.
  if (::close(descriptor) != 0 && failed == 0) failed = errno;
  return failed;
}

Status write_in_place(const std::string& path, std::string_view content) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, errno);
  const int failed = write_and_close(descriptor, content);
  if (failed != 0) return cannot_write(path, failed);
  return {};
}

}  // namespace

Status write_private_file(const std::string& path, std::string_view content) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return write_in_place(path, content);
  }
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) return cannot_write(path, errno);
  int failed = write_and_close(descriptor, content);
  if (failed == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) failed = errno;
  if (failed == 0) return {};
  ::unlink(temporary.c_str());
  return cannot_write(path, failed);
}

Result<std::string> png_of_data_uri(std::string_view uri) {
  constexpr std::string_view kPrefix = "data:image/png;base64,";
  const auto bytes =
      uri.starts_with(kPrefix) ? from_base64(uri.substr(kPrefix.size())) : std::nullopt;
  if (!bytes || bytes->empty()) {
    return fail(ErrorCode::protocol_error, "The daemon sent no picture of the QR.");
  }
  return to_text(*bytes);
}

}  // namespace wasphere::cli
