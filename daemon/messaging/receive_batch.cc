#include "daemon/messaging/receive_batch.h"

#include "daemon/messaging/answers.h"
#include "daemon/messaging/keep_message.h"
#include "daemon/messaging/open_message.h"
#include "daemon/messaging/retry_request.h"

namespace wasphere::messaging {
namespace {

using stanza::IncomingMessage;

// Nacks of protocol 2, section 6.3.
constexpr int kParsing = 487;
constexpr int kUnknownType = 490;
constexpr int kBadProtobuf = 491;
constexpr int kNoSecret = 495;
constexpr int kUnhandled = 500;
constexpr std::int64_t kPhoneKeepsMs = 14 * 86'400'000LL;

bool hides_failure(const IncomingMessage& message) {
  for (const stanza::Enc& enc : message.encs)
    if (enc.hide_failure) return true;
  return false;
}

class Receiving {
 public:
  explicit Receiving(InboundJob& job) : job_(job), answers_(job.self) {}

  void receive(const wire::Node& node) {
    const auto message = stanza::parse_message(node, job_.self.own);
    if (!message) return answers_.ack(node, kParsing);
    if (message->encs.empty()) return without_content(node, *message);
    const Scene scene = make_scene(job_, *message);
    job_.people.show_name(scene.sender, message->push_name);
    auto opened = open_message(job_, *message, scene.sender);
    conclude(node, *message, scene, std::move(opened));
  }

  BatchOutcome finish() {
    job_.ratchets.flush();
    outcome_.answers = answers_.take();
    return std::move(outcome_);
  }

 private:
  // For a newsletter, or for the phone alone; the person should know of the latter.
  void without_content(const wire::Node& node, const IncomingMessage& message) {
    if (!message.unavailable.empty() && !message.plaintext)
      keep_placeholder(job_, make_scene(job_, message), "unavailable_" + message.unavailable);
    answers_.ack(node);
  }

  void conclude(const wire::Node& node, const IncomingMessage& message, const Scene& scene,
                Opened opened) {
    switch (opened.outcome) {
      case Outcome::opened:
        return keep(message, scene, std::move(opened.parts));
      case Outcome::duplicate:
        return answers_.received(message);
      case Outcome::unreadable:
        return miss(node, message, scene, *opened.fault);
      case Outcome::garbage:
        return answers_.ack(node, kBadProtobuf);
      case Outcome::unsupported:
        return answers_.ack(node, kUnknownType);
      case Outcome::no_secret:
        return answers_.ack(node, kNoSecret);
    }
  }

  void keep(const IncomingMessage& message, const Scene& scene, std::vector<model::Parsed> parts) {
    const Noted noted = keep_message(job_, scene, std::move(parts));
    answers_.received(message);
    if (noted.history_sync) answers_.history_noted(message);
    if (noted.shown && job_.self.session.settings.auto_read_on_receive) answers_.read(message);
  }

  void miss(const wire::Node& node, const IncomingMessage& message, const Scene& scene,
            signal::Fault fault) {
    const auto known = find_same(job_, scene.base);
    if (known && !is_placeholder(*known)) return answers_.received(message);
    if (!hides_failure(message)) keep_placeholder(job_, scene, fault_name(fault));
    auto asked = ask_again(job_, scene, message, fault);
    if (asked.receipt) answers_.add(std::move(*asked.receipt));
    if (job_.self.now_ms - scene.base.time < kPhoneKeepsMs) {
      if (asked.first) outcome_.missed.push_back(phone_key(scene));
      if (asked.given_up) outcome_.given_up.push_back(phone_key(scene));
    }
    // Without the number the copy of an own message would come again with every connection.
    answers_.ack(node, kUnhandled);
  }

  InboundJob& job_;
  Answers answers_;
  BatchOutcome outcome_;
};

}  // namespace

BatchOutcome receive_batch(InboundJob& job, const std::vector<wire::Node>& stanzas) {
  const stanza::OwnAddresses& own = job.self.own;
  if (!own.lid.user.empty())
    job.people.learn(own.jid.without_device(), own.lid.without_device(), true);
  Receiving receiving(job);
  for (const wire::Node& stanza : stanzas) receiving.receive(stanza);
  return receiving.finish();
}

}  // namespace wasphere::messaging
