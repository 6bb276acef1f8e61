// The state directory: private to one user, used by one daemon at a time.
#pragma once

#include <string>

#include "core/util/result.h"
#include "daemon/store/private_file.h"

namespace wasphere::store {

// Holds the directory's lock for as long as it lives.
class StateDir {
 public:
  // Opens it, making its last component 0700 if it is missing. state_insecure if others may enter
  // it or own it, state_locked (naming the process) if another daemon uses it, io_error otherwise.
  // A symbolic link may lead to it, as service managers do that; what counts is where it leads.
  static Result<StateDir> open(const std::string& path);

  const std::string& path() const { return path_; }  // absolute, without symbolic links
  FileName file(const std::string& name) const {
    return {directory_.get(), name, path_ + "/" + name};
  }
  const Fd& descriptor() const { return directory_; }

 private:
  StateDir(std::string path, Fd directory, Fd lock)
      : path_(std::move(path)), directory_(std::move(directory)), lock_(std::move(lock)) {}

  std::string path_;
  Fd directory_;
  Fd lock_;
};

}  // namespace wasphere::store
