// Small files and directories that belong to the daemon's user alone. Nothing here follows a
// symbolic link in the last component of a name.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere::store {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

// A name inside an open directory, and the whole path for messages.
struct FileName {
  int directory = -1;
  std::string name;
  std::string shown;
};

enum class Trust : std::uint8_t {
  own,         // owned by us, nothing for group and others
  credential,  // placed by the service manager: root may own it and an ACL may show as group bits
};

// state_insecure, with the command that mends it, unless the open file is as private as `trust`
// asks.
wasphere::Status check_private(const Fd& file, const std::string& shown, Trust trust = Trust::own);

// Nothing if there is no such file. state_insecure as above; io_error with the reason otherwise. At
// most `limit` + 1 bytes, so that the caller sees when it is too long.
Result<std::optional<Bytes>> read_private(const FileName& file, std::size_t limit,
                                          Trust trust = Trust::own);
// Makes the file 0600 with these contents so that it is whole on the disk, or not there, after a
// crash. io_error if it exists.
wasphere::Status create_private(const FileName& file, BytesView contents);
// Opens the directory, making it 0700 if it is missing.
Result<Fd> open_private_directory(const FileName& directory);
// Overwrites the file, as far as a file system lets us, and removes it. No error if it is missing.
wasphere::Status destroy_file(const FileName& file);
// Makes names that were added to or removed from the directory last.
wasphere::Status sync_directory(const Fd& directory, const std::string& shown);

// "…: No space left on device" as storage_unavailable, other reasons as io_error.
Error system_error(int error, const std::string& doing);

}  // namespace wasphere::store
