// Encrypting for one device and for a group, inside the transaction that keeps the ratchets. Store
// thread only.
#pragma once

#include <optional>
#include <string>

#include "core/stanza/message.h"
#include "daemon/messaging/context.h"
#include "daemon/messaging/ratchets.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

// Pads, encrypts and keeps the ratchet among `ratchets`, which the caller writes. `address`: as
// from signal_address(). Nothing if there is no session with it: a bundle is needed first.
std::optional<stanza::Enc> encrypt_with(Ratchets& ratchets, const JobContext& job,
                                        const wire::Jid& address, BytesView message);
// The same for a single message: `device` in either namespace. Nothing if there is no
// session with it: a bundle is needed first.
std::optional<stanza::Enc> encrypt_for(store::Tx& tx, const JobContext& job,
                                       const wire::Jid& device, BytesView message);
// The name that a device's ratchet is kept under: its LID where that is known.
wire::Jid signal_address(store::Tx& tx, const JobContext& job, const wire::Jid& device);
bool has_session(store::Tx& tx, const JobContext& job, const wire::Jid& device);

// Under which name our own sender keys are kept, whatever the group's mode.
wire::Jid own_sender_name(const stanza::OwnAddresses& own);
// The distribution message of our key of the group, encoded; nothing if we have none.
std::optional<Bytes> own_distribution(store::Tx& tx, const JobContext& job, const wire::Jid& group);

// Takes in that both addresses are one person, and moves his ratchets if that is news.
void learn_pair(store::Tx& tx, const std::string& session_id, const wire::Jid& phone,
                const wire::Jid& lid, bool overwrite);

}  // namespace wasphere::messaging
