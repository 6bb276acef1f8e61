#include "daemon/runtime/lws_loop.h"

#include <libwebsockets.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <future>
#include <string>
#include <thread>

#include "tests/support/run_until.h"

namespace wasphere::runtime {
namespace {

namespace asio = boost::asio;
using test::run_until;

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    static_cast<void>(entry);
    ++count;
  }
  return count;
}

// What both ends saw. The server sends back what it gets; the client sends "ping" when open.
struct World {
  std::string client_got;
  bool server_accepted = false;
  bool client_gone = false;
  int wsis_destroyed = 0;
};

World& world_of(lws* wsi) {
  return *static_cast<World*>(lws_context_user(lws_get_context(wsi)));
}

void write_text(lws* wsi, std::string_view text) {
  unsigned char buffer[LWS_PRE + 64];
  std::memcpy(buffer + LWS_PRE, text.data(), text.size());
  lws_write(wsi, buffer + LWS_PRE, text.size(), LWS_WRITE_BINARY);
}

int on_event(lws* wsi, lws_callback_reasons reason, void*, void* in, std::size_t size) {
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      world_of(wsi).server_accepted = true;
      break;
    case LWS_CALLBACK_RECEIVE:
      write_text(wsi, {static_cast<const char*>(in), size});
      break;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      lws_callback_on_writable(wsi);
      break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      write_text(wsi, "ping");
      break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      world_of(wsi).client_got.append(static_cast<const char*>(in), size);
      break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
      world_of(wsi).client_gone = true;
      break;
    case LWS_CALLBACK_WSI_DESTROY:
      ++world_of(wsi).wsis_destroyed;
      break;
    default:
      break;
  }
  return 0;
}

const lws_protocols kProtocols[] = {{"test", on_event, 0, 4096, 0, nullptr, 0}, {}};

lws_context_creation_info server_info(World& world, int port) {
  lws_context_creation_info info{};
  info.port = port;
  info.iface = "127.0.0.1";
  info.protocols = kProtocols;
  info.user = &world;
  return info;
}

lws_context_creation_info client_info(World& world) {
  auto info = server_info(world, CONTEXT_PORT_NO_LISTEN);
  info.iface = nullptr;
  info.timeout_secs = 1;
  return info;
}

lws* connect(lws_context* context, int port) {
  lws_client_connect_info to{};
  to.context = context;
  to.address = "127.0.0.1";
  to.host = "127.0.0.1";
  to.port = port;
  to.path = "/";
  to.local_protocol_name = "test";
  return lws_client_connect_via_info(&to);
}

int port_of(lws_context* context) {
  return lws_get_vhost_listen_port(lws_get_vhost_by_name(context, "default"));
}

TEST_CASE("a server and a client context echo inside one Asio loop") {
  asio::io_context io;
  World server_world;
  World client_world;
  {
    LwsLoop server(io);
    LwsLoop client(io);
    auto info = server_info(server_world, 0);
    auto* const listening = server.create_context(info);
    REQUIRE(listening != nullptr);
    auto client_options = client_info(client_world);
    auto* const context = client.create_context(client_options);
    REQUIRE(context != nullptr);
    REQUIRE(connect(context, port_of(listening)) != nullptr);
    client.kick_timers();
    REQUIRE(run_until(io, [&] { return client_world.client_got == "ping"; }));
    CHECK(server_world.server_accepted);
    // Idle loops rest: a handful of handlers, where a loop that spins runs thousands.
    io.restart();
    CHECK(io.run_for(std::chrono::milliseconds(100)) < 30);
  }
  CHECK(client_world.client_gone);
  CHECK(client_world.wsis_destroyed > 0);
}

TEST_CASE("two loops on two threads do not disturb each other") {
  std::promise<int> port;
  std::atomic<bool> stop = false;
  std::thread other([&] {
    asio::io_context io;
    World world;
    LwsLoop server(io);
    auto info = server_info(world, 0);
    port.set_value(port_of(server.create_context(info)));
    while (!stop) io.run_one_for(std::chrono::milliseconds(5));
  });
  asio::io_context io;
  World world;
  {
    LwsLoop client(io);
    auto info = client_info(world);
    auto* const context = client.create_context(info);
    CHECK(connect(context, port.get_future().get()) != nullptr);
    client.kick_timers();
    CHECK(run_until(io, [&] { return world.client_got == "ping"; }));
  }
  stop = true;
  other.join();
}

TEST_CASE("one loop has one context") {
  asio::io_context io;
  World world;
  LwsLoop loop(io);
  auto info = client_info(world);
  CHECK(loop.create_context(info) != nullptr);
  CHECK(loop.create_context(info) == nullptr);
}

TEST_CASE("a loop may end right after it began, with handlers still queued") {
  asio::io_context io;
  World world;
  {
    LwsLoop loop(io);
    auto info = client_info(world);
    REQUIRE(loop.create_context(info) != nullptr);
    loop.kick_timers();
  }
  {
    LwsLoop unused(io);
  }
  CHECK(io.run() > 0);
}

TEST_CASE("a timeout set outside callbacks fires after kick_timers") {
  asio::io_context io;
  World server_world;
  World client_world;
  LwsLoop server(io);
  LwsLoop client(io);
  auto info = server_info(server_world, 0);
  auto* const listening = server.create_context(info);
  REQUIRE(listening != nullptr);
  auto client_options = client_info(client_world);
  auto* const context = client.create_context(client_options);
  lws* const wsi = connect(context, port_of(listening));
  client.kick_timers();
  REQUIRE(run_until(io, [&] { return !client_world.client_got.empty(); }));
  lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
  client.kick_timers();
  CHECK(run_until(io, [&] { return client_world.client_gone; }));
}

TEST_CASE("a server context on a taken port is refused, and its loop ends cleanly") {
  asio::io_context io;
  World world;
  LwsLoop holder(io);
  auto info = server_info(world, 0);
  auto* const listening = holder.create_context(info);
  REQUIRE(listening != nullptr);
  World other;
  LwsLoop loop(io);
  auto taken = server_info(other, port_of(listening));
  CHECK(loop.create_context(taken) == nullptr);
}

TEST_CASE("descriptors return to the base") {
  asio::io_context io;
  World world;
  LwsLoop holder(io);
  auto info = server_info(world, 0);
  auto* const listening = holder.create_context(info);
  REQUIRE(listening != nullptr);
  const int port = port_of(listening);
  const auto round = [&] {
    World other;
    LwsLoop loop(io);
    auto options = client_info(other);
    auto* const context = loop.create_context(options);
    connect(context, port);
    loop.kick_timers();
    run_until(io, [&] { return !other.client_got.empty(); });
  };
  round();
  io.restart();
  io.poll();
  const auto base = open_descriptors();
  for (int i = 0; i < 20; ++i) round();
  const auto accepted_closed = [&] { return open_descriptors() <= base; };
  CHECK(run_until(io, accepted_closed));
}

}  // namespace
}  // namespace wasphere::runtime
