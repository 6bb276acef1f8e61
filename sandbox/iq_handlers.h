// The handlers behind iq_table.cc. Each returns the whole answer.
#pragma once

#include "core/util/error.h"
#include "core/wire/node.h"
#include "sandbox/iq_table.h"

namespace wasphere::sandbox {

wire::Node bad_request(const wire::Node& iq);
// The answer when something could not be saved: 500, with the reason in the log.
wire::Node not_saved(const wire::Node& iq, const Error& error);

// Pre-keys (protocol 1, section 7.4).
wire::Node prekey_count(IqContext& context, const wire::Node& iq);
wire::Node prekey_upload(IqContext& context, const wire::Node& iq);
wire::Node prekey_digest(IqContext& context, const wire::Node& iq);
wire::Node signed_prekey_rotate(IqContext& context, const wire::Node& iq);
wire::Node bundle_fetch(IqContext& context, const wire::Node& iq);
wire::Node missing_bundle_fetch(IqContext& context, const wire::Node& iq);
wire::Node identity_fetch(IqContext& context, const wire::Node& iq);

// Who exists, and which devices they have.
wire::Node usync(IqContext& context, const wire::Node& iq);

// The rest; what needs no state at all is core/stanza/server.h's.
wire::Node set_active(IqContext& context, const wire::Node& iq);
wire::Node set_passive(IqContext& context, const wire::Node& iq);
wire::Node app_state_sync(IqContext& context, const wire::Node& iq);
wire::Node group_query(IqContext& context, const wire::Node& iq);
wire::Node group_change(IqContext& context, const wire::Node& iq);
wire::Node issue_tokens(IqContext& context, const wire::Node& iq);
wire::Node profile_picture(IqContext& context, const wire::Node& iq);
wire::Node remove_companion(IqContext& context, const wire::Node& iq);

}  // namespace wasphere::sandbox
