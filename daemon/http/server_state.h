// Inside the listener: what its connections share.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <list>
#include <memory>

#include "daemon/http/byte_stream.h"
#include "daemon/http/server.h"
#include "daemon/runtime/async_event.h"

namespace wasphere::http {

class Connection;

struct Server::State {
  State(boost::asio::io_context& for_io, Desk& for_desk, events::EventFeed& for_feed,
        ServerOptions for_options)
      : io(for_io), desk(for_desk), feed(for_feed), options(std::move(for_options)) {}

  boost::asio::io_context& io;
  Desk& desk;
  events::EventFeed& feed;
  ServerOptions options;
  std::unique_ptr<boost::asio::ssl::context> tls{};
  std::string endpoint{};
  std::list<std::weak_ptr<Connection>> connections{};
  std::size_t live = 0;  // connections that have not ended
  ServerCounts counts{};
  std::map<std::string, std::size_t> streams_by_key{};
  bool stopping = false;
  runtime::AsyncEvent idle{};  // set when the last connection has ended
  std::function<void()> accept{};
  std::function<void()> close_acceptor{};
};

}  // namespace wasphere::http
