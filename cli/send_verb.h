// send: a text, a location, a contact card or a poll, from arguments or standard input.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

// Puts the hand-made options in place of those derived from message.send, and adds 'message send'.
void compose_send_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
