// OfflineResume: fetches the backlog that gathered while we were away, batch by batch (protocol
// 1, 7.5).
#pragma once

#include <memory>

#include "core/wire/node.h"
#include "daemon/session/link.h"

namespace wasphere::session {

class OfflineResume {
 public:
  explicit OfflineResume(Link link);

  void on_preview(std::uint64_t waiting);    // <ib><offline_preview count>
  void on_stanza(const wire::Node& stanza);  // any; those of the backlog carry `offline`
  void on_end();                             // <ib><offline>
  bool running() const { return running_; }

 private:
  void ask();

  Link link_;
  std::unique_ptr<runtime::Timer> next_batch_;
  std::unique_ptr<runtime::Timer> give_up_;
  bool running_ = false;
  bool waiting_ = false;    // for the time of the next batch
  unsigned unhandled_ = 0;  // asked for, as far as not handled yet
};

}  // namespace wasphere::session
