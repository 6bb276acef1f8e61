#include "daemon/config/config_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <optional>

#include "core/util/encoding.h"

namespace wasphere::config {
namespace {

constexpr std::size_t kLargestFile = 1U << 20;

tl::unexpected<Error> refuse(const std::string& where, std::string_view what) {
  return fail(ErrorCode::config_invalid, where + ": " + std::string(what));
}

tl::unexpected<Error> refuse_errno(const std::string& path, int error) {
  return refuse(path, std::string("cannot be read: ") + std::strerror(error));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// A comment begins at a "#" that stands first or after a blank, so that values may contain one.
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
  }
  return line;
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F;
  });
}

Result<std::optional<Line>> parse_line(std::string_view raw, const std::string& where) {
  if (has_control_character(raw) || !is_valid_utf8(raw))
    return refuse(where, "is not plain UTF-8 text");
  std::string_view line = trim(without_comment(raw));
  if (line.empty()) return std::nullopt;
  if (line.front() == '[')
    return refuse(where, "sections are not used; write whole keys such as 'network.url = …'");
  std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return refuse(where, "is not of the form 'key = value'");
  std::string_view key = trim(line.substr(0, equals));
  if (key.empty()) return refuse(where, "has no key before '='");
  return Line{std::string(key), std::string(trim(line.substr(equals + 1))), where};
}

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

Result<std::vector<Line>> parse_file(std::string_view text, const std::string& name) {
  std::vector<Line> out;
  std::map<std::string, std::string> seen;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view raw = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), raw.size() + 1));
    WS_TRY(auto line, parse_line(raw, name + ":" + std::to_string(number)));
    if (!line) continue;
    auto [first, fresh] = seen.emplace(line->key, line->origin);
    if (!fresh) return refuse(line->origin, line->key + " was given already at " + first->second);
    out.push_back(*std::move(line));
  }
  return out;
}

Result<std::string> read_file(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) return refuse_errno(path, errno);
  struct stat info{};
  if (::fstat(file.fd, &info) != 0) return refuse_errno(path, errno);
  if (!S_ISREG(info.st_mode)) return refuse(path, "is not a regular file");
  std::string out;
  char buffer[4096];
  for (;;) {
    ssize_t got = ::read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_errno(path, errno);
    if (got == 0) return out;
    out.append(buffer, static_cast<std::size_t>(got));
    if (out.size() > kLargestFile)
      return refuse(path, "is larger than a configuration can be (1 MiB)");
  }
}

Result<std::vector<std::string>> drop_in_files(const std::string& file) {
  std::size_t slash = file.rfind('/');
  std::string directory =
      (slash == std::string::npos ? std::string() : file.substr(0, slash + 1)) + "conf.d";
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), &::closedir);
  std::vector<std::string> out;
  if (!stream)
    return errno == ENOENT ? Result<std::vector<std::string>>(out) : refuse_errno(directory, errno);
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    std::string_view name = entry->d_name;
    if (name.ends_with(".conf") && !name.starts_with('.'))
      out.push_back(directory + "/" + entry->d_name);
    errno = 0;
  }
  if (errno != 0) return refuse_errno(directory, errno);
  std::ranges::sort(out);
  return out;
}

bool file_exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace wasphere::config
