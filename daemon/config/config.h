// The daemon's configuration as plain values. settings.h says which keys fill it, load.h from
// where.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "core/crypto/curve.h"
#include "core/util/network.h"
#include "core/util/result.h"
#include "daemon/config/network_parsers.h"
#include "daemon/runtime/log.h"

namespace wasphere::config {

enum class AfterExhaustion : std::uint8_t { slow, stop };

struct Rpc {
  std::string socket;
  mode_t mode = 0;
  std::string group;  // empty: the group the daemon runs as
};

struct Network {
  std::string url;
  crypto::PublicKey noise_root{};
};

struct Log {
  runtime::LogLevel level = runtime::LogLevel::info;
  runtime::LogFormat format = runtime::LogFormat::text;
};

struct Reconnect {
  int attempts = 0;
  std::int64_t base_ms = 0;
  AfterExhaustion after_exhaustion = AfterExhaustion::slow;
};

struct Sessions {
  std::int64_t max = 0;  // 0: no limit
};

struct Events {
  std::int64_t retention_days = 0;  // 0: no limit by age
  std::int64_t max_rows = 0;
};

struct Messages {
  std::int64_t retention_days = 0;  // 0: no limit by age
  std::int64_t max_bytes = 0;       // 0: no limit by size
};

// The listener for programs elsewhere; off without an address.
struct Rest {
  ListenAddress listen;
  std::string tls_cert, tls_key;  // both or none
  bool behind_proxy = false;      // something before it does TLS
  std::string trusted_proxies;    // whose X-Forwarded-For is believed
  std::string allow_ips;          // empty: everybody
  std::vector<std::string> cors_origins;
  std::string public_url;         // where others reach it; empty: not told
  std::int64_t rate_per_key = 0;  // requests a minute; 0: no limit
  std::int64_t rate_per_address = 0;
  std::size_t max_connections = 0;
  std::size_t max_streams = 0;
  std::size_t max_streams_per_key = 0;
};

struct Audit {
  std::int64_t retention_days = 0;  // 0: no limit
};

struct Ssrf {
  std::vector<IpNetwork> allow_cidrs;
  bool allow_ipv6 = false;
};

struct Webhooks {
  std::int64_t dead_letter_days = 0;
  std::int64_t log_days = 0;
};

struct Store {
  std::int64_t max_pages = 0;  // 0: no limit; a small number makes the database "full" for tests
};

// Every member is set by load(); the values above are not the defaults, the table of settings is.
struct Config {
  std::string state_dir;
  std::string key_file;         // resolved, never empty after load()
  bool key_credential = false;  // key_file was put there by the service manager, not by us
  Rpc rpc;
  Network network;
  Log log;
  Reconnect reconnect;
  Sessions sessions;
  Events events;
  Messages messages;
  Rest rest;
  Audit audit;
  Ssrf ssrf;
  Webhooks webhooks;
  Store store;
};

// What no single key can tell: ws:// with WhatsApp's own root. Each key was checked when it was
// read.
wasphere::Status validate(const Config& config);

// "whatsapp", or "sandbox:" and the root in hex: what a state directory is stamped with.
std::string network_stamp(const Config& config);

}  // namespace wasphere::config
