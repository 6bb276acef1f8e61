// One WebSocket connection of the client: from URL to end. Private to daemon/net.
#pragma once

#include <boost/asio/io_context.hpp>
#include <list>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "daemon/net/lws_transport.h"
#include "daemon/net/resolver.h"
#include "daemon/net/ws_url.h"
#include "daemon/runtime/lws_loop.h"

struct lws;
struct lws_context;

namespace wasphere::net {

class LwsConnection;

// What the connections of one factory share.
struct LwsClient {
  LwsClient(boost::asio::io_context& context, runtime::Clock& time, LwsTransportConfig settings)
      : io(context), clock(time), config(std::move(settings)), resolver(context), loop(context) {}

  boost::asio::io_context& io;
  runtime::Clock& clock;
  LwsTransportConfig config;
  Resolver resolver;
  Bytes scratch;  // one message on its way to libwebsockets, with the room it wants in front
  std::unordered_set<LwsConnection*> connections;
  runtime::LwsLoop loop;
  lws_context* context = nullptr;
};

// Shared: callbacks and posted handlers keep it alive while they run, so that its owner may drop it
// inside any of them.
class LwsConnection final : public std::enable_shared_from_this<LwsConnection> {
 public:
  static std::shared_ptr<LwsConnection> open(LwsClient& client, const Endpoint& endpoint,
                                             TransportEvents events);
  LwsConnection(LwsClient& client, TransportEvents events);

  void send(Bytes message);
  void close();
  void drop();  // at once and silently; `client` is not used afterwards

  // The protocol callback of libwebsockets, for every connection of the client.
  static int on_lws_event(lws* wsi, int reason, void* user, void* in, std::size_t size);

 private:
  enum class State : std::uint8_t { resolving, connecting, open, closing, gone };

  void start(const std::string& url);
  void resolve();
  void try_next_address();
  bool dial(const std::string& address);
  void attempt_failed(Error error);
  void on_deadline();
  runtime::Duration time_left() const;

  int handle(int reason, void* user, void* in, std::size_t size);
  int add_headers(void* position, std::size_t room);
  void note_certificate_error(void* store);
  void on_established();
  void on_received(BytesView bytes);
  int on_writable();
  bool write(BytesView payload, int kind);
  int on_close_frame(BytesView payload);
  void on_connect_error(const std::string& reason);
  Error connect_error(const std::string& reason) const;
  void on_lws_end();

  void want_to_write();
  void let_go();
  void forget();
  void stop();
  void end(Error error);
  std::string where() const;

  LwsClient& client_;
  TransportEvents events_;
  State state_ = State::resolving;
  WsUrl url_;
  std::shared_ptr<void> lookup_;
  std::vector<std::string> addresses_;  // still to be tried, best last
  std::string address_;                 // being tried
  std::unique_ptr<runtime::Timer> timer_;
  runtime::SteadyTime deadline_;
  lws* wsi_ = nullptr;
  bool dialling_ = false;  // inside the call that starts a connection
  bool text_ignored_ = false;
  bool close_sent_ = false;
  std::string certificate_error_;
  std::string close_reason_;
  std::list<Bytes> queue_;  // a deque would hold half a kilobyte while it is empty
};

}  // namespace wasphere::net
