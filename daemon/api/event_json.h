// Domain events as their finished public JSON, made once when the event is appended.
#pragma once

#include "core/util/rng.h"
#include "daemon/events/event.h"

namespace wasphere::api {

class JsonEncoder final : public events::Encoder {
 public:
  explicit JsonEncoder(Rng& rng) : rng_(rng) {}
  // payload: {"eventId","event","sessionId","sessionName","timestamp","data"}
  store::EventRow encode(const events::Event& event, const store::SessionRow& row,
                         std::int64_t now_ms) override;
  std::string content(const model::Parsed& message) override;
  std::string content(const events::PollVoted& vote) override;
  std::string context(const model::Parsed& message) override;

 private:
  Rng& rng_;
};

// The params of the JSON-RPC notification: the payload with its subscription and seq in front.
std::string notification_params(const store::EventRow& event, const std::string& subscription);

}  // namespace wasphere::api
