#include <catch2/catch.hpp>

#include "tests/unit/core/model/support.h"

namespace wasphere::model {
namespace {

using test::field;
using test::number_field;
using test::wrapped;

const Bytes kHello = field(1, "hello");
const Bytes kOwnKey = field(1, number_field(2, 1));
const Bytes kOtherKey = field(1, number_field(2, 0));

TEST_CASE("every kind of message has its type and mediatype") {
  struct Case {
    Bytes message;
    const char* type;
    const char* mediatype;
  };
  for (const auto& [message, type, mediatype] :
       {Case{kHello, "text", ""},
        Case{{}, "text", ""},
        Case{field(6, field(1, "x")), "text", ""},
        Case{field(6, field(2, " ")), "text", ""},
        Case{field(6, field(2, "https://example.org")), "media", "url"},
        Case{field(3, ""), "media", "image"},
        Case{field(9, ""), "media", "video"},
        Case{field(9, number_field(8, 1)), "media", "gif"},
        Case{field(66, ""), "media", "ptv"},
        Case{field(8, ""), "media", "audio"},
        Case{field(8, number_field(6, 1)), "media", "ptt"},
        Case{field(7, ""), "media", "document"},
        Case{wrapped(53, field(7, "")), "media", "document"},
        Case{wrapped(74, field(26, "")), "media", "sticker"},
        Case{field(5, ""), "media", "location"},
        Case{field(5, number_field(6, 1)), "media", "livelocation"},
        Case{field(18, ""), "media", "livelocation"},
        Case{field(4, ""), "media", "vcard"},
        Case{field(13, ""), "media", "contact_array"},
        Case{field(28, ""), "media", "url"},
        Case{field(36, ""), "media", "list"},
        Case{field(39, ""), "media", "list_response"},
        Case{field(43, ""), "media", "buttons_response"},
        Case{field(48, ""), "media", "native_flow_response"},
        Case{field(83, ""), "text", ""},
        Case{field(46, field(2, "x")), "reaction", ""},
        Case{field(49, ""), "poll", ""},
        Case{field(75, ""), "event", ""}}) {
    StanzaTraits traits = stanza_traits(message);
    CAPTURE(type, mediatype, to_text(message));
    CHECK(traits.type == type);
    CHECK(traits.mediatype == mediatype);
  }
}

TEST_CASE("edits, pins and revokes have their number") {
  auto edit = [](BytesView message) { return stanza_traits(message).edit; };
  CHECK(edit(kHello).empty());
  CHECK(edit(field(12, concat({kOwnKey, number_field(2, 14)}))) == "1");
  CHECK(edit(wrapped(58, field(12, number_field(2, 14)))) == "1");
  CHECK(edit(field(63, "")) == "2");
  CHECK(edit(field(12, concat({kOwnKey, number_field(2, 0)}))) == "7");
  CHECK(edit(field(12, concat({kOtherKey, number_field(2, 0)}))) == "8");
  CHECK(edit(field(46, "")) == "7");
  CHECK(edit(field(46, field(2, "x"))).empty());
  CHECK(edit(field(51, number_field(2, 2))) == "7");
  CHECK(edit(field(82, number_field(4, 2))) == "1");
}

TEST_CASE("failures are hidden for what nobody waits for, not for revokes") {
  auto hidden = [](BytesView message) { return stanza_traits(message).hide_failure; };
  CHECK(hidden(field(46, field(2, "x"))));
  CHECK(hidden(field(56, "")));
  CHECK(hidden(field(50, "")));
  CHECK(hidden(field(63, "")));
  CHECK(hidden(field(51, "")));
  CHECK(hidden(field(76, "")));
  CHECK(hidden(field(12, number_field(2, 14))));
  CHECK(hidden(field(12, number_field(2, 30))));
  CHECK(hidden(field(82, number_field(4, 4))));
  CHECK_FALSE(hidden(kHello));
  CHECK_FALSE(hidden(field(12, concat({kOwnKey, number_field(2, 0)}))));
  CHECK_FALSE(hidden(field(12, number_field(2, 5))));
  CHECK_FALSE(hidden(field(49, "")));
}

TEST_CASE("polls and events say which part they are") {
  CHECK(stanza_traits(field(64, "")).poll_type == "creation");
  CHECK(stanza_traits(field(50, "")).poll_type == "vote");
  CHECK(stanza_traits(field(82, number_field(4, 4))).poll_type == "edit");
  CHECK(stanza_traits(field(75, "")).event_type == "creation");
  CHECK(stanza_traits(field(76, "")).event_type == "response");
  CHECK(stanza_traits(field(82, number_field(4, 1))).event_type == "edit");
  CHECK(stanza_traits(kHello).poll_type.empty());
}

TEST_CASE("the traits of a copy for own devices are those of its message") {
  Bytes message = field(49, "");
  CHECK(stanza_traits(wrap_device_sent(message, {"2", "lid"})).type == "poll");
  CHECK(stanza_traits(Bytes{0xFF}).type == "text");
}

}  // namespace
}  // namespace wasphere::model
