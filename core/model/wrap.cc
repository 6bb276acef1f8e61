#include "core/model/wrap.h"

#include "core/model/message.h"
#include "core/model/proto_codec.h"

namespace wasphere::model {
namespace {

constexpr std::uint32_t kDeviceSentMessage = 2;
constexpr std::uint32_t kFutureProofMessage = 1;

// What is inside a wrapper; an empty one holds an empty message.
std::optional<BytesView> inside(const Layer& layer) {
  if (!layer.content) return std::nullopt;
  const ProtoField& wrapper = *layer.content;
  if (wrapper.number == field::kDeviceSent)
    return embedded_field(wrapper.content, kDeviceSentMessage).value_or(BytesView{});
  if (!is_wrapper(wrapper.number)) return std::nullopt;
  return embedded_field(wrapper.content, kFutureProofMessage).value_or(BytesView{});
}

Bytes sender_key_field(const wire::Jid& group, BytesView distribution) {
  proto::Message out;
  out.mutable_sender_key_distribution()->set_group_id(group.to_string());
  out.mutable_sender_key_distribution()->set_distribution(to_text(distribution));
  return encode(out);
}

}  // namespace

Result<Layers> unwrap(BytesView message) {
  Layers out;
  if (message.size() > kMaxMessageBytes)
    return fail(ErrorCode::protocol_error, "the message is too large");
  for (std::optional<BytesView> bytes = message; bytes; bytes = inside(out.all.back())) {
    if (out.all.size() > kMaxWrappers)
      return fail(ErrorCode::protocol_error, "the message is wrapped too deep");
    auto layer = read_layer(*bytes);
    if (!layer) return fail(ErrorCode::protocol_error, "the message does not decode");
    out.all.push_back(*layer);
  }
  return out;
}

Bytes wrap_device_sent(BytesView message, const wire::Jid& destination) {
  Bytes inner, info;
  ProtoFields fields(message);
  while (auto each = fields.next())
    append(each->number == field::kContextInfo ? info : inner, each->whole);
  proto::Message out;
  out.mutable_device_sent()->set_destination_jid(destination.without_device().to_string());
  out.mutable_device_sent()->set_message(to_text(inner));
  Bytes encoded = encode(out);
  append(encoded, info);
  return encoded;
}

Bytes sender_key_message(const wire::Jid& group, BytesView distribution) {
  return sender_key_field(group, distribution);
}

Bytes with_sender_key(BytesView message, const wire::Jid& group, BytesView distribution) {
  return concat({sender_key_field(group, distribution), message});
}

}  // namespace wasphere::model
