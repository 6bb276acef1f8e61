#include "sandbox/handset_content.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace wasphere::sandbox {
namespace {

// Field numbers of Message and of what is in it (protocol 2, section 7).
constexpr std::uint32_t kConversation = 1;
constexpr std::uint32_t kSenderKey = 2;
constexpr std::uint32_t kExtendedText = 6;
constexpr std::uint32_t kProtocol = 12;
constexpr std::uint32_t kDeviceSent = 31;
constexpr std::uint32_t kContext = 35;
constexpr std::uint32_t kReaction = 46;
constexpr std::uint32_t kEdited = 58;
constexpr std::array<std::uint32_t, 3> kEnvelopes{37, 40, kEdited};  // view once, ephemeral, edited
constexpr std::array<std::uint32_t, 5> kMedia{3, 7, 8, 9, 26};
constexpr std::uint32_t kRevoke = 0;
constexpr std::uint32_t kEdit = 14;
constexpr std::uint32_t kPeerRequest = 16;
constexpr std::uint32_t kPeerAnswer = 17;
constexpr std::uint32_t kPlaceholderResend = 4;
constexpr int kDeepest = 8;

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kBytes = 2;
constexpr std::uint32_t kFixed32 = 5;

void put_varint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_bytes(Bytes& out, std::uint32_t field, BytesView bytes) {
  put_varint(out, std::uint64_t{field} << 3 | kBytes);
  put_varint(out, bytes.size());
  append(out, bytes);
}

void put_number(Bytes& out, std::uint32_t field, std::uint64_t value) {
  put_varint(out, std::uint64_t{field} << 3 | kVarint);
  put_varint(out, value);
}

// WebMessageInfo
Bytes web_message(const KeptMessage& kept) {
  Bytes key;
  put_bytes(key, 1, as_bytes(kept.chat));
  put_number(key, 2, kept.own ? 1 : 0);
  put_bytes(key, 3, as_bytes(kept.id));
  if (!kept.author.empty()) put_bytes(key, 4, as_bytes(kept.author));
  Bytes out;
  put_bytes(out, 1, key);
  put_bytes(out, 2, kept.message);
  put_number(out, 3, kept.time);
  if (!kept.author.empty()) put_bytes(out, 5, as_bytes(kept.author));
  return out;
}

struct ProtoField {
  std::uint32_t number = 0;
  std::uint64_t value = 0;  // of a number
  BytesView bytes;          // of a text or message
};

std::optional<std::uint64_t> take_varint(ByteReader& reader) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = reader.u8();
    if (!byte) return std::nullopt;
    value |= std::uint64_t{*byte & 0x7FU} << shift;
    if (*byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<ProtoField> take_field(ByteReader& reader) {
  const auto tag = take_varint(reader);
  if (!tag) return std::nullopt;
  ProtoField field{static_cast<std::uint32_t>(*tag >> 3), 0, {}};
  const auto kind = static_cast<std::uint32_t>(*tag & 7);
  if (kind == kVarint) {
    const auto value = take_varint(reader);
    if (!value) return std::nullopt;
    field.value = *value;
    return field;
  }
  std::optional<std::uint64_t> size;
  if (kind == kBytes) size = take_varint(reader);
  if (kind == kFixed64) size = 8;
  if (kind == kFixed32) size = 4;
  const auto bytes = size && *size <= reader.remaining() ? reader.take(*size) : std::nullopt;
  if (!bytes) return std::nullopt;
  field.bytes = *bytes;
  return field;
}

// Nothing if the bytes are no protocol buffer.
std::optional<std::vector<ProtoField>> fields_of(BytesView bytes) {
  std::vector<ProtoField> fields;
  for (ByteReader reader(bytes); !reader.empty();) {
    const auto field = take_field(reader);
    if (!field) return std::nullopt;
    fields.push_back(*field);
  }
  return fields;
}

std::string text_of(BytesView message, std::uint32_t number) {
  for (const auto& field : fields_of(message).value_or(std::vector<ProtoField>{}))
    if (field.number == number) return to_text(field.bytes);
  return "";
}

BytesView part_of(BytesView message, std::uint32_t number) {
  for (const auto& field : fields_of(message).value_or(std::vector<ProtoField>{}))
    if (field.number == number) return field.bytes;
  return {};
}

template <class List>
bool is_one_of(const List& list, std::uint32_t number) {
  for (const auto each : list)
    if (each == number) return true;
  return false;
}

bool read_into(BytesView bytes, HandsetContent& content, int depth);

// Of the messages that a companion could not read.
void read_request(BytesView request, HandsetContent& content) {
  for (const auto& field : fields_of(request).value_or(std::vector<ProtoField>{}))
    if (field.number == 5) content.wanted.push_back(text_of(part_of(field.bytes, 1), 3));
}

void read_protocol(BytesView bytes, HandsetContent& content, int depth) {
  std::uint64_t type = kRevoke;
  for (const auto& field : fields_of(bytes).value_or(std::vector<ProtoField>{}))
    if (field.number == 2) type = field.value;
  content.kind = "protocol";
  if (type == kPeerRequest) read_request(part_of(bytes, 16), content);
  if (type != kRevoke && type != kEdit) return;
  if (type == kEdit) read_into(part_of(bytes, 14), content, depth + 1);
  content.kind = type == kEdit ? "edit" : "revoke";
  content.target = text_of(part_of(bytes, 1), 3);
}

void read_field(const ProtoField& field, HandsetContent& content, int depth) {
  const auto set = [&](const char* kind, std::string text) {
    content.kind = kind;
    content.text = std::move(text);
  };
  if (field.number == kConversation) return set("text", to_text(field.bytes));
  if (field.number == kExtendedText) return set("text", text_of(field.bytes, 1));
  if (field.number == kProtocol) return read_protocol(field.bytes, content, depth);
  if (field.number == kReaction) {
    set("reaction", text_of(field.bytes, 2));
    content.target = text_of(part_of(field.bytes, 1), 3);
  } else if (field.number == kSenderKey) {
    content.sender_key_group = text_of(field.bytes, 1);
    content.sender_key = to_bytes(part_of(field.bytes, 2));
  } else if (field.number == kDeviceSent) {
    content.destination = text_of(field.bytes, 1);
    content.message = to_bytes(part_of(field.bytes, 2));
    read_into(part_of(field.bytes, 2), content, depth + 1);
  } else if (is_one_of(kEnvelopes, field.number)) {
    read_into(part_of(field.bytes, 1), content, depth + 1);
  } else if (is_one_of(kMedia, field.number)) {
    set("media", "");
  } else if (field.number != kContext && content.kind.empty()) {
    content.kind = "other";
  }
}

bool read_into(BytesView bytes, HandsetContent& content, int depth) {
  const auto fields = fields_of(bytes);
  if (!fields || depth > kDeepest) return false;
  for (const auto& field : *fields) read_field(field, content, depth);
  return true;
}

}  // namespace

Bytes text_content(std::string_view text) {
  Bytes out;
  put_bytes(out, kConversation, as_bytes(text));
  return out;
}

Bytes own_copy_content(BytesView message, std::string_view destination) {
  Bytes copy;
  put_bytes(copy, 1, as_bytes(destination));
  put_bytes(copy, 2, message);
  Bytes out;
  put_bytes(out, kDeviceSent, copy);
  return out;
}

Bytes sender_key_content(BytesView message, std::string_view group, BytesView distribution) {
  Bytes key;
  put_bytes(key, 1, as_bytes(group));
  put_bytes(key, 2, distribution);
  auto out = to_bytes(message);
  put_bytes(out, kSenderKey, key);
  return out;
}

Bytes phone_answer_content(std::string_view request, const std::vector<KeptMessage>& found) {
  Bytes answer;
  put_number(answer, 1, kPlaceholderResend);
  put_bytes(answer, 2, as_bytes(request));
  for (const auto& each : found) {
    Bytes placeholder;
    put_bytes(placeholder, 1, web_message(each));
    Bytes result;
    put_bytes(result, 4, placeholder);
    put_bytes(answer, 3, result);
  }
  Bytes protocol;
  put_number(protocol, 2, kPeerAnswer);
  put_bytes(protocol, 17, answer);
  Bytes out;
  put_bytes(out, kProtocol, protocol);
  return out;
}

std::optional<HandsetContent> read_content(BytesView bytes) {
  HandsetContent content;
  content.message = to_bytes(bytes);
  if (!read_into(bytes, content, 0)) return std::nullopt;
  return content;
}

}  // namespace wasphere::sandbox
