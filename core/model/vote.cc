#include <algorithm>
#include <set>

#include "core/crypto/hash.h"
#include "core/model/addon.h"
#include "core/model/proto_codec.h"

namespace wasphere::model {
namespace {

std::string hash_of(const std::string& option) {
  return to_text(crypto::sha256(as_bytes(option)));
}

}  // namespace

Result<std::vector<std::string>> selected_options(BytesView vote,
                                                  const std::vector<std::string>& options) {
  auto in = decode<proto::PollVoteMessage>(vote);
  if (!in) return fail(ErrorCode::protocol_error, "the vote does not decode");
  std::set<std::string_view> hashes(in->selected_options().begin(), in->selected_options().end());
  std::vector<std::string> out;
  std::ranges::copy_if(options, std::back_inserter(out),
                       [&](const std::string& option) { return hashes.contains(hash_of(option)); });
  return out;
}

Bytes encode_vote(const std::vector<std::string>& options) {
  proto::PollVoteMessage out;
  for (const std::string& option : options) out.add_selected_options(hash_of(option));
  return encode(out);
}

}  // namespace wasphere::model
