#include "daemon/messaging/sealed_content.h"

namespace wasphere::messaging {
namespace {

// The forms that are known, the canonical one first.
std::vector<std::string> forms(const std::string& canonical, const std::string& phone) {
  std::vector<std::string> out{canonical};
  if (!phone.empty() && phone != canonical) out.push_back(phone);
  return out;
}

// Message{46: reaction}: the plaintext of a sealed reaction is only the inner part.
Bytes as_reaction_message(BytesView reaction) {
  ByteWriter out;
  out.u8(0xF2).u8(0x02);
  std::size_t size = reaction.size();
  for (; size >= 0x80; size >>= 7) out.u8(static_cast<std::uint8_t>(size | 0x80));
  out.u8(static_cast<std::uint8_t>(size)).put(reaction);
  return out.take();
}

// An edit may come as the new content, or wrapped as edits are that are not sealed.
std::optional<model::Parsed> unwrapped(model::Parsed parsed) {
  const auto* edit = std::get_if<model::Edit>(&parsed.content);
  if (edit == nullptr) return parsed;
  auto inner = model::parse_message(edit->message);
  if (!inner) return std::nullopt;
  return std::move(*inner);
}

// A row that was queued before the account was linked anew has a secret that no key opens any more;
// the copy that was kept when it left has it as well.
std::optional<model::MessageSecret> secret_of(InboundJob& job, const store::MessageRow& message) {
  if (const auto secret = to_array<32>(message.secret)) return secret;
  if (!message.from_me) return std::nullopt;
  const auto sent = job.tx.messages.sent(job.self.id(), message.id);
  if (!sent) return std::nullopt;
  const auto parsed = model::parse_message(sent->message);
  return parsed ? parsed->secret : std::nullopt;
}

}  // namespace

std::optional<Bytes> open_sealed(InboundJob& job, const Scene& scene,
                                 const store::MessageRow& parent, const model::Sealed& sealed,
                                 const std::string& use_case) {
  const auto secret = secret_of(job, parent);
  if (!secret) return std::nullopt;
  std::string author_phone = parent.sender_phone;
  if (parent.from_me && author_phone.empty())
    author_phone = job.self.own.jid.without_device().to_string();
  for (const std::string& author : forms(parent.sender, author_phone))
    for (const std::string& sender : forms(scene.base.sender, scene.base.sender_phone)) {
      auto plain = model::open_addon(sealed, *secret, {parent.id, author, sender}, use_case);
      if (plain) return std::move(*plain);
    }
  return std::nullopt;
}

std::optional<model::Parsed> parse_secret(const model::SecretContent& secret, BytesView plaintext) {
  const bool is_reaction = secret.use_case == "Enc Reaction";
  auto parsed =
      model::parse_message(is_reaction ? as_reaction_message(plaintext) : to_bytes(plaintext));
  if (!parsed) return std::nullopt;
  if (auto* reaction = std::get_if<model::Reaction>(&parsed->content)) {
    reaction->target = secret.target;
    return std::move(*parsed);
  }
  return unwrapped(std::move(*parsed));
}

}  // namespace wasphere::messaging
