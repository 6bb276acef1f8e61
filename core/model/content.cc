#include <algorithm>
#include <array>
#include <cmath>

#include "core/model/addon.h"
#include "core/model/message_fields.h"
#include "core/model/readers.h"

namespace wasphere::model {
namespace {

constexpr int kMaxRepeated = 4096;
constexpr int kRevoke = 0, kMessageEdit = 14;

double finite(double value) {
  return std::isfinite(value) ? value : 0;
}

bool read_location(BytesView bytes, Parsed& out) {
  auto in = decode<proto::LocationMessage>(bytes);
  if (!in) return false;
  read_context(out, in->context_info());
  out.content = Location{finite(in->latitude()), finite(in->longitude()), text_of(in->name()),
                         text_of(in->address()), in->is_live()};
  return true;
}

bool read_live_location(BytesView bytes, Parsed& out) {
  auto in = decode<proto::LiveLocationMessage>(bytes);
  if (!in) return false;
  read_context(out, in->context_info());
  out.content =
      Location{finite(in->latitude()), finite(in->longitude()), text_of(in->caption()), {}, true};
  return true;
}

ContactCard card_of(const proto::ContactMessage& in) {
  return {text_of(in.display_name()), text_of(in.vcard())};
}

bool read_contact(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ContactMessage>(bytes);
  if (!in) return false;
  read_context(out, in->context_info());
  out.content = Contacts{{card_of(*in)}};
  return true;
}

bool read_contacts(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ContactsArrayMessage>(bytes);
  if (!in || in->contacts_size() > kMaxRepeated) return false;
  read_context(out, in->context_info());
  Contacts contacts;
  for (const auto& each : in->contacts()) contacts.cards.push_back(card_of(each));
  out.content = std::move(contacts);
  return true;
}

bool read_poll(BytesView bytes, Parsed& out) {
  auto in = decode<proto::PollCreationMessage>(bytes);
  if (!in || in->options_size() > kMaxRepeated) return false;
  read_context(out, in->context_info());
  Poll poll;
  poll.name = text_of(in->name());
  for (const auto& option : in->options()) poll.options.push_back(text_of(option.name()));
  poll.selectable = in->selectable_count();
  out.content = std::move(poll);
  return true;
}

bool read_poll_update(BytesView bytes, Parsed& out) {
  auto in = decode<proto::PollUpdateMessage>(bytes);
  if (!in) return false;
  out.content = PollVote{key_of(in->key()), bytes_of(in->vote().payload()),
                         bytes_of(in->vote().iv()), in->sender_timestamp_ms()};
  return true;
}

bool read_reaction(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ReactionMessage>(bytes);
  if (!in) return false;
  out.content = Reaction{key_of(in->key()), text_of(in->text())};
  return true;
}

bool read_secret(BytesView bytes, Parsed& out, std::string_view use_case) {
  auto in = decode<proto::SecretMessage>(bytes);
  if (!in) return false;
  out.content = SecretContent{key_of(in->target()), bytes_of(in->payload()), bytes_of(in->iv()),
                              std::string(use_case)};
  return true;
}

bool read_enc_reaction(BytesView bytes, Parsed& out) {
  return read_secret(bytes, out, use_case::kReaction);
}

bool read_enc_comment(BytesView bytes, Parsed& out) {
  return read_secret(bytes, out, use_case::kComment);
}

bool read_enc_event_response(BytesView bytes, Parsed& out) {
  return read_secret(bytes, out, use_case::kEventResponse);
}

// The kinds of secretEncryptedMessage; empty for one that is not known.
std::string_view secret_use_case(int type) {
  switch (type) {
    case 1:
      return use_case::kEventEdit;
    case 2:
      return use_case::kMessageEdit;
    case 4:
      return use_case::kPollEdit;
    case 5:
      return use_case::kPollAddOption;
    default:
      return {};
  }
}

bool read_secret_encrypted(BytesView bytes, Parsed& out) {
  auto in = decode<proto::SecretMessage>(bytes);
  return in && read_secret(bytes, out, secret_use_case(in->type()));
}

bool read_protocol(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ProtocolMessage>(bytes);
  if (!in) return false;
  if (in->type() == kRevoke && in->has_key())
    out.content = Revoke{key_of(in->key())};
  else if (in->type() == kMessageEdit && in->has_edited_message())
    out.content = Edit{key_of(in->key()), bytes_of(in->edited_message())};
  else
    out.content = Protocol{in->has_type() ? in->type() : -1, to_bytes(bytes)};
  return true;
}

// Announces pictures that come as messages of their own.
bool read_album(BytesView, Parsed& out) {
  out.content = Nothing{};
  return true;
}

struct Row {
  std::uint32_t number;
  bool (*read)(BytesView, Parsed&);
};
constexpr std::array kReaders{Row{field::kConversation, read_conversation},
                              Row{field::kImage, read_image},
                              Row{field::kContact, read_contact},
                              Row{field::kLocation, read_location},
                              Row{field::kExtendedText, read_extended_text},
                              Row{field::kDocument, read_document},
                              Row{field::kAudio, read_audio},
                              Row{field::kVideo, read_video},
                              Row{field::kProtocol, read_protocol},
                              Row{field::kContactsArray, read_contacts},
                              Row{field::kLiveLocation, read_live_location},
                              Row{field::kTemplate, read_template},
                              Row{field::kSticker, read_sticker},
                              Row{field::kTemplateReply, read_template_reply},
                              Row{field::kList, read_list},
                              Row{field::kListResponse, read_list_response},
                              Row{field::kButtons, read_buttons},
                              Row{field::kButtonsResponse, read_buttons_response},
                              Row{field::kInteractive, read_interactive},
                              Row{field::kReaction, read_reaction},
                              Row{field::kInteractiveResponse, read_interactive_response},
                              Row{field::kPoll, read_poll},
                              Row{field::kPollUpdate, read_poll_update},
                              Row{field::kEncReaction, read_enc_reaction},
                              Row{field::kPollV2, read_poll},
                              Row{field::kPollV3, read_poll},
                              Row{field::kNote, read_note},
                              Row{field::kEncComment, read_enc_comment},
                              Row{field::kEncEventResponse, read_enc_event_response},
                              Row{field::kSecretEncrypted, read_secret_encrypted},
                              Row{field::kAlbum, read_album},
                              Row{field::kPollV5, read_poll},
                              Row{field::kPollV6, read_poll}};

}  // namespace

void read_context(Parsed& out, const proto::ContextInfo& context) {
  out.context.quoted_id = text_of(context.stanza_id());
  out.context.quoted_participant = text_of(context.participant());
  out.context.quoted_message = bytes_of(context.quoted_message());
  for (const std::string& jid : context.mentioned_jid())
    if (std::string text = text_of(jid);
        !text.empty() && out.context.mentions.size() < kMaxRepeated)
      out.context.mentions.push_back(std::move(text));
  out.context.forwarded = context.is_forwarded();
  out.context.forwarding_score = context.forwarding_score();
  out.context.expiration_s = context.expiration();
}

bool read_content(std::uint32_t number, BytesView bytes, Parsed& out) {
  auto row = std::ranges::find(kReaders, number, &Row::number);
  if (row != kReaders.end()) return row->read(bytes, out);
  out.content = Other{};
  return true;
}

}  // namespace wasphere::model
