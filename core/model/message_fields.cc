#include "core/model/message_fields.h"

#include <algorithm>
#include <array>

namespace wasphere::model {
namespace {

enum class Form : bool { content, wrapper };
constexpr Form kWrapper = Form::wrapper;

struct Row {
  std::uint32_t number;
  std::string_view name;
  Form form = Form::content;
};

// Sorted by number.
constexpr std::array kRows{Row{1, "conversation"},
                           Row{2, "senderKeyDistributionMessage"},
                           Row{3, "imageMessage"},
                           Row{4, "contactMessage"},
                           Row{5, "locationMessage"},
                           Row{6, "extendedTextMessage"},
                           Row{7, "documentMessage"},
                           Row{8, "audioMessage"},
                           Row{9, "videoMessage"},
                           Row{10, "call"},
                           Row{12, "protocolMessage"},
                           Row{13, "contactsArrayMessage"},
                           Row{15, "fastRatchetKeySenderKeyDistributionMessage"},
                           Row{16, "sendPaymentMessage"},
                           Row{18, "liveLocationMessage"},
                           Row{22, "requestPaymentMessage"},
                           Row{25, "templateMessage"},
                           Row{26, "stickerMessage"},
                           Row{28, "groupInviteMessage"},
                           Row{29, "templateButtonReplyMessage"},
                           Row{30, "productMessage"},
                           Row{31, "deviceSentMessage"},
                           Row{35, "messageContextInfo"},
                           Row{36, "listMessage"},
                           Row{37, "viewOnceMessage", kWrapper},
                           Row{38, "orderMessage"},
                           Row{39, "listResponseMessage"},
                           Row{40, "ephemeralMessage", kWrapper},
                           Row{42, "buttonsMessage"},
                           Row{43, "buttonsResponseMessage"},
                           Row{45, "interactiveMessage"},
                           Row{46, "reactionMessage"},
                           Row{48, "interactiveResponseMessage"},
                           Row{49, "pollCreationMessage"},
                           Row{50, "pollUpdateMessage"},
                           Row{51, "keepInChatMessage"},
                           Row{53, "documentWithCaptionMessage", kWrapper},
                           Row{54, "requestPhoneNumberMessage"},
                           Row{55, "viewOnceMessageV2", kWrapper},
                           Row{56, "encReactionMessage"},
                           Row{58, "editedMessage", kWrapper},
                           Row{59, "viewOnceMessageV2Extension", kWrapper},
                           Row{60, "pollCreationMessageV2"},
                           Row{62, "groupMentionedMessage", kWrapper},
                           Row{63, "pinInChatMessage"},
                           Row{64, "pollCreationMessageV3"},
                           Row{66, "ptvMessage"},
                           Row{67, "botInvokeMessage", kWrapper},
                           Row{70, "messageHistoryBundle"},
                           Row{71, "encCommentMessage"},
                           Row{74, "lottieStickerMessage", kWrapper},
                           Row{75, "eventMessage"},
                           Row{76, "encEventResponseMessage"},
                           Row{77, "commentMessage"},
                           Row{78, "newsletterAdminInviteMessage"},
                           Row{80, "placeholderMessage"},
                           Row{82, "secretEncryptedMessage"},
                           Row{83, "albumMessage"},
                           Row{86, "stickerPackMessage"},
                           Row{87, "statusMentionMessage", kWrapper},
                           Row{88, "pollResultSnapshotMessage"},
                           Row{91, "associatedChildMessage", kWrapper},
                           Row{92, "groupStatusMentionMessage", kWrapper},
                           Row{93, "pollCreationMessageV4", kWrapper},
                           Row{96, "groupStatusMessage", kWrapper},
                           Row{99, "limitSharingMessage", kWrapper},
                           Row{101, "questionMessage", kWrapper},
                           Row{102, "messageHistoryNotice"},
                           Row{103, "groupStatusMessageV2", kWrapper},
                           Row{106, "questionReplyMessage", kWrapper},
                           Row{111, "pollCreationMessageV5"},
                           Row{113, "newsletterFollowerInviteMessageV2"},
                           Row{115, "pollResultSnapshotMessageV3"},
                           Row{118, "spoilerMessage", kWrapper},
                           Row{119, "pollCreationMessageV6"},
                           Row{120, "conditionalRevealMessage"},
                           Row{121, "pollAddOptionMessage"},
                           Row{122, "eventInviteMessage"}};

const Row* row_of(std::uint32_t number) {
  auto found = std::ranges::lower_bound(kRows, number, {}, &Row::number);
  return found != kRows.end() && found->number == number ? &*found : nullptr;
}

// The parts that stand beside the content; true if the field was one.
bool read_aside(Layer& out, const ProtoField& part) {
  if (part.number == field::kContextInfo) out.context_info = part.content;
  if (part.number == field::kSenderKey) out.sender_key = part.content;
  if (part.number == field::kFastSenderKey && !out.sender_key) out.sender_key = part.content;
  return part.number == field::kContextInfo || part.number == field::kSenderKey ||
         part.number == field::kFastSenderKey;
}

void read_content(Layer& out, const ProtoField& part) {
  bool better =
      !out.content || (row_of(part.number) != nullptr && row_of(out.content->number) == nullptr);
  if (better) out.content = part;
}

}  // namespace

std::string_view field_name(std::uint32_t number) {
  const Row* row = row_of(number);
  return row == nullptr ? "unknown" : row->name;
}

bool is_wrapper(std::uint32_t number) {
  const Row* row = row_of(number);
  return row != nullptr && row->form == kWrapper;
}

std::optional<Layer> read_layer(BytesView message) {
  Layer out;
  ProtoFields parts(message);
  while (auto part = parts.next())
    if (part->embedded && !read_aside(out, *part)) read_content(out, *part);
  if (parts.failed()) return std::nullopt;
  return out;
}

}  // namespace wasphere::model
