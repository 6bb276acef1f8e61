// Votes, encrypted reactions and the like: content encrypted under the secret of the message that
// it is about (protocol 2, section 7.5), and the reporting token (section 4.7).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/message.h"
#include "core/util/rng.h"

namespace wasphere::model {

namespace use_case {
inline constexpr std::string_view kPollVote = "Poll Vote";
inline constexpr std::string_view kReaction = "Enc Reaction";
inline constexpr std::string_view kComment = "Enc Comment";
inline constexpr std::string_view kEventResponse = "Event Response";
inline constexpr std::string_view kEventEdit = "Event Edit";
inline constexpr std::string_view kMessageEdit = "Message Edit";
inline constexpr std::string_view kPollEdit = "Poll Edit";
inline constexpr std::string_view kPollAddOption = "Poll Add Option";
}  // namespace use_case

// Both JIDs bare, in the conversation's namespace.
struct AddonParties {
  std::string parent_id;
  std::string parent_author;
  std::string sender;
};

struct Sealed {
  Bytes payload;  // with its tag
  Bytes iv;
};
Sealed seal_addon(BytesView plaintext, const MessageSecret& secret, const AddonParties& parties,
                  std::string_view use_case, Rng& rng);
// crypto_error if it does not authenticate: try the parties in the other namespace.
Result<Bytes> open_addon(const Sealed& sealed, const MessageSecret& secret,
                         const AddonParties& parties, std::string_view use_case);

// Those `options` of a poll whose hashes the decrypted vote names, in the poll's order; hashes of
// none of them are left out. No option: the vote was withdrawn.
Result<std::vector<std::string>> selected_options(BytesView vote,
                                                  const std::vector<std::string>& options);
Bytes encode_vote(const std::vector<std::string>& options);

// Nothing for kinds of messages that carry none. Device numbers of `sender` and `remote` do not
// count; both must be in the stanza's namespace.
std::optional<Bytes> reporting_token(BytesView message, const MessageSecret& secret,
                                     std::string_view message_id, const wire::Jid& sender,
                                     const wire::Jid& remote);

}  // namespace wasphere::model
