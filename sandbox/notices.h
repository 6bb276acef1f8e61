// What the server tells of its own accord: notifications to the devices they concern (protocol 2,
// sections 2.5, 4.1 and 5.1).
#pragma once

#include <string>
#include <vector>

#include "core/wire/node.h"
#include "sandbox/tokens.h"

namespace wasphere::sandbox {

struct Network;
struct Group;

enum class DeviceChange : bool { added, removed };

// To everybody who knows the account, and to its own devices.
void tell_devices_changed(Network& network, const DeviceRecord& device, DeviceChange change);
// To everybody who knows the account: its phone has another identity.
void tell_identity_changed(Network& network, const std::string& number);
// <notification type="w:gp2"> with one child, to the devices of these accounts.
void tell_group(Network& network, const Group& group, const wire::Jid& actor, wire::Node change,
                const std::vector<std::string>& audience);
// Where a token came from, to the account that may use it.
void tell_token(Network& network, const AccountRecord& issuer, const AccountRecord& to,
                const Tokens::Token& token);
// To every device of the account.
void notify(Network& network, const std::string& number, wire::Node notification);

}  // namespace wasphere::sandbox
