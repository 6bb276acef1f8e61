#include "sandbox/mailbox.h"

#include <catch2/catch.hpp>

namespace wasphere::sandbox {
namespace {

struct FakeOutlet final : Outlet {
  std::vector<wire::Node> got;
  void deliver(const wire::Node& stanza) override { got.push_back(stanza); }
  // Ids of messages, tags of the rest; an offline one is marked.
  std::string take() {
    std::string text;
    for (const auto& node : got) {
      text += text.empty() ? "" : " ";
      text += node.tag == "ib" ? node.child()->tag + node.child()->attr_or("count", "")
                               : node.attr_or("id", "") + (node.has("offline") ? "!" : "");
    }
    got.clear();
    return text;
  }
};

struct Fixture {
  Mailbox box;
  FakeOutlet outlet;
  std::uint64_t number = 0;

  void put(const std::string& id) {
    box.put(++number, {LetterKind::message, false, {"message", {{"id", id}}, {}}});
  }
  void open() {
    box.attach(outlet);
    box.begin();
  }
  std::size_t take(const std::string& id) {
    return box.take(id, [](const Letter&) { return true; }, [](std::uint64_t) {});
  }
};

TEST_CASE("letters for a device that is there go out at once and stay until they are answered") {
  Fixture f;
  f.open();
  f.put("A");
  CHECK(f.outlet.take() == "offline_preview0 offline0 A");
  CHECK(f.box.size() == 1);
  CHECK(f.take("A") == 1);
  CHECK(f.take("A") == 0);
  CHECK(f.box.size() == 0);
}

TEST_CASE("what was not answered comes again on the next connection, as offline") {
  Fixture f;
  f.open();
  f.put("A");
  f.put("B");
  f.take("A");
  f.box.detach(f.outlet);
  f.put("C");
  f.outlet.take();
  f.open();
  CHECK(f.outlet.take() == "offline_preview2 B! C! offline2");
}

TEST_CASE(
    "a backlog beyond the first few waits to be asked for, and newer letters wait behind it") {
  Fixture f;
  for (const char id : std::string_view("ABCDEFGH")) f.put({id});
  f.open();
  CHECK(f.outlet.take() == "offline_preview8 A! B! C! D! E!");
  f.put("N");
  CHECK(f.outlet.take().empty());
  f.box.allow(2);
  CHECK(f.outlet.take() == "F! G!");
  f.box.allow(10);
  CHECK(f.outlet.take() == "H! offline8 N");
}

TEST_CASE("an answered letter of the backlog makes room for the next, without being asked") {
  Fixture f;
  for (const char id : std::string_view("ABCDEFGH")) f.put({id});
  f.open();
  f.outlet.take();
  CHECK(f.take("A") == 1);
  CHECK(f.outlet.take() == "F!");
  f.take("B");
  f.take("C");
  CHECK(f.outlet.take() == "G! H! offline8");
}

TEST_CASE("a backlog that was answered before it was asked for is over") {
  Fixture f;
  for (const char id : std::string_view("ABCDEF")) f.put({id});
  f.open();
  f.outlet.take();
  CHECK(f.take("F") == 1);
  CHECK(f.outlet.take() == "offline6");
}

TEST_CASE("a passive device gets nothing until it is active again") {
  Fixture f;
  f.open();
  f.outlet.take();
  f.box.pause(true);
  f.put("A");
  CHECK(f.outlet.take().empty());
  f.box.pause(false);
  CHECK(f.outlet.take() == "A");
}

TEST_CASE("a connection that was replaced takes nothing with it when it ends") {
  Fixture f;
  f.open();
  FakeOutlet newer;
  f.box.attach(newer);
  f.box.begin();
  f.box.detach(f.outlet);
  f.put("A");
  CHECK(newer.take() == "offline_preview0 offline0 A");
}

}  // namespace
}  // namespace wasphere::sandbox
