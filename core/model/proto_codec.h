// Generated messages from and to bytes. Only for .cc files that include a generated header.
#pragma once

#include <optional>
#include <string>

#include "core/model/message.h"
#include "core/model/proto_fields.h"
#include "core/proto/message.pb.h"
#include "core/util/encoding.h"

namespace wasphere::model {

template <class Message>
std::optional<Message> decode(BytesView bytes) {
  std::optional<Message> out(std::in_place);
  bool fits = bytes.size() <= kMaxMessageBytes;
  if (!fits || !out->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) out.reset();
  return out;
}

template <class Message>
Bytes encode(const Message& message) {
  return to_bytes(as_bytes(message.SerializeAsString()));
}

inline Bytes bytes_of(const std::string& field) {
  return to_bytes(as_bytes(field));
}

// What others wrote ends up in JSON: UTF-8 or nothing.
inline std::string text_of(const std::string& field) {
  return is_valid_utf8(field) ? field : std::string{};
}

inline MessageKey key_of(const proto::MessageKey& key) {
  return {text_of(key.remote_jid()), key.from_me(), text_of(key.id()), text_of(key.participant())};
}

inline void write_key(proto::MessageKey& out, const MessageKey& key) {
  out.set_remote_jid(key.chat);
  out.set_from_me(key.from_me);
  out.set_id(key.id);
  if (!key.participant.empty()) out.set_participant(key.participant);
}

}  // namespace wasphere::model
