// What sessions are given to work with, and how they are to behave.
#pragma once

#include "core/noise/certificate.h"
#include "core/stanza/stream.h"
#include "core/util/rng.h"
#include "daemon/events/event.h"
#include "daemon/messaging/account.h"
#include "daemon/net/transport.h"
#include "daemon/runtime/clock.h"
#include "daemon/store/store.h"

namespace wasphere::runtime {
class WorkerPool;
}

namespace wasphere::session {

// All of it outlives the sessions. `rng` is used on the main thread, in store jobs and on the pool.
struct Services {
  store::Store& store;
  net::TransportFactory& transports;
  runtime::Clock& clock;
  Rng& rng;
  runtime::WorkerPool& pool;
  events::Encoder& encoder;
};

struct ReconnectPolicy {
  int attempts = 5;
  runtime::Duration base{5000};       // before attempt n: base * 2^(n-1)
  bool slow_after_exhaustion = true;  // go on quietly, else stay down until somebody asks
  runtime::Duration slow_interval{15 * 60'000};
};

struct SessionOptions {
  net::Endpoint endpoint;
  crypto::PublicKey noise_root = noise::kWhatsAppRoot;
  stanza::ClientProfile profile;
  ReconnectPolicy reconnect;
  messaging::Options messaging;
  std::size_t max_sessions = 0;  // 0: no limit
};

}  // namespace wasphere::session
