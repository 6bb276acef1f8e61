// Operations on the daemon itself.
#include <unistd.h>

#include "daemon/api/api.h"
#include "daemon/api/views.h"

namespace wasphere::api {
Api::Api(ApiServices services, DaemonFacts facts)
    : services_(std::move(services)), facts_(std::move(facts)) {}

Api::Answer<ipc::DaemonInfo> Api::handle(Call, ipc::DaemonInfoGet) {
  ipc::DaemonInfo info;
  info.version = facts_.version;
  info.network = facts_.sandbox ? "sandbox" : "whatsapp";
  info.noiseRoot = facts_.noise_root;
  info.stateDir = facts_.state_dir;
  info.pid = getpid();
  info.startedAt = runtime::iso8601(facts_.started_at);
  info.uptimeMs = now_ms() - facts_.started_at;
  for (const session::SessionSnapshot& snapshot : services_.sessions.list())
    count_session(info.sessions, snapshot.row.status);
  info.features = {"link.qr", "link.code", "events.resume", "messages.text", "messages.queue"};
  if (facts_.sandbox) info.features.push_back("debug.clock");
  if (!facts_.sandbox_control.empty()) info.sandbox.emplace().control = facts_.sandbox_control;
  co_return info;
}

Api::Answer<ipc::Pong> Api::handle(Call, ipc::DaemonPing) {
  ipc::Pong pong;
  pong.time = runtime::iso8601(now_ms());
  pong.version = facts_.version;
  co_return pong;
}

Api::Answer<ipc::ClockView> Api::handle(Call, ipc::DebugAdvanceClock request) {
  if (!facts_.sandbox)
    co_return fail(ErrorCode::forbidden, "the clock can only be moved on a sandbox network");
  services_.advance_clock(runtime::Duration(request.advanceMs));
  ipc::ClockView out{runtime::iso8601(now_ms())};
  co_return out;
}

}  // namespace wasphere::api
