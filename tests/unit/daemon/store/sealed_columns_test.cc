// What must not be readable in the database's files, and what may be.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/signal/sender_key.h"
#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

std::string files_of(const test::TempDir& dir) {
  std::stringstream out;
  for (const auto& entry : std::filesystem::directory_iterator(dir / "state"))
    if (entry.path().filename().string().starts_with(kDatabaseName))
      out << std::ifstream(entry.path(), std::ios::binary).rdbuf();
  return out.str();
}

Bytes marked(char mark) {
  return Bytes(32, static_cast<std::uint8_t>(mark));
}

bool holds(const std::string& files, char mark) {
  return files.find(std::string(32, mark)) != std::string::npos;
}

}  // namespace

TEST_CASE("secrets are in no file of the database, the text that is searched is") {
  MessagingDatabase t;
  signal::SessionRecord ratchet;
  ratchet.current.emplace();
  ratchet.current->base_key.fill('R');
  t.signal.save_session("sess_a", jid(kAliceLid), ratchet);
  auto key = signal::new_sender_key(t.rng);
  t.signal.save_sender_key("sess_a", jid(kGroup), jid(kAliceLid), key);
  auto row = t.message("M1");
  row.secret = marked('S');
  row.payload = marked('P');
  REQUIRE(t.messages.insert(row));
  auto sent = sent_of("M2");
  sent.message = marked('T');
  t.messages.save_sent("sess_a", sent);
  auto queued = t.queued("M3");
  queued.message = marked('Q');
  queued.secret = marked('V');
  t.enqueue(queued);
  t.commit();

  const std::string files = files_of(t.dir());
  for (char mark : {'R', 'S', 'P', 'T', 'Q', 'V'}) {
    INFO(mark);
    CHECK_FALSE(holds(files, mark));
  }
  const BytesView seed = key.states.front().signing_private->view();
  CHECK(files.find(as_text(seed)) == std::string::npos);
  CHECK(files.find("text M1") != std::string::npos);
}

}  // namespace wasphere::store
