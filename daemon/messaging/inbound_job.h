// InboundJob: what the receiving half works with inside one transaction. Everything that reads it
// runs on the store thread; nothing of it outlives the transaction.
#pragma once

#include "core/stanza/device.h"
#include "daemon/messaging/context.h"
#include "daemon/messaging/people.h"
#include "daemon/messaging/ratchets.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

// The session as it was when the job was made, with what opening messages needs besides.
struct Self : JobContext {
  stanza::Device device;
  // Our presence decides between delivered and inactive. It is never available: that would silence
  // the phone.
  bool available = false;
};

struct InboundJob {
  InboundJob(store::Tx& transaction, const Self& of)
      : tx(transaction),
        self(of),
        rng(of.rng),
        encoder(of.encoder),
        ratchets(transaction.signal, of.session.id),
        people(transaction, of, ratchets) {}

  void tell(const events::Event& event) { self.append(tx, event); }

  store::Tx& tx;
  const Self& self;
  Rng& rng;
  events::Encoder& encoder;
  Ratchets ratchets;
  People people;
};

}  // namespace wasphere::messaging
