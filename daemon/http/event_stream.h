// Server-Sent Events: the event log as one answer without an end.
#pragma once

#include <memory>

#include "daemon/http/connection.h"

namespace wasphere::http {

// The head of the stream, or why there is none: what is asked for is not understood or not allowed,
// or there are too many streams.
Response open_event_stream(Server::State& server, Exchange& exchange);
// Writes the head and events until the client goes or the daemon stops.
runtime::Task<> run_event_stream(std::shared_ptr<Connection> connection,
                                 std::shared_ptr<Server::State> server, ByteStream& stream,
                                 Exchange& exchange, Response head);

}  // namespace wasphere::http
