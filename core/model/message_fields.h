// The numbers and names of Message's fields (protocol 2, section 7.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/proto_fields.h"

namespace wasphere::model {

namespace field {
inline constexpr std::uint32_t kConversation = 1;
inline constexpr std::uint32_t kSenderKey = 2;
inline constexpr std::uint32_t kImage = 3;
inline constexpr std::uint32_t kContact = 4;
inline constexpr std::uint32_t kLocation = 5;
inline constexpr std::uint32_t kExtendedText = 6;
inline constexpr std::uint32_t kDocument = 7;
inline constexpr std::uint32_t kAudio = 8;
inline constexpr std::uint32_t kVideo = 9;
inline constexpr std::uint32_t kProtocol = 12;
inline constexpr std::uint32_t kContactsArray = 13;
inline constexpr std::uint32_t kFastSenderKey = 15;
inline constexpr std::uint32_t kLiveLocation = 18;
inline constexpr std::uint32_t kTemplate = 25;
inline constexpr std::uint32_t kSticker = 26;
inline constexpr std::uint32_t kGroupInvite = 28;
inline constexpr std::uint32_t kTemplateReply = 29;
inline constexpr std::uint32_t kProduct = 30;
inline constexpr std::uint32_t kDeviceSent = 31;
inline constexpr std::uint32_t kContextInfo = 35;
inline constexpr std::uint32_t kList = 36;
inline constexpr std::uint32_t kViewOnce = 37;
inline constexpr std::uint32_t kOrder = 38;
inline constexpr std::uint32_t kListResponse = 39;
inline constexpr std::uint32_t kEphemeral = 40;
inline constexpr std::uint32_t kButtons = 42;
inline constexpr std::uint32_t kButtonsResponse = 43;
inline constexpr std::uint32_t kInteractive = 45;
inline constexpr std::uint32_t kReaction = 46;
inline constexpr std::uint32_t kInteractiveResponse = 48;
inline constexpr std::uint32_t kPoll = 49;
inline constexpr std::uint32_t kPollUpdate = 50;
inline constexpr std::uint32_t kKeepInChat = 51;
inline constexpr std::uint32_t kViewOnceV2 = 55;
inline constexpr std::uint32_t kEncReaction = 56;
inline constexpr std::uint32_t kViewOnceExtension = 59;
inline constexpr std::uint32_t kPollV2 = 60;
inline constexpr std::uint32_t kPinInChat = 63;
inline constexpr std::uint32_t kPollV3 = 64;
inline constexpr std::uint32_t kNote = 66;
inline constexpr std::uint32_t kMessageHistory = 70;
inline constexpr std::uint32_t kEncComment = 71;
inline constexpr std::uint32_t kEvent = 75;
inline constexpr std::uint32_t kEncEventResponse = 76;
inline constexpr std::uint32_t kSecretEncrypted = 82;
inline constexpr std::uint32_t kAlbum = 83;
inline constexpr std::uint32_t kStickerPack = 86;
inline constexpr std::uint32_t kPollV5 = 111;
inline constexpr std::uint32_t kPollV6 = 119;
inline constexpr std::uint32_t kConditionalReveal = 120;
inline constexpr std::uint32_t kPollAddOption = 121;
}  // namespace field

// "conversation", "imageMessage", …; "unknown" for what is not in the list.
std::string_view field_name(std::uint32_t number);
// FutureProofMessage{1 message}: the content is a level deeper.
bool is_wrapper(std::uint32_t number);

// One level of a message, its parts views into it.
struct Layer {
  std::optional<ProtoField> content;  // the first known field that is content, else the first
  std::optional<BytesView> context_info;
  std::optional<BytesView> sender_key;
};
// Nothing if the bytes are no message.
std::optional<Layer> read_layer(BytesView message);

}  // namespace wasphere::model
