#include "sandbox/embedded.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <future>
#include <optional>
#include <thread>

#include "sandbox/control.h"
#include "sandbox/host.h"

namespace wasphere::sandbox {
namespace {

// Signals of the process are for the thread that started us.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

struct EmbeddedSandbox::Runner {
  void run(const HostOptions& options, std::promise<Result<EmbeddedInfo>> started);

  boost::asio::io_context io{1};
  std::unique_ptr<Host> host;  // touched by the thread only
  std::thread thread;
};

void EmbeddedSandbox::Runner::run(const HostOptions& options,
                                  std::promise<Result<EmbeddedInfo>> started) {
  block_signals();
  auto made = Host::start(io, options);
  if (!made) return started.set_value(fail(std::move(made).error()));
  host = *std::move(made);
  const auto& info = host->info();
  started.set_value(EmbeddedInfo{info.url, info.noise_root, info.control});
  io.run();
}

EmbeddedSandbox::EmbeddedSandbox() = default;
EmbeddedSandbox::~EmbeddedSandbox() {
  stop();
}

Result<EmbeddedInfo> EmbeddedSandbox::start(const EmbeddedOptions& options) {
  if (runner_) return fail(ErrorCode::internal, "the sandbox runs already");
  runner_ = std::make_unique<Runner>();
  const HostOptions host_options{options.state_dir, options.control, options.listen};
  std::promise<Result<EmbeddedInfo>> promise;
  auto started = promise.get_future();
  runner_->thread = std::thread([runner = runner_.get(), host_options, &promise] {
    runner->run(host_options, std::move(promise));
  });
  auto info = started.get();
  if (!info) stop();
  return info;
}

void EmbeddedSandbox::stop() {
  if (!runner_) return;
  boost::asio::post(runner_->io, [runner = runner_.get()] {
    runner->host.reset();
    runner->io.stop();
  });
  runner_->thread.join();
  runner_.reset();
}

}  // namespace wasphere::sandbox
