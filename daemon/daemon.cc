#include "daemon/daemon.h"

#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <memory>

#include "core/crypto/system_rng.h"
#include "core/util/encoding.h"
#include "core/util/version.h"
#include "daemon/api/api.h"
#include "daemon/api/event_json.h"
#include "daemon/api/methods.h"
#include "daemon/housekeeping.h"
#include "daemon/net/lws_transport.h"
#include "daemon/peer_policy.h"
#include "daemon/rest.h"
#include "daemon/runtime/async_event.h"
#include "daemon/runtime/log.h"
#include "daemon/runtime/sd_notify.h"
#include "daemon/runtime/worker_pool.h"
#include "daemon/session/session_manager.h"
#include "daemon/store/open_store.h"
#include "daemon/store/store.h"
#include "daemon/watchdog.h"
#include "daemon/webhook/station.h"
#include "sandbox/embedded.h"

namespace wasphere {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kWorkers = 2;
// A plain browser, as the profile that registration sends (stanza::ClientProfile).
constexpr const char* kUserAgent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36";

session::SessionOptions session_options(const config::Config& config) {
  session::SessionOptions out;
  out.endpoint.url = config.network.url;
  out.noise_root = config.network.noise_root;
  out.reconnect.attempts = config.reconnect.attempts;
  out.reconnect.base = runtime::Duration(config.reconnect.base_ms);
  out.reconnect.slow_after_exhaustion =
      config.reconnect.after_exhaustion == config::AfterExhaustion::slow;
  out.max_sessions = static_cast<std::size_t>(config.sessions.max);
  return out;
}

store::StoreOptions store_options(const config::Config& config) {
  store::StoreOptions out;
  out.network_stamp = config::network_stamp(config);
  out.key_file = config.key_file;
  out.key_credential = config.key_credential;
  out.max_page_count = config.store.max_pages;
  return out;
}

webhook::StationOptions webhook_options(const config::Config& config) {
  constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
  webhook::StationOptions out;
  out.guard = {config.ssrf.allow_cidrs, config.ssrf.allow_ipv6};
  out.retention.dead_ms = config.webhooks.dead_letter_days * kDayMs;
  out.retention.delivered_ms = config.webhooks.log_days * kDayMs;
  out.user_agent = "wasphered/" + std::string(kVersion);
  return out;
}

runtime::LogOptions log_options(const config::Config& config) {
  runtime::LogOptions out;
  out.level = config.log.level;
  out.format = config.log.format;
  return out;
}

std::string directory_of(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// Starts the embedded sandbox and points the configuration at it.
Result<std::string> embed_sandbox(sandbox::EmbeddedSandbox& embedded, config::Config& config,
                                  const store::StateDir& state) {
  sandbox::EmbeddedOptions options;
  options.state_dir = state.path() + "/sandbox";
  options.control = directory_of(config.rpc.socket) + "/sandbox.sock";
  WS_TRY(sandbox::EmbeddedInfo info, embedded.start(options));
  const auto root = from_hex(info.noise_root);
  const auto key = root ? to_array<32>(*root) : std::nullopt;
  if (!key) return fail(ErrorCode::internal, "the sandbox has no root key");
  config.network.url = info.url;
  config.network.noise_root = *key;
  return info.control;
}

void notify(const std::string& state) {
  auto sent = runtime::sd_notify(state);
  if (!sent)
    runtime::log_warning("daemon", "the service manager was not told: {}", sent.error().message);
}

runtime::Task<Result<std::string>> call_after(runtime::AsyncEvent& event, const rpc::Method& method,
                                              rpc::Call call,
                                              std::shared_ptr<const nlohmann::json> params) {
  co_await event.wait();
  co_return co_await method(std::move(call), std::move(params));
}

// The same methods, none of which begins before the event: a client that connects during the start
// must not be told that its session does not exist.
rpc::MethodTable after(runtime::AsyncEvent& event, rpc::MethodTable table) {
  for (auto& [name, method] : table.methods) {
    rpc::Method inner = std::move(method);
    method = [&event, inner = std::move(inner)](rpc::Call call,
                                                std::shared_ptr<const nlohmann::json> params) {
      return call_after(event, inner, std::move(call), std::move(params));
    };
  }
  return table;
}

class Daemon {
 public:
  static Result<std::unique_ptr<Daemon>> open(DaemonOptions options);
  ExitStatus run();

 private:
  explicit Daemon(DaemonOptions options) : options_(std::move(options)) {}
  Status open_state();
  Status assemble();
  Status listen();
  api::DaemonFacts facts() const;
  runtime::Task<Status> load();
  runtime::Task<> start();
  runtime::Task<> stop();
  void watch_signals();
  void watch_over();
  void reload();
  void reload_settings();

  // In the order of construction; destruction runs the other way.
  DaemonOptions options_;
  asio::io_context io_{1};
  runtime::SystemClock clock_{io_};
  crypto::SystemRng rng_;
  std::optional<store::StateDir> state_;
  sandbox::EmbeddedSandbox sandbox_;
  std::string sandbox_control_;
  std::unique_ptr<store::Store> store_;
  runtime::WorkerPool pool_{kWorkers};
  api::JsonEncoder encoder_{rng_};
  std::unique_ptr<net::TransportFactory> transports_;
  std::unique_ptr<session::SessionManager> sessions_;
  std::unique_ptr<events::EventFeed> feed_;
  std::unique_ptr<api::KeyBook> keys_;
  std::unique_ptr<api::AuditLog> audit_;
  std::unique_ptr<webhook::Station> webhooks_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<Watchdog> watchdog_;
  runtime::AsyncEvent loaded_;  // keys and sessions are there, or never will be
  std::unique_ptr<rpc::RpcServer> server_;
  std::unique_ptr<RestListener> rest_;
  asio::signal_set signals_{io_, SIGTERM, SIGINT, SIGHUP};
  std::optional<runtime::Duration> watchdog_period_;
  bool stopping_ = false;
  ExitStatus status_ = ExitStatus::ok;
};

Result<std::unique_ptr<Daemon>> Daemon::open(DaemonOptions options) {
  runtime::configure_log(log_options(options.config));
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(options)));
  WS_CHECK(daemon->open_state());
  WS_CHECK(daemon->assemble());
  WS_CHECK(daemon->listen());
  return daemon;
}

