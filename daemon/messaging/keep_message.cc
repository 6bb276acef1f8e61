#include "daemon/messaging/keep_message.h"

#include "daemon/messaging/keep_addons.h"
#include "daemon/messaging/own_protocol.h"

namespace wasphere::messaging {
namespace {

using model::Parsed;

// One part of a message, by kind.
class Keeper {
 public:
  Keeper(InboundJob& job, const Scene& scene, const Parsed& parsed, Noted& noted)
      : job_(job), scene_(scene), parsed_(parsed), noted_(noted) {}

  void operator()(const model::Nothing&) {}
  void operator()(const model::Protocol& protocol) {
    keep_protocol(job_, scene_, protocol, noted_);
  }
  void operator()(const model::Reaction&) { show(keep_reaction); }
  void operator()(const model::PollVote&) { show(keep_vote); }
  void operator()(const model::SecretContent&) { show(keep_secret); }
  void operator()(const model::Edit&) { show(keep_edit); }
  void operator()(const model::Revoke&) { show(keep_revoke); }
  template <class Visible>
  void operator()(const Visible&) {
    show([](InboundJob& job, const Scene& scene, const Parsed& parsed) {
      keep_row(job, make_row(job, scene, parsed));
    });
  }

 private:
  template <class Keep>
  void show(Keep keep) {
    if (!job_.self.session.settings.receive_enabled) return;
    keep(job_, scene_, parsed_);
    noted_.shown = !scene_.base.from_me;
  }

  InboundJob& job_;
  const Scene& scene_;
  const Parsed& parsed_;
  Noted& noted_;
};

// False: to be ignored. Only our own devices can tell what they sent.
bool enter_copy(InboundJob& job, Scene& scene, const Parsed& parsed) {
  if (!parsed.device_sent) return true;
  return scene.base.from_me && move_to_destination(job, scene, parsed.device_sent->destination);
}

}  // namespace

Noted keep_message(InboundJob& job, const Scene& scene, std::vector<Parsed> parts) {
  Noted noted;
  for (const Parsed& parsed : parts) {
    Scene here = scene;
    if (enter_copy(job, here, parsed)) std::visit(Keeper(job, here, parsed, noted), parsed.content);
  }
  return noted;
}

void keep_row(InboundJob& job, const store::MessageRow& row) {
  const auto before = find_same(job, row);
  const bool replaces = before && is_placeholder(*before);
  if ((before && !replaces) || !job.tx.messages.insert(row)) return;
  if (row.from_me) {
    job.tell(events::MessageSent{row});
  } else {
    job.tell(events::MessageReceived{row, replaces});
  }
}

void keep_placeholder(InboundJob& job, const Scene& scene, std::string_view reason) {
  if (!job.self.session.settings.receive_enabled || find_same(job, scene.base)) return;
  store::MessageRow row = scene.base;
  row.type = "undecryptable";
  row.status = store::MessageStatus::undecryptable;
  row.content = "{}";
  row.context = job.encoder.context(model::Parsed{});
  if (job.tx.messages.insert(row)) job.tell(events::MessageUndecryptable{row, std::string(reason)});
}

}  // namespace wasphere::messaging
