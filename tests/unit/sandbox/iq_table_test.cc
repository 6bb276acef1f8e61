#include "sandbox/iq_table.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/stanza/fields.h"
#include "core/stanza/iq.h"
#include "core/stanza/prekeys.h"
#include "sandbox/link.h"
#include "sandbox/login_role.h"
#include "sandbox/registration.h"
#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

struct Fixture {
  TestNetwork network;
  std::string phone = network.phones().create("", "Sam", "")->number;
  TestClient client{network};
  Fixture() { client.link(phone); }

  wire::Node ask(std::string_view xmlns, std::string_view type, wire::Nodes children = {}) {
    return client.ask(stanza::iq("42", xmlns, type, std::move(children)));
  }
  std::vector<stanza::PublicPreKey> make_keys(std::uint32_t first, std::uint32_t count) {
    std::vector<stanza::PublicPreKey> keys;
    for (std::uint32_t id = first; id < first + count; ++id)
      keys.push_back({id, crypto::KeyPair::generate(network.rng).public_key});
    return keys;
  }
  wire::Node upload(const std::vector<stanza::PublicPreKey>& keys) {
    return client.ask(stanza::prekey_upload("u", client.device, keys));
  }
  std::uint32_t count() {
    return *stanza::parse_prekey_count(client.ask(stanza::prekey_count_request("c")));
  }
  const wire::Jid& jid() const { return client.device.account->jid; }
};

std::string error_code(const wire::Node& answer) {
  if (answer.attr("type") != "error") return {};
  return answer.child("error")->attr_or("code", "");
}

wire::Node bare(std::string tag) {
  return {std::move(tag), {}, {}};
}

TEST_CASE("what every client asks after login is answered with the child it waits for") {
  const auto [xmlns, type, asked, answered] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"abt", "get", "props", "props"},
          {"w", "get", "props", "props"},
          {"blocklist", "get", "", "list"},
          {"privacy", "get", "privacy", "privacy"},
          {"w:m", "set", "media_conn", "media_conn"},
          {"w:p", "get", "", ""},
          {"w:p", "get", "ping", ""},
          {"urn:xmpp:ping", "get", "ping", ""},
          {"urn:xmpp:whatsapp:dirty", "set", "clean", ""},
          {"passive", "set", "active", ""},
          {"passive", "set", "passive", ""},
          {"w:g2", "get", "participating", "groups"},
          {"encrypt", "get", "count", "count"},
      }));
  Fixture f;
  const auto answer = f.ask(xmlns, type, asked.empty() ? wire::Nodes{} : wire::Nodes{bare(asked)});
  CHECK(answer.attr("type") == "result");
  const auto* child = answer.child();
  CHECK((child == nullptr ? "" : child->tag) == answered);
}

TEST_CASE("what the network does not know is answered with an error, not with silence") {
  const auto [xmlns, type, asked, code] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"w:mex", "get", "query", "501"},
          {"md", "get", "ref", "501"},
          {"md", "set", "passkey_prologue", "501"},
          {"md", "set", "pair-device", "501"},
          {"encrypt", "get", "", "501"},
          {"", "get", "", "501"},
          {"w:profile:picture", "get", "picture", "404"},
          {"w:g2", "get", "query", "404"},
          {"encrypt", "get", "digest", "404"},
          {"encrypt", "set", "registration", "400"},
          {"encrypt", "set", "rotate", "400"},
          {"usync", "get", "usync", "400"},
          {"md", "set", "remove-companion-device", "403"},
      }));
  Fixture f;
  CHECK(error_code(f.ask(xmlns, type, asked.empty() ? wire::Nodes{} : wire::Nodes{bare(asked)})) ==
        code);
}

TEST_CASE("a ping is answered with the server's time") {
  Fixture f;
  CHECK(f.client.ask(stanza::ping("1")).attr("t") ==
        std::to_string(runtime::unix_seconds(f.network.clock)));
}