Status Daemon::open_state() {
  config::Config& config = options_.config;
  WS_TRY(state_, store::StateDir::open(config.state_dir));
  if (options_.embed_sandbox) {
    WS_TRY(sandbox_control_, embed_sandbox(sandbox_, config, *state_));
  }
  WS_TRY(store_, store::open_store(io_, *state_, store_options(config)));
  return {};
}

Status Daemon::assemble() {
  const config::Config& config = options_.config;
  net::LwsTransportConfig transport;
  transport.user_agent = kUserAgent;
  WS_TRY(transports_, net::make_lws_transport_factory(io_, clock_, std::move(transport)));
  session::Services services{*store_, *transports_, clock_, rng_, pool_, encoder_};
  sessions_ = std::make_unique<session::SessionManager>(io_.get_executor(), services,
                                                        session_options(config));
  feed_ = std::make_unique<events::EventFeed>(io_, *store_, clock_);
  keys_ = std::make_unique<api::KeyBook>(io_.get_executor(), *store_, clock_);
  audit_ = std::make_unique<api::AuditLog>(io_.get_executor(), *store_, clock_, rng_);
  webhook::StationServices for_webhooks{io_, *store_, clock_, rng_, encoder_};
  WS_TRY(webhooks_, webhook::Station::open(for_webhooks, webhook_options(config)));
  store_->on_events = [this](std::int64_t newest) {
    feed_->wake(newest);
    webhooks_->wake();
  };
  api::ApiServices for_api{*sessions_, *feed_, *keys_, *audit_, *store_, webhooks_->webhooks(),
                           clock_,     rng_,   {},     {}};
  for_api.advance_clock = [this](runtime::Duration by) { clock_.advance(by); };
  for_api.collectors.push_back([this](api::MetricsText& out) {
    if (rest_) rest_->collect(out);
  });
  api_ = std::make_unique<api::Api>(std::move(for_api), facts());
  housekeeping_ = std::make_unique<Housekeeping>(
      io_, clock_, *store_, RetentionLimits{config.events, config.messages, config.audit});
  return {};
}

api::DaemonFacts Daemon::facts() const {
  const config::Config& config = options_.config;
  api::DaemonFacts facts;
  facts.version = kVersion;
  facts.sandbox = config::network_stamp(config) != "whatsapp";
  facts.noise_root = to_hex(config.network.noise_root);
  facts.state_dir = state_->path();
  facts.started_at = runtime::unix_millis(clock_);
  facts.sandbox_control = sandbox_control_;
  facts.public_url = config.rest.public_url;
  facts.audit_days = config.audit.retention_days;
  facts.event_days = config.events.retention_days;
  facts.rate_per_key = config.rest.rate_per_key;
  facts.rate_per_address = config.rest.rate_per_address;
  facts.max_sessions = config.sessions.max;
  return facts;
}

