// The listening Unix socket under a LineServer: its file, its rights, and who had it before.
#pragma once

#include <sys/types.h>

#include <string>

#include "core/util/result.h"

namespace wasphere::runtime {

struct LineServerOptions;

// Owns the descriptor and the socket file. The file is removed only while it is still the one made
// here: a successor may have replaced it.
class ListeningSocket {
 public:
  // Binds options.path, or takes options.inherited_fd over. Errors: see serve_lines().
  static Result<ListeningSocket> open(const LineServerOptions& options);
  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  int release();  // gives the descriptor away; the file stays owned
  void remove_file();

 private:
  ListeningSocket(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  static Result<ListeningSocket> inherit(int fd);
  Status bind_file(const LineServerOptions& options);
  Status publish(const LineServerOptions& options);

  int fd_;
  std::string path_;  // empty: no file of ours
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace wasphere::runtime
