// The services every link reaches. One per sandbox; it outlives its links.
#pragma once

#include <cstdint>

#include "core/util/rng.h"
#include "sandbox/certificates.h"
#include "sandbox/faults.h"
#include "sandbox/link_table.h"
#include "sandbox/world.h"

namespace wasphere::sandbox {

struct NetworkLimits {
  std::uint32_t oldest_client = 1'000'000'000;  // N of "2.3000.N"; older ones get failure 405
};

struct Network {
  Network(World& known_world, Certificates& own_certificates, runtime::Clock& its_clock,
          Rng& its_rng)
      : world(known_world),
        certificates(own_certificates),
        clock(its_clock),
        rng(its_rng),
        links(*this) {}

  // Forgets the device for good, then tells its live link (protocol 1, section 11.3, step 7).
  Status unlink(const wire::Jid& device);
  // Only the second half, for a device that is forgotten already.
  void tell_unlinked(const wire::Jid& device);

  World& world;
  Certificates& certificates;
  runtime::Clock& clock;
  Rng& rng;
  NetworkLimits limits{};
  Faults faults{};
  LinkTable links;
};

}  // namespace wasphere::sandbox
