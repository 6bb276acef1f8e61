// What waits for one device, in order (protocol 2, section 8.5). A letter leaves only when its
// device has answered it; what was sent and not answered is sent again on the next connection.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "core/wire/node.h"

namespace wasphere::sandbox {

enum class LetterKind : std::uint8_t { message, receipt, notification };

struct Letter {
  LetterKind kind = LetterKind::message;
  // A copy of what another device of the same account sent: only a "sender" receipt answers it.
  bool own_copy = false;
  wire::Node stanza;  // without "offline"

  std::string id() const { return stanza.attr_or("id", ""); }
};

// Where a device takes its letters: its login, or a virtual device.
class Outlet {
 public:
  virtual ~Outlet() = default;
  // Must not call back into the mailbox.
  virtual void deliver(const wire::Node& stanza) = 0;
};

class Mailbox {
 public:
  using Removed = std::function<void(std::uint64_t number)>;

  // Sends it, if the device is there and has taken all that waited before. `number` ascends.
  void put(std::uint64_t number, Letter letter);
  // Takes out the letters with this id that `answered` accepts; how many. One of the backlog makes
  // room for another: there are clients that ask for a batch once or never, and still get all of it
  // (protocol 1, 7.5).
  std::size_t take(const std::string& id, const std::function<bool(const Letter&)>& answered,
                   const Removed& removed);

  void clear();

  // From now on `outlet` is where letters go: first the backlog, after begin(). Replaces another.
  void attach(Outlet& outlet);
  void detach(const Outlet& outlet);  // nothing if another is attached by now
  // The preview and the first few letters of the backlog; the rest comes as it is asked for.
  void begin();
  void allow(std::uint32_t count);
  void pause(bool paused);  // nothing is sent while the device is passive
  // Beside the queue, and only if the device is there.
  void pass(const wire::Node& stanza);
  bool attached() const { return outlet_ != nullptr; }
  std::size_t size() const { return letters_.size(); }
  const std::map<std::uint64_t, Letter>& letters() const { return letters_; }

 private:
  void pump();
  void send(const Letter& letter, bool offline);
  void finish_backlog();

  std::map<std::uint64_t, Letter> letters_;
  std::unordered_multimap<std::string, std::uint64_t> numbers_;  // by id
  Outlet* outlet_ = nullptr;
  bool begun_ = false;
  bool paused_ = false;
  bool backlog_done_ = false;
  std::uint64_t sent_ = 0;         // number of the letter sent last on this connection
  std::uint64_t backlog_end_ = 0;  // number of the last letter that was there at the start
  std::uint32_t backlog_size_ = 0;
  std::uint32_t allowed_ = 0;
};

}  // namespace wasphere::sandbox