Status Daemon::listen() {
  const config::Config& config = options_.config;
  WS_TRY(PeerPolicy policy, PeerPolicy::for_group(config.rpc.group));
  rpc::RpcServerOptions options;
  options.socket.path = config.rpc.socket;
  options.socket.mode = config.rpc.mode;
  if (!config.rpc.group.empty()) options.socket.group = policy.group();
  int http_fd = -1;
  WS_TRY(watchdog_period_, runtime::watchdog_period());
  WS_TRY(auto inherited, runtime::listen_fds());
  for (const runtime::ListenFd& socket : inherited) {
    if (socket.name == "rpc") options.socket.inherited_fd = socket.fd;
    if (socket.name == "http") http_fd = socket.fd;
  }
  options.admit = [policy](const runtime::Peer& peer) { return policy.admits(peer); };
  options.on_closed = [this](const runtime::LineConnection& connection) {
    api_->connection_closed(connection);
  };
  WS_TRY(server_, rpc::RpcServer::start(io_, clock_, rng_,
                                        after(loaded_, api::methods(*api_, *audit_, clock_)),
                                        std::move(options)));
  RestServices services{io_, *api_, *keys_, *audit_, *sessions_, *feed_, *store_, clock_, rng_};
  WS_TRY(rest_, RestListener::start(services, config.rest, http_fd));
  return {};
}

runtime::Task<Status> Daemon::load() {
  auto keys = co_await keys_->load();
  if (!keys) co_return fail(std::move(keys).error());
  auto webhooks = co_await webhooks_->start();
  if (!webhooks || stopping_) co_return webhooks;
  co_return co_await sessions_->start();
}

runtime::Task<> Daemon::start() {
  auto newest = co_await last_event(*store_);
  if (newest) feed_->wake(*newest);
  auto started = co_await load();
  if (stopping_) co_return;  // somebody was faster than the start
  if (!started) {
    runtime::log_error("daemon", "cannot start: {}", started.error().message);
    status_ = exit_status_for(started.error().code);
    co_await stop();
    co_return;
  }
  loaded_.set();
  watch_over();
  notify("READY=1\nSTATUS=" + std::to_string(sessions_->list().size()) + " sessions");
  if (rest_) rest_->accept();
  if (rest_) runtime::log_info("daemon", "REST is answered on {}", rest_->endpoint());
  runtime::log_info("daemon", "wasphered {} is ready on {}", kVersion, options_.config.rpc.socket);
}

runtime::Task<> Daemon::stop() {
  if (stopping_) co_return;
  stopping_ = true;
  notify("STOPPING=1");
  runtime::log_info("daemon", "stopping");
  server_->stop_accepting();
  if (rest_) rest_->stop_accepting();
  housekeeping_->stop();
  if (watchdog_) watchdog_->stop();
  co_await sessions_->stop();
  co_await webhooks_->stop();
  loaded_.set();
  co_await server_->drain();
  if (rest_) co_await rest_->drain();
  co_await audit_->flush();
  io_.stop();
}

// Not fed while stopping: the time for that is limited in another way (TimeoutStopSec=).
void Daemon::watch_over() {
  if (watchdog_period_)
    watchdog_ = std::make_unique<Watchdog>(io_, clock_, *store_, *watchdog_period_,
                                           [] { notify("WATCHDOG=1"); });
}

void Daemon::reload() {
  const auto since_boot = clock_.now_steady().time_since_epoch();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count();
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(micros));
  reload_settings();
  notify("READY=1");
}

void Daemon::reload_settings() {
  auto config = options_.reload ? options_.reload() : Result<config::Config>(options_.config);
  if (!config) {
    runtime::log_error("daemon", "the configuration was not reloaded: {}", config.error().message);
    return;
  }
  runtime::configure_log(log_options(*config));
  runtime::log_info("daemon",
                    "log settings reloaded; other settings take effect at the next start");
}

void Daemon::watch_signals() {
  signals_.async_wait([this](const boost::system::error_code& failed, int signal) {
    if (failed) return;
    if (signal == SIGHUP) {
      reload();
    } else {
      asio::co_spawn(io_, stop(), asio::detached);
    }
    watch_signals();
  });
}

ExitStatus Daemon::run() {
  watch_signals();
  asio::co_spawn(io_, start(), asio::detached);
  io_.run();
  // Results of the store's last jobs still come through the loop.
  store_->stop();
  io_.restart();
  io_.poll();
  server_.reset();
  rest_.reset();
  runtime::log_info("daemon", "stopped");
  return status_;
}

}  // namespace

Result<ExitStatus> run_daemon(DaemonOptions options) {
  // Two arenas are plenty for one busy thread, and save megabytes.
  mallopt(M_ARENA_MAX, 2);
  WS_TRY(auto daemon, Daemon::open(std::move(options)));
  return daemon->run();
}

}  // namespace wasphere
