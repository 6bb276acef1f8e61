// Transport: a WebSocket as a byte pipe, without protocol knowledge. Main thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere::net {

// Where a session dials. ws:// is plain (sandboxes), wss:// verifies the host's TLS certificate.
struct Endpoint {
  std::string url;  // "wss://web.whatsapp.com/ws/chat"
};

struct TransportEvents {
  std::function<void()> on_open;
  std::function<void(BytesView)> on_bytes;  // pieces of any size
  std::function<void(Error)> on_closed;     // at most once, last; never after destruction
};

class Transport {
 public:
  virtual ~Transport() = default;        // drops the connection at once; no callback afterwards
  virtual void send(Bytes message) = 0;  // one binary WebSocket message; queued until open
  virtual void close() = 0;              // flushes what is queued, closes, then on_closed
};

class TransportFactory {
 public:
  virtual ~TransportFactory() = default;
  // Never calls back from inside open(). Failures (bad URL, DNS, refused, HTTP status) come as
  // on_closed.
  virtual std::unique_ptr<Transport> open(const Endpoint& endpoint, TransportEvents events) = 0;
};

}  // namespace wasphere::net
