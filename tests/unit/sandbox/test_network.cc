#include "tests/unit/sandbox/test_network.h"

#include <catch2/catch.hpp>

#include "core/stanza/pairing.h"
#include "core/stanza/stream.h"
#include "sandbox/link.h"

namespace wasphere::sandbox::test {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}

ServerKeys keys_of(ServerState& state, Rng& rng) {
  auto kept = must(state.load_keys());
  if (kept) return *kept;
  auto made = Certificates::make_keys(rng);
  REQUIRE(state.save(made));
  return made;
}

}  // namespace

void TestNetwork::start() {
  files_.emplace(must(StateFiles::open(directory_.path(), state_folders())));
  server_state_.emplace(*files_);
  phone_state_.emplace(*files_);
  world_.emplace(must(World::load(*server_state_)));
  certificates_.emplace(keys_of(*server_state_, rng), clock, rng);
  groups_.emplace(must(GroupBook::load(*server_state_)));
  network_.emplace(*world_, *groups_, *certificates_, clock, rng);
  Journal::Contents left;
  journal_.emplace(must(Journal::open(directory_.path(), left)));
  network_->post.keep_in(*journal_, std::move(left));
  desk_.emplace(*network_);
  const Offload inline_offload = [](std::function<void()> work, std::function<void()> then) {
    work();
    then();
  };
  phones_ =
      must(Phones::load(*phone_state_, {*desk_, network_->faults, clock, rng, inline_offload}));
}

Contacts& TestNetwork::contacts() {
  if (!contacts_) {
    handset_state_.emplace(*files_);
    contacts_ = must(Contacts::load(*handset_state_, *phones_, {*desk_, clock, rng}));
  }
  return *contacts_;
}

void TestNetwork::settle() {
  clock.advance(std::chrono::milliseconds(1));
}

void TestNetwork::restart() {
  REQUIRE(network_->links.size() == 0);
  contacts_.reset();
  phones_.reset();
  desk_.reset();
  network_.reset();
  journal_.reset();
  certificates_.reset();
  groups_.reset();
  world_.reset();
  files_.reset();
  start();
}

Link& TestNetwork::only_link() {
  const auto links = network_->links.all();
  REQUIRE(links.size() == 1);
  return *links.front();
}

TestClient::TestClient(TestNetwork& network)
    : TestClient(network, stanza::Device::generate(network.rng)) {}

TestClient::TestClient(TestNetwork& network, stanza::Device own_device)
    : device(std::move(own_device)), network_(network) {}

void TestClient::open() {
  hang_up();
  messages_.clear();
  noise_.reset();
  closed_ = dropped_ = false;
  link_ = &network_.network().links.open(*this);
}

void TestClient::hang_up() {
  if (link_ == nullptr) return;
  network_.network().links.closed(link_->id());
  link_ = nullptr;
}

void TestClient::feed(BytesView bytes) {
  REQUIRE(link_ != nullptr);
  link_->on_bytes(bytes);
}

Status TestClient::connect() {
  return connect_with(stanza::client_payload(device, {}));
}

Status TestClient::connect_with(Bytes client_payload) {
  open();
  wire::Prologue prologue;
  prologue.header[3] = static_cast<std::uint8_t>(dictionary);
  prologue.routing_info = device.routing_info;
  noise::ClientHandshake handshake({.static_key = device.noise_key,
                                    .root = network_.network().certificates.root(),
                                    .prologue = prologue,
                                    .client_payload = std::move(client_payload)},
                                   network_.rng);
  feed(concat({prologue.encode(), *wire::encode_frame(handshake.start())}));
  if (messages_.empty()) return fail(ErrorCode::network_unreachable, "no serverHello");
  auto done = handshake.on_server_hello(take_frame(), runtime::unix_seconds(network_.clock));
  if (!done) return fail(std::move(done).error());
  noise_.emplace(std::move(done->transport));
  feed(*wire::encode_frame(done->final_message));
  return {};
}

Bytes TestClient::take_frame() {
  REQUIRE_FALSE(messages_.empty());
  wire::FrameDecoder decoder;
  decoder.feed(messages_.front());
  messages_.pop_front();
  auto frame = decoder.next();
  REQUIRE(frame);  // each message holds exactly one whole frame
  REQUIRE(decoder.buffered() == 0);
  return *std::move(frame);
}

void TestClient::send_node(const wire::Node& node) {
  feed(*wire::encode_frame(noise_->encrypt(wire::encode_node(node, dictionary))));
}

std::optional<wire::Node> TestClient::receive() {
  if (messages_.empty()) return std::nullopt;
  return must(wire::decode_node(must(noise_->decrypt(take_frame())), dictionary));
}

wire::Node TestClient::expect(std::string_view tag) {
  auto node = receive();
  REQUIRE(node);
  REQUIRE(node->tag == tag);
  return *std::move(node);
}

wire::Node TestClient::ask(const wire::Node& iq) {
  send_node(iq);
  auto answer = expect("iq");
  REQUIRE(answer.attr("id") == iq.attr("id"));
  REQUIRE(answer.attr("from") == "@s.whatsapp.net");
  return answer;
}

std::string TestClient::qr() {
  const auto refs = must(stanza::parse_pair_device(expect("iq")));
  REQUIRE(refs.size() == 6);
  return stanza::qr_text(refs.front(), device, "1");
}

bool TestClient::confirm() {
  auto accepted = stanza::accept_pair_success(expect("iq"), device, network_.rng);
  if (!accepted) {
    send_node(accepted.error().reply);
    return false;
  }
  device.account = std::move(accepted->account);
  send_node(accepted->reply);
  const auto end = receive();
  return end && end->tag == "stream:error" && end->attr("code") == "515";
}

void TestClient::link(const std::string& phone) {
  REQUIRE(connect());
  network_.phones().scan(phone, qr(), [this](Result<LinkedCompanion> answer) {
    if (answer) {
      scanned = *answer;
    } else {
      scan_error = answer.error();
    }
  });
  REQUIRE(confirm());
  REQUIRE(scanned);
  log_in();
}

void TestClient::log_in() {
  REQUIRE(connect());
  REQUIRE(expect("success").jid("lid") == device.account->lid);
  for (int i = 0; i < 3; ++i) expect("ib");
}

}  // namespace wasphere::sandbox::test