TEST_CASE("uploaded pre-keys are counted, digested, kept over a restart, and not doubled") {
  Fixture f;
  CHECK(f.count() == 0);
  const auto keys = f.make_keys(1, 30);
  CHECK(f.upload(keys).attr("type") == "result");
  CHECK(f.count() == 30);
  CHECK(f.upload(keys).attr("type") == "result");
  CHECK(f.count() == 30);
  CHECK(f.upload(f.make_keys(31, 5)).attr("type") == "result");
  const auto digest = f.client.ask(stanza::digest_request("d"));
  CHECK(digest.child("digest")->child("list")->children().size() == 35);
  CHECK(digest.child("digest")->child("hash")->content_bytes().size() == 20);
  f.client.hang_up();
  f.network.restart();
  f.client.log_in();
  CHECK(f.count() == 35);
  CHECK(f.client.ask(stanza::digest_request("d")) == digest);
}

TEST_CASE("an upload of another identity or with a bad signature is refused") {
  Fixture f;
  const auto own = f.client.device;
  SECTION("another identity") {
    f.client.device.identity_key = crypto::KeyPair::generate(f.network.rng);
    CHECK(error_code(f.upload(f.make_keys(1, 1))) == "409");
  }
  SECTION("a bad signature") {
    f.client.device.signed_pre_key.signature[0] ^= 1;
    CHECK(error_code(f.upload(f.make_keys(1, 1))) == "406");
  }
  CHECK(f.count() == 0);
}

TEST_CASE("an upload that cannot be saved is an error, and nothing is counted") {
  Fixture f;
  std::filesystem::create_directory(f.network.directory() + "/devices/" + f.phone + "_1.json.tmp");
  CHECK(error_code(f.upload(f.make_keys(1, 3))) == "500");
  CHECK(f.count() == 0);
}

TEST_CASE("a signed pre-key can be rotated, if the identity signed it") {
  Fixture f;
  f.upload(f.make_keys(1, 1));
  const auto key = crypto::KeyPair::generate(f.network.rng).public_key;
  auto signature = crypto::sign(f.client.device.identity_key.private_key,
                                crypto::with_type_byte(key), f.network.rng);
  const bool genuine = GENERATE(true, false);
  if (!genuine) signature[1] ^= 1;
  const wire::Node skey{
      "skey",
      {},
      wire::Nodes{stanza::leaf("id", stanza::big_endian(2, 3)), stanza::leaf("value", key),
                  stanza::leaf("signature", signature)}};
  const auto answer = f.ask("encrypt", "set", {{"rotate", {}, wire::Nodes{skey}}});
  CHECK(error_code(answer) == (genuine ? "" : "406"));
  const auto& bundle = f.network.world().device(f.jid())->bundle;
  CHECK((bundle.signed_pre_key == key) == genuine);
}

TEST_CASE("a bundle carries one one-time key, never the same twice, and none when they are gone") {
  Fixture f;
  f.upload(f.make_keys(1, 2));
  TestClient asker(f.network);
  asker.link(f.network.phones().create("", "", "")->number);
  const wire::Node user{"user", {{"jid", f.client.device.account->lid}}, {}};
  std::set<Bytes> handed_out;
  for (int i = 0; i < 3; ++i) {
    const auto answer =
        asker.ask(stanza::iq("k", "encrypt", "get", {{"key", {}, wire::Nodes{user}}}));
    const auto* bundle = answer.child("list")->child("user");
    CHECK(bundle->jid("jid") == f.client.device.account->lid);
    CHECK(bundle->child("registration")->content_bytes().size() == 4);
    CHECK(bundle->child("identity")->content_bytes() ==
          to_bytes(f.client.device.identity_key.public_key));
    CHECK(bundle->child("skey")->child("signature")->content_bytes().size() == 64);
    CHECK(bundle->child("device-identity")->content_bytes().size() > 100);
    if (const auto* key = bundle->child("key"))
      handed_out.insert(key->child("id")->content_bytes());
  }
  CHECK(handed_out.size() == 2);
  CHECK(f.network.world().device(f.jid())->bundle.one_time.empty());
}

