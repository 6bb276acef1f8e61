#include "core/model/readers.h"

namespace wasphere::model {
namespace {

constexpr std::size_t kSha256Bytes = 32;

// The members that all kinds have.
template <class Message>
Media common(MediaKind kind, const Message& in) {
  Media out;
  out.kind = kind;
  out.mimetype = text_of(in.mimetype());
  out.size = in.file_length();
  if (in.file_sha256().size() == kSha256Bytes) out.sha256 = bytes_of(in.file_sha256());
  return out;
}

bool read_moving(BytesView bytes, Parsed& out, bool note) {
  auto in = decode<proto::VideoMessage>(bytes);
  if (!in) return false;
  MediaKind plain = in->gif_playback() ? MediaKind::gif : MediaKind::video;
  Media media = common(note ? MediaKind::note : plain, *in);
  media.caption = text_of(in->caption());
  media.seconds = in->seconds();
  out.view_once |= in->view_once();
  read_context(out, in->context_info());
  out.content = std::move(media);
  return true;
}

}  // namespace

bool read_image(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ImageMessage>(bytes);
  if (!in) return false;
  Media media = common(MediaKind::image, *in);
  media.caption = text_of(in->caption());
  out.view_once |= in->view_once();
  read_context(out, in->context_info());
  out.content = std::move(media);
  return true;
}

bool read_video(BytesView bytes, Parsed& out) {
  return read_moving(bytes, out, false);
}

bool read_note(BytesView bytes, Parsed& out) {
  return read_moving(bytes, out, true);
}

bool read_audio(BytesView bytes, Parsed& out) {
  auto in = decode<proto::AudioMessage>(bytes);
  if (!in) return false;
  Media media = common(in->ptt() ? MediaKind::voice : MediaKind::audio, *in);
  media.seconds = in->seconds();
  out.view_once |= in->view_once();
  read_context(out, in->context_info());
  out.content = std::move(media);
  return true;
}

bool read_document(BytesView bytes, Parsed& out) {
  auto in = decode<proto::DocumentMessage>(bytes);
  if (!in) return false;
  Media media = common(MediaKind::document, *in);
  media.caption = text_of(in->caption());
  media.file_name = text_of(in->has_file_name() ? in->file_name() : in->title());
  media.pages = in->page_count();
  read_context(out, in->context_info());
  out.content = std::move(media);
  return true;
}

bool read_sticker(BytesView bytes, Parsed& out) {
  auto in = decode<proto::StickerMessage>(bytes);
  if (!in) return false;
  Media media = common(MediaKind::sticker, *in);
  media.animated = in->is_animated();
  read_context(out, in->context_info());
  out.content = std::move(media);
  return true;
}

}  // namespace wasphere::model
