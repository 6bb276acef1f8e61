#include "sandbox/host.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/crypto/system_rng.h"
#include "core/util/encoding.h"
#include "daemon/runtime/log.h"
#include "daemon/runtime/worker_pool.h"
#include "sandbox/contacts.h"
#include "sandbox/control.h"
#include "sandbox/network.h"
#include "sandbox/phone.h"
#include "sandbox/phone_desk.h"
#include "sandbox/websocket_server.h"

namespace wasphere::sandbox {
namespace {

constexpr mode_t kControlMode = 0660;

runtime::Task<> run_offloaded(runtime::WorkerPool& pool, std::function<void()> work,
                              std::function<void()> then) {
  co_await runtime::run_on(pool, std::move(work));
  then();
}

Result<ServerKeys> load_or_make_keys(ServerState& state, Rng& rng) {
  WS_TRY(auto keys, state.load_keys());
  if (keys) return *std::move(keys);
  auto made = Certificates::make_keys(rng);
  WS_CHECK(state.save(made));
  return made;
}

}  // namespace

// In order of construction: each part refers only to earlier ones.
struct Host::Parts {
  Parts(boost::asio::io_context& context, StateFiles state_files)
      : io(context), clock(context), files(std::move(state_files)) {}

  Status assemble(const HostOptions& options);
  Offload offload();

  boost::asio::io_context& io;
  crypto::SystemRng rng;
  runtime::SystemClock clock;
  StateFiles files;
  ServerState server_state{files};
  PhoneState phone_state{files};
  HandsetState handset_state{files};
  std::optional<World> world;
  std::optional<GroupBook> groups;
  std::optional<Certificates> certificates;
  std::optional<Journal> journal;
  std::optional<Network> network;
  std::optional<PhoneDesk> desk;
  std::unique_ptr<Phones> phones;
  std::unique_ptr<Contacts> contacts;
  SandboxInfo info;
  std::unique_ptr<WebSocketServer> endpoint;
  std::optional<Control> control;
  std::unique_ptr<rpc::RpcServer> rpc;
  runtime::WorkerPool pool{1};  // last: its jobs use the phones
};

Offload Host::Parts::offload() {
  return [this](std::function<void()> work, std::function<void()> then) {
    boost::asio::co_spawn(io, run_offloaded(pool, std::move(work), std::move(then)),
                          boost::asio::detached);
  };
}

Status Host::Parts::assemble(const HostOptions& options) {
  WS_TRY(const auto address, parse_listen_address(options.listen));
  WS_TRY(auto keys, load_or_make_keys(server_state, rng));
  WS_TRY(auto loaded, World::load(server_state));
  world.emplace(std::move(loaded));
  certificates.emplace(std::move(keys), clock, rng);
  WS_TRY(auto known_groups, GroupBook::load(server_state));
  groups.emplace(std::move(known_groups));
  network.emplace(*world, *groups, *certificates, clock, rng);
  Journal::Contents left;
  WS_TRY(auto opened, Journal::open(files.directory(), left));
  journal.emplace(std::move(opened));
  network->post.keep_in(*journal, std::move(left));
  desk.emplace(*network);
  WS_TRY(phones, Phones::load(phone_state, {*desk, network->faults, clock, rng, offload()}));
  WS_TRY(contacts, Contacts::load(handset_state, *phones, {*desk, clock, rng}));
  WS_TRY(endpoint, WebSocketServer::listen(io, *network, address));
  info = {endpoint->url(), to_hex(certificates->root()), options.control};
  control.emplace(*network, *phones, *contacts, clock, info);
  rpc::RpcServerOptions server;
  server.socket.path = options.control;
  server.socket.mode = kControlMode;
  server.admit = [](const runtime::Peer&) { return true; };  // the socket's mode and group decide
  WS_TRY(rpc, rpc::RpcServer::start(
                  io, clock, rng,
                  rpc::make_methods<ipc::SandboxCommands>(*control, ipc::sandbox_commands()),
                  std::move(server)));
  runtime::log_info("sandbox", "listening on {}, {} phones, {} linked devices", info.url,
                    phones->all().size(), world->device_count());
  return {};
}

Host::Host(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Host::~Host() = default;
const SandboxInfo& Host::info() const {
  return parts_->info;
}

Result<std::unique_ptr<Host>> Host::start(boost::asio::io_context& io, const HostOptions& options) {
  WS_TRY(auto files, StateFiles::open(options.state_dir, state_folders()));
  auto parts = std::make_unique<Parts>(io, std::move(files));
  WS_CHECK(parts->assemble(options));
  return std::unique_ptr<Host>(new Host(std::move(parts)));
}

}  // namespace wasphere::sandbox
