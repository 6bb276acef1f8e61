// Login: a linked device's connection, from <success> through the post-login work to the end of the
// stream (protocol 1, sections 7 and 8).
#pragma once

#include <memory>
#include <optional>

#include "daemon/session/link.h"
#include "daemon/session/stanza_router.h"

namespace wasphere::session {

class Login {
 public:
  explicit Login(Link link);

  runtime::Task<LinkEnd> run();

 private:
  runtime::Task<Status> on_success(wire::Node success);
  runtime::Task<> after_success();
  runtime::Task<Status> become_connected();
  runtime::Task<> announce();
  runtime::Task<> rotate_key();
  runtime::Task<> forget_attempts();

  Link link_;
  StanzaRouter router_;
  bool logged_in_ = false;
  std::int64_t server_offset_ms_ = 0;
  std::unique_ptr<runtime::Timer> stable_;  // until the attempt counter is forgotten
};

}  // namespace wasphere::session
