// The services every link reaches. One per sandbox; it outlives its links.
#pragma once

#include <cstdint>

#include "core/util/rng.h"
#include "sandbox/acks.h"
#include "sandbox/acquaintances.h"
#include "sandbox/certificates.h"
#include "sandbox/faults.h"
#include "sandbox/group_book.h"
#include "sandbox/link_table.h"
#include "sandbox/message_faults.h"
#include "sandbox/policy.h"
#include "sandbox/post_office.h"
#include "sandbox/router.h"
#include "sandbox/tokens.h"
#include "sandbox/world.h"

namespace wasphere::sandbox {

struct NetworkLimits {
  std::uint32_t oldest_client = 1'000'000'000;  // N of "2.3000.N"; older ones get failure 405
};

struct Network {
  Network(World& known_world, GroupBook& known_groups, Certificates& own_certificates,
          runtime::Clock& its_clock, Rng& its_rng)
      : world(known_world),
        groups(known_groups),
        certificates(own_certificates),
        clock(its_clock),
        rng(its_rng),
        acks(*this),
        router(*this),
        links(*this) {}

  // Forgets the device for good, then tells its live link (protocol 1, section 11.3, step 7).
  Status unlink(const wire::Jid& device);
  // The two halves of it: a device that removes itself wants an answer in between.
  Status forget(const wire::Jid& device);
  void tell_unlinked(const wire::Jid& device);
  // Of a stanza that the server makes. Apart from the ids of clients, which have a dot or a letter.
  std::string next_id();

  World& world;
  GroupBook& groups;
  Certificates& certificates;
  runtime::Clock& clock;
  Rng& rng;
  NetworkLimits limits{};
  Faults faults{};
  MessageFaults message_faults{};
  Policies policies{};
  Tokens tokens{};
  Acquaintances acquaintances{};
  PostOffice post{};
  Acks acks;
  Router router;
  LinkTable links;  // last: links hold on to mailboxes

 private:
  std::uint32_t last_id_ = 0;
};

}  // namespace wasphere::sandbox
