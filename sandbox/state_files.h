// A private directory of small files, each replaced as a whole: temporary file, fsync, rename.
// After write() returns, the content survives the process, however it ends; after a power cut a
// file is the old or the new one, never half. One process at a time. Loop thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"

namespace wasphere::sandbox {

class StateFiles {
 public:
  // Makes the directory and its subfolders (0700). state_locked if another process holds it,
  // state_insecure if others may read it.
  static Result<StateFiles> open(std::string directory, const std::vector<std::string>& folders);
  StateFiles(StateFiles&& other) noexcept;
  StateFiles& operator=(StateFiles&&) = delete;
  ~StateFiles();

  // Names are relative: "server.json", "devices/1_2.json".
  Result<std::optional<std::string>> read(const std::string& name) const;
  Status write(const std::string& name, std::string_view text);
  Status remove(const std::string& name);  // fine if there is none
  // Names of the finished files of a folder, sorted.
  Result<std::vector<std::string>> list(const std::string& folder) const;
  const std::string& directory() const { return directory_; }

 private:
  StateFiles(std::string directory, int lock) : directory_(std::move(directory)), lock_(lock) {}
  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  std::string directory_;
  int lock_;
};

}  // namespace wasphere::sandbox