TEST_CASE("a bundle of an unknown device is an error for that user only") {
  Fixture f;
  f.upload(f.make_keys(1, 9));
  const wire::Node known{"user", {{"jid", f.jid()}}, {}};
  const wire::Node unknown{"user", {{"jid", wire::Jid{"447700900999", "s.whatsapp.net", 3}}}, {}};
  const auto answer = f.ask("encrypt", "get", {{"key", {}, wire::Nodes{unknown, known}}});
  const auto& users = answer.child("list")->children();
  REQUIRE(users.size() == 2);
  CHECK(users[0].child("error")->attr("code") == "406");
  CHECK(users[1].child("identity") != nullptr);
}

TEST_CASE("a device that runs low is told once, and only when it is active") {
  Fixture f;
  f.upload(f.make_keys(1, 6));
  TestClient asker(f.network);
  asker.link(f.network.phones().create("", "", "")->number);
  f.ask("passive", "set", {bare("passive")});
  const wire::Node user{"user", {{"jid", f.jid()}}, {}};
  for (int i = 0; i < 4; ++i)
    asker.ask(stanza::iq("k", "encrypt", "get", {{"key", {}, wire::Nodes{user}}}));
  CHECK_FALSE(f.client.receive());
  f.client.send_node(stanza::set_active("a"));
  f.client.expect("iq");
  CHECK(stanza::parse_low_prekeys(f.client.expect("notification")) == 4U);
  CHECK_FALSE(f.client.receive());
}

TEST_CASE("missing bundles are fetched by device number, identities by address") {
  Fixture f;
  f.upload(f.make_keys(1, 3));
  const wire::Node device{"device", {{"id", "1"}}, {}};
  const wire::Node user{"user", {{"jid", f.jid().without_device()}}, wire::Nodes{device}};
  const auto bundles = f.ask("encrypt", "get", {{"key_fetch", {}, wire::Nodes{user}}});
  const auto* found = bundles.child("list")->child("user")->child("device");
  REQUIRE(found != nullptr);
  CHECK(found->attr("id") == "1");
  CHECK(found->child("skey") != nullptr);
  const wire::Node primary{"user", {{"jid", f.jid().without_device()}}, {}};
  const auto identity = f.ask("encrypt", "get", {{"identity", {}, wire::Nodes{primary}}});
  CHECK(identity.child("list")->child("user")->child("identity")->content_bytes() ==
        to_bytes(f.client.device.account->account_signature_key));
}

wire::Node usync_query(wire::Nodes protocols, wire::Nodes users) {
  return {
      "usync",
      {{"sid", "1"}, {"index", "0"}, {"last", "true"}, {"mode", "query"}, {"context", "message"}},
      wire::Nodes{{"query", {}, std::move(protocols)}, {"list", {}, std::move(users)}}};
}

TEST_CASE("usync tells an account's devices, their key indexes, the signed list and the LID") {
  Fixture f;
  const wire::Node user{"user", {{"jid", f.jid().without_device()}}, {}};
  const auto answer = f.ask("usync", "get", {usync_query({bare("devices"), bare("lid")}, {user})});
  const auto* found = answer.child("usync")->child("list")->child("user");
  REQUIRE(found != nullptr);
  CHECK(found->child("lid")->jid("val") == f.client.device.account->lid.without_device());
  const auto* devices = found->child("devices");
  REQUIRE(devices != nullptr);
  const auto& list = devices->child("device-list")->children();
  REQUIRE(list.size() == 2);
  CHECK(list[0].attr("id") == "0");
  CHECK(list[1].attr("id") == "1");
  CHECK(list[1].attr("key-index") == "1");
  CHECK(devices->child("device-list")->attr_or("hash", "").starts_with("2:"));
  CHECK_FALSE(devices->child("key-index-list")->content_bytes().empty());
}

