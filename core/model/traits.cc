// What the stanza around a message has to say of it (protocol 2, section 4.3).
#include <algorithm>
#include <array>

#include "core/model/proto_codec.h"
#include "core/model/wrap.h"

namespace wasphere::model {
namespace {

constexpr const char *kEditMessage = "1", *kEditPin = "2", *kEditRevoke = "7", *kEditAdmin = "8";

StanzaTraits of(std::string type, std::string mediatype = {}) {
  StanzaTraits out;
  out.type = std::move(type);
  out.mediatype = std::move(mediatype);
  return out;
}

StanzaTraits hidden(StanzaTraits traits, std::string edit = {}) {
  traits.hide_failure = true;
  traits.edit = std::move(edit);
  return traits;
}

StanzaTraits poll(std::string poll_type) {
  StanzaTraits out = of("poll");
  out.poll_type = std::move(poll_type);
  return out;
}

StanzaTraits event(std::string event_type) {
  StanzaTraits out = of("event");
  out.event_type = std::move(event_type);
  return out;
}

StanzaTraits of_text(BytesView bytes) {
  auto in = decode<proto::ExtendedTextMessage>(bytes);
  bool link = in && std::ranges::any_of(in->matched_text(), [](char c) { return c > ' '; });
  return link ? of("media", "url") : of("text");
}

StanzaTraits of_video(BytesView bytes) {
  auto in = decode<proto::VideoMessage>(bytes);
  return of("media", in && in->gif_playback() ? "gif" : "video");
}

StanzaTraits of_audio(BytesView bytes) {
  auto in = decode<proto::AudioMessage>(bytes);
  return of("media", in && in->ptt() ? "ptt" : "audio");
}

StanzaTraits of_location(BytesView bytes) {
  auto in = decode<proto::LocationMessage>(bytes);
  return of("media", in && in->is_live() ? "livelocation" : "location");
}

StanzaTraits of_reaction(BytesView bytes) {
  auto in = decode<proto::ReactionMessage>(bytes);
  return hidden(of("reaction"), in && in->text().empty() ? kEditRevoke : "");
}

StanzaTraits of_pin(BytesView) {
  return hidden(of("text"), kEditPin);
}

StanzaTraits of_keep(BytesView bytes) {
  constexpr int kUndo = 2;
  auto in = decode<proto::KeepInChatMessage>(bytes);
  return hidden(of("text"), in && in->keep_type() == kUndo ? kEditRevoke : "");
}

StanzaTraits of_revoke(const proto::ProtocolMessage& in) {
  StanzaTraits out = of("text");
  out.edit = in.key().from_me() ? kEditRevoke : kEditAdmin;
  return out;
}

StanzaTraits of_protocol(BytesView bytes) {
  constexpr int kRevoke = 0, kEphemeralSync = 4, kEdit = 14, kWelcome = 18, kMemberLabel = 30;
  auto in = decode<proto::ProtocolMessage>(bytes);
  if (!in) return of("text");
  if (in->type() == kRevoke && in->has_key()) return of_revoke(*in);
  if (in->type() == kEdit) return hidden(of("text"), kEditMessage);
  bool quiet = in->type() == kEphemeralSync || in->type() == kWelcome || in->type() == kMemberLabel;
  return quiet ? hidden(of("text")) : of("text");
}

StanzaTraits of_secret(BytesView bytes) {
  constexpr int kEventEdit = 1, kMessageEdit = 2, kPollEdit = 4, kAddOption = 5;
  auto in = decode<proto::SecretMessage>(bytes);
  int type = in ? in->type() : 0;
  if (type == kEventEdit) return hidden(event("edit"));
  if (type == kPollEdit || type == kAddOption) return hidden(poll("edit"));
  StanzaTraits out = of("text");
  if (type == kMessageEdit) out.edit = kEditMessage;
  return out;
}

StanzaTraits of_poll(BytesView) {
  return poll("creation");
}
StanzaTraits of_vote(BytesView) {
  return hidden(poll("vote"));
}
StanzaTraits of_enc_reaction(BytesView) {
  return hidden(of("reaction"));
}
StanzaTraits of_event(BytesView) {
  return event("creation");
}
StanzaTraits of_event_response(BytesView) {
  return hidden(event("response"));
}
StanzaTraits of_conditional_reveal(BytesView) {
  return hidden(of("text"));
}

// Kinds whose traits depend on what is inside, or are more than a mediatype.
struct Row {
  std::uint32_t number;
  StanzaTraits (*read)(BytesView);
};
constexpr std::array kReaders{Row{field::kExtendedText, of_text},
                              Row{field::kVideo, of_video},
                              Row{field::kAudio, of_audio},
                              Row{field::kLocation, of_location},
                              Row{field::kProtocol, of_protocol},
                              Row{field::kReaction, of_reaction},
                              Row{field::kEncReaction, of_enc_reaction},
                              Row{field::kPoll, of_poll},
                              Row{field::kPollV2, of_poll},
                              Row{field::kPollV3, of_poll},
                              Row{field::kPollV5, of_poll},
                              Row{field::kPollV6, of_poll},
                              Row{field::kPollUpdate, of_vote},
                              Row{field::kPollAddOption, of_vote},
                              Row{field::kPinInChat, of_pin},
                              Row{field::kKeepInChat, of_keep},
                              Row{field::kEvent, of_event},
                              Row{field::kEncEventResponse, of_event_response},
                              Row{field::kSecretEncrypted, of_secret},
                              Row{field::kConditionalReveal, of_conditional_reveal}};

// Kinds of type "media", and what <enc> calls them. All others are texts.
struct MediaRow {
  std::uint32_t number;
  const char* mediatype;
};
constexpr std::array kMedia{MediaRow{field::kImage, "image"},
                            MediaRow{field::kContact, "vcard"},
                            MediaRow{field::kDocument, "document"},
                            MediaRow{field::kContactsArray, "contact_array"},
                            MediaRow{field::kLiveLocation, "livelocation"},
                            MediaRow{field::kSticker, "sticker"},
                            MediaRow{field::kGroupInvite, "url"},
                            MediaRow{field::kProduct, "product"},
                            MediaRow{field::kList, "list"},
                            MediaRow{field::kOrder, "order"},
                            MediaRow{field::kListResponse, "list_response"},
                            MediaRow{field::kButtonsResponse, "buttons_response"},
                            MediaRow{field::kInteractiveResponse, "native_flow_response"},
                            MediaRow{field::kNote, "ptv"},
                            MediaRow{field::kMessageHistory, "group_history"},
                            MediaRow{field::kStickerPack, "sticker_pack"}};

}  // namespace

StanzaTraits stanza_traits(BytesView message) {
  auto layers = unwrap(message);
  if (!layers || !layers->innermost().content) return {};
  const ProtoField& content = *layers->innermost().content;
  auto reader = std::ranges::find(kReaders, content.number, &Row::number);
  if (reader != kReaders.end()) return reader->read(content.content);
  auto media = std::ranges::find(kMedia, content.number, &MediaRow::number);
  return media == kMedia.end() ? StanzaTraits{} : of("media", media->mediatype);
}

}  // namespace wasphere::model
