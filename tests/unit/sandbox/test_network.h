// A sandbox network without sockets, on a clock that the test moves, and clients of it.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/noise/handshake.h"
#include "core/stanza/device.h"
#include "core/wire/node.h"
#include "sandbox/contacts.h"
#include "sandbox/network.h"
#include "sandbox/phone.h"
#include "sandbox/phone_desk.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/temp_dir.h"

namespace wasphere::sandbox::test {

class TestNetwork {
 public:
  TestNetwork() { start(); }
  // As after kill -9: only what is on the disk survives. Clients must be gone.
  void restart();

  Network& network() { return *network_; }
  Phones& phones() { return *phones_; }
  // People with Signal state; phones that were there before the first call have some from then on.
  Contacts& contacts();
  // Lets virtual devices handle what they have got, and what follows from it.
  void settle();
  World& world() { return *world_; }
  Faults& faults() { return network_->faults; }
  // The link of the one connection there is.
  Link& only_link();
  const std::string& directory() const { return directory_.path(); }

  wasphere::test::ManualClock clock;
  wasphere::test::SeededRng rng;

 private:
  void start();

  wasphere::test::TempDir temporary_;
  struct Path {
    std::string text;
    const std::string& path() const { return text; }
  } directory_{temporary_ / "state"};
  std::optional<StateFiles> files_;
  std::optional<ServerState> server_state_;
  std::optional<PhoneState> phone_state_;
  std::optional<World> world_;
  std::optional<GroupBook> groups_;
  std::optional<Certificates> certificates_;
  std::optional<Journal> journal_;
  std::optional<Network> network_;
  std::optional<PhoneDesk> desk_;
  std::unique_ptr<Phones> phones_;
  std::optional<HandsetState> handset_state_;
  std::unique_ptr<Contacts> contacts_;
};

// A companion: its keys, and one connection at a time.
class TestClient final : public LinkTransport {
 public:
  explicit TestClient(TestNetwork& network);
  TestClient(TestNetwork& network, stanza::Device own_device);
  ~TestClient() override { hang_up(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  // Opens a link and goes through the handshake; the error is what a client would find wrong.
  Status connect();
  Status connect_with(Bytes client_payload);
  // Feeds the link by hand, before or instead of connect().
  void open();
  void feed(BytesView bytes);
  void hang_up();

  void send_node(const wire::Node& node);
  // The next stanza from the server; nothing if there is none.
  std::optional<wire::Node> receive();
  // The next one must be there and have that tag.
  wire::Node expect(std::string_view tag);
  // Sends it and takes the answer, which must be the next stanza.
  wire::Node ask(const wire::Node& iq);
  std::size_t unread_frames() const { return messages_.size(); }
  Bytes take_frame();

  bool closed() const { return closed_; }
  bool dropped() const { return dropped_; }

  // Linking by QR up to pair-success; true when the server ended with 515.
  std::string qr();  // of the first ref, after connect()
  bool confirm();    // takes pair-success, keeps the account, answers it
  // connect, scan, confirm, reconnect, and read the opening stanzas of the login.
  void link(const std::string& phone);
  void log_in();

  stanza::Device device;
  wire::Dictionary dictionary = wire::Dictionary::v3;
  std::optional<Error> scan_error;
  std::optional<LinkedCompanion> scanned;

 private:
  void send(Bytes message) override { messages_.push_back(std::move(message)); }
  void close() override { closed_ = true; }
  void drop() override { dropped_ = true; }

  TestNetwork& network_;
  Link* link_ = nullptr;
  std::deque<Bytes> messages_;
  std::optional<noise::NoiseTransport> noise_;
  bool closed_ = false;
  bool dropped_ = false;
};

}  // namespace wasphere::sandbox::test
