#include "daemon/webhook/station.h"

namespace wasphere::webhook {

Result<std::unique_ptr<Station>> Station::open(StationServices services, StationOptions options) {
  WS_TRY(auto client, net::make_http_client(services.io, {options.user_agent, ""}));
  return std::unique_ptr<Station>(new Station(services, std::move(options), std::move(client)));
}

Station::Station(StationServices services, StationOptions options,
                 std::unique_ptr<net::HttpClient> client)
    : guard_(std::move(options.guard)),
      client_(std::move(client)),
      names_(services.clock),
      sender_(*client_, names_, guard_),
      services_{services.io,  services.store, services.clock,
                services.rng, sender_,        services.encoder},
      dispatcher_(services_, options.retention),
      webhooks_(services_, dispatcher_) {}

}  // namespace wasphere::webhook
