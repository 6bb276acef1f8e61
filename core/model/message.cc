#include "core/model/message.h"

#include "core/model/addon.h"
#include "core/model/readers.h"
#include "core/model/wrap.h"

namespace wasphere::model {
namespace {

void read_secret(Parsed& out, BytesView context_info) {
  auto info = decode<proto::MessageContextInfo>(context_info);
  if (!info) return;
  if (auto secret = to_array<32>(as_bytes(info->message_secret()))) out.secret = *secret;
}

void read_sender_key(Parsed& out, BytesView bytes) {
  auto in = decode<proto::SenderKeyDistribution>(bytes);
  if (in && !out.sender_key)
    out.sender_key = SenderKeyShare{text_of(in->group_id()), bytes_of(in->distribution())};
}

// What is kept: the message that the other device sent, with the context that moved outside.
void read_device_sent(Parsed& out, const Layer& layer) {
  auto in = decode<proto::DeviceSentMessage>(layer.content->content);
  if (!in) return;
  out.device_sent = DeviceSent{text_of(in->destination_jid())};
  out.inner = bytes_of(in->message());
  bool has_own = embedded_field(out.inner, field::kContextInfo).has_value();
  if (!has_own && layer.context_info)
    append_embedded(out.inner, field::kContextInfo, *layer.context_info);
}

void read_layer_facts(Parsed& out, const Layer& layer) {
  if (layer.context_info) read_secret(out, *layer.context_info);
  if (layer.sender_key) read_sender_key(out, *layer.sender_key);
  if (!layer.content) return;
  std::uint32_t number = layer.content->number;
  if (number == field::kDeviceSent) read_device_sent(out, layer);
  out.ephemeral |= number == field::kEphemeral;
  out.view_once |= number == field::kViewOnce || number == field::kViewOnceV2 ||
                   number == field::kViewOnceExtension;
}

struct NameOf {
  std::string_view operator()(const Nothing&) const { return ""; }
  std::string_view operator()(const Text&) const { return "text"; }
  std::string_view operator()(const Location&) const { return "location"; }
  std::string_view operator()(const Contacts&) const { return "contact"; }
  std::string_view operator()(const Poll&) const { return "poll"; }
  std::string_view operator()(const PollVote&) const { return "poll_vote"; }
  std::string_view operator()(const Reaction&) const { return "reaction"; }
  std::string_view operator()(const Edit&) const { return "edit"; }
  std::string_view operator()(const Revoke&) const { return "revoke"; }
  std::string_view operator()(const Protocol&) const { return "protocol"; }
  std::string_view operator()(const Other&) const { return "unsupported"; }
  std::string_view operator()(const SecretContent& secret) const {
    if (secret.use_case == use_case::kMessageEdit) return "edit";
    return secret.use_case == use_case::kReaction ? "reaction" : "unsupported";
  }
  std::string_view operator()(const Media& media) const {
    switch (media.kind) {
      case MediaKind::image:
        return "image";
      case MediaKind::video:
      case MediaKind::note:
        return "video";
      case MediaKind::gif:
        return "gif";
      case MediaKind::audio:
      case MediaKind::voice:
        return "audio";
      case MediaKind::document:
        return "document";
      case MediaKind::sticker:
        return "sticker";
    }
    return "unsupported";
  }
};

}  // namespace

Result<Parsed> parse_message(BytesView bytes) {
  WS_TRY(Layers layers, unwrap(bytes));
  Parsed out;
  out.inner = to_bytes(bytes);
  for (const Layer& layer : layers.all) read_layer_facts(out, layer);
  const auto& content = layers.innermost().content;
  if (!content) return out;
  out.raw_type = field_name(content->number);
  if (!read_content(content->number, content->content, out))
    return fail(ErrorCode::protocol_error, "the content of the message does not decode");
  out.ephemeral |= out.context.expiration_s != 0;
  return out;
}

std::string_view type_name(const Parsed& parsed) {
  return std::visit(NameOf{}, parsed.content);
}

}  // namespace wasphere::model