TEST_CASE("usync tells who is on the network and who is not") {
  Fixture f;
  const wire::Node known{"user", {}, wire::Nodes{stanza::leaf("contact", "+" + f.phone)}};
  const wire::Node unknown{"user", {}, wire::Nodes{stanza::leaf("contact", "+447700999999")}};
  const auto answer = f.ask("usync", "get", {usync_query({bare("contact")}, {known, unknown})});
  const auto& users = answer.child("usync")->child("list")->children();
  REQUIRE(users.size() == 2);
  CHECK(users[0].child("contact")->attr("type") == "in");
  CHECK(users[0].jid("jid")->user == f.phone);
  CHECK(users[1].child("contact")->attr("type") == "out");
  const wire::Node bare_number{"user", {}, wire::Nodes{stanza::leaf("contact", f.phone)}};
  const auto without = f.ask("usync", "get", {usync_query({bare("contact")}, {bare_number})});
  CHECK(without.child("usync")->child("list")->child("user")->child("contact")->attr("type") ==
        "out");
}

TEST_CASE("app state is empty to read and refused to write") {
  Fixture f;
  const wire::Node read{"collection", {{"name", "regular"}, {"version", "0"}}, {}};
  const wire::Node write{"collection", {{"name", "regular_low"}}, wire::Nodes{bare("patch")}};
  const auto answer = f.ask("w:sync:app:state", "set", {{"sync", {}, wire::Nodes{read, write}}});
  const auto& collections = answer.child("sync")->children();
  REQUIRE(collections.size() == 2);
  CHECK(collections[0].attr("name") == "regular");
  CHECK_FALSE(collections[0].has("type"));
  CHECK(collections[1].attr("type") == "error");
}

TEST_CASE("a companion can log itself out, but nobody else") {
  Fixture f;
  TestClient other(f.network);
  other.link(f.phone);
  CHECK(f.client.expect("notification").attr("type") == "account_sync");
  CHECK(error_code(f.client.ask(stanza::remove_companion("r", other.device.account->jid))) ==
        "403");
  CHECK(f.client.ask(stanza::remove_companion("r", f.jid())).attr("type") == "result");
  const auto end = f.client.expect("stream:error");
  CHECK(end.attr("code") == "401");
  CHECK(f.network.world().device(f.jid()) == nullptr);
  CHECK(other.expect("notification").child("devices")->children().size() == 3);
  CHECK_FALSE(other.receive());
}

TEST_CASE("receipts and messages are acked, the rest is taken without a word") {
  Fixture f;
  const wire::Jid chat{"447700900999", "s.whatsapp.net"};
  f.client.send_node({"receipt", {{"id", "A1"}, {"to", chat}, {"type", "read"}}, {}});
  const auto receipt = f.client.expect("ack");
  CHECK(receipt.attr("class") == "receipt");
  CHECK(receipt.attr("id") == "A1");
  CHECK(receipt.jid("from") == chat);
  f.client.send_node({"message", {{"id", "B2"}, {"to", chat}, {"type", "text"}}, {}});
  const auto message = f.client.expect("ack");
  CHECK(message.attr("class") == "message");
  CHECK(message.attr("error") == "479");
  f.client.send_node({"presence", {}, {}});
  f.client.send_node({"chatstate", {{"to", chat}}, {}});
  f.client.send_node({"ack", {{"id", "C3"}, {"class", "notification"}}, {}});
  f.client.send_node(stanza::offline_batch(100));
  f.client.send_node({"made-up", {{"id", "D4"}}, {}});
  CHECK_FALSE(f.client.receive());
  CHECK_FALSE(f.client.closed());
}

}  // namespace
}  // namespace wasphere::sandbox::test
