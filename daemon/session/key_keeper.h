// KeyKeeper: the server always has one-time pre-keys of ours to hand out (protocol 1, section 7.4).
#pragma once

#include <vector>

#include "core/stanza/prekeys.h"
#include "daemon/session/link.h"

namespace wasphere::session {

class KeyKeeper {
 public:
  explicit KeyKeeper(Link link) : link_(std::move(link)) {}

  // At login: asks how many the server has, and fills up if they are few.
  runtime::Task<Status> check();
  // The server says that it has few left. It may have said so before the last upload.
  runtime::Task<Status> on_low();
  void stop() { before_retry_.cut(); }  // the connection has ended

 private:
  runtime::Task<Status> fill();
  runtime::Task<Status> upload(std::vector<stanza::PublicPreKey> keys);
  runtime::Task<Status> upload_once(const std::vector<stanza::PublicPreKey>* keys);
  runtime::Task<Result<std::vector<stanza::PublicPreKey>>> reserve(std::uint32_t count);

  Link link_;
  runtime::AsyncMutex filling_;
  bool enough_ = false;  // when it was asked last
  runtime::Pause before_retry_;
};

}  // namespace wasphere::session
