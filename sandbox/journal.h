// An append-only file of what waits in mailboxes and of who wrote what, so that both survive the
// end of the process. Not flushed to the disk: a power cut may take the last moments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/util/result.h"
#include "sandbox/ledger.h"
#include "sandbox/mailbox.h"

namespace wasphere::sandbox {

class Journal {
 public:
  struct Waiting {
    std::uint64_t number = 0;
    wire::Jid device;
    Letter letter;
  };
  struct Authored {
    std::string account;
    std::string id;
    Ledger::Entry entry;
  };
  struct Contents {
    std::vector<Waiting> waiting;  // by ascending number
    std::vector<Authored> authored;
  };

  // Reads what an earlier process left; a record it did not finish is left out.
  static Result<Journal> open(const std::string& directory, Contents& left);
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  ~Journal();

  void put(std::uint64_t number, const wire::Jid& device, const Letter& letter);
  void taken(std::uint64_t number);
  void authored(const std::string& account, const std::string& id, const Ledger::Entry& entry);

  // True once most of the file is history: time for begin_anew().
  bool worn() const { return size_ > kLimit; }
  // Replaces the file by one with these contents.
  Status begin_anew(const Contents& contents);

 private:
  static constexpr std::size_t kLimit = 32U << 20;

  Journal(std::string path, int file) : path_(std::move(path)), file_(file) {}
  void append(BytesView record);

  std::string path_;
  int file_;
  std::size_t size_ = 0;
  bool failed_ = false;  // said once
};

}  // namespace wasphere::sandbox
