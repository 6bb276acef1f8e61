// StanzaRouter: what happens to each stanza of a logged-in connection, and its acknowledgement. A
// stanza that the server wants acknowledged gets exactly one ack, after its effect is durable
// (protocol 1, 9).
#pragma once

#include <optional>

#include "daemon/session/key_keeper.h"
#include "daemon/session/offline_resume.h"

namespace wasphere::session {

class StanzaRouter {
 public:
  explicit StanzaRouter(Link link);

  // Nothing: go on. Stanzas are routed one at a time, in order of arrival.
  runtime::Task<std::optional<LinkEnd>> route(wire::Node stanza);
  KeyKeeper& keys() { return keys_; }

 private:
  using Ending = std::optional<LinkEnd>;

  runtime::Task<Ending> on_ib(wire::Node ib);
  runtime::Task<Ending> on_ib_child(wire::Node child);
  runtime::Task<Ending> on_notification(wire::Node notification);
  runtime::Task<Status> save_routing(const wire::Node* edge_routing);
  runtime::Task<> clean(std::string type, std::string timestamp);
  runtime::Task<Ending> on_traffic(wire::Node first);
  void acknowledge(const wire::Node& stanza);

  Link link_;
  KeyKeeper keys_;
  OfflineResume offline_;
};

}  // namespace wasphere::session
