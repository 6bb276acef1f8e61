#include "core/stanza/usync.h"

#include <algorithm>
#include <limits>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/iq.h"

namespace wasphere::stanza {
namespace {

constexpr std::uint16_t kPhone = 0;

const char* name_of(UsyncContext context) {
  switch (context) {
    case UsyncContext::message:
      return "message";
    case UsyncContext::interactive:
      return "interactive";
    case UsyncContext::background:
      return "background";
  }
  return "message";
}

wire::Node tag(const char* name, wire::Nodes children = {}) {
  wire::Node out{name, {}, {}};
  if (!children.empty()) out.content = std::move(children);
  return out;
}

wire::Node query(std::string_view id, std::string_view sid, UsyncContext context,
                 wire::Nodes protocols, wire::Nodes users) {
  wire::Node usync{"usync",
                   {{"sid", std::string(sid)},
                    {"index", "0"},
                    {"last", "true"},
                    {"mode", "query"},
                    {"context", name_of(context)}},
                   wire::Nodes{tag("query", std::move(protocols)), tag("list", std::move(users))}};
  return iq(id, "usync", "get", {std::move(usync)});
}

// --- answers

std::optional<DeviceEntry> read_device(const wire::Node& node) {
  auto id = attr_u32(node, "id");
  if (node.tag != "device" || !id || *id > std::numeric_limits<std::uint16_t>::max())
    return std::nullopt;
  DeviceEntry out;
  out.device = static_cast<std::uint16_t>(*id);
  out.hosted = node.attr("is_hosted") == "true";
  if (out.device == kPhone) return out;
  out.key_index = attr_u32(node, "key-index");
  return out.key_index ? std::optional(out) : std::nullopt;
}

bool allows(const KeyIndexList& list, const DeviceEntry& device) {
  if (device.device == kPhone || *device.key_index > list.current_index) return true;
  return std::ranges::find(list.valid_indexes, *device.key_index) != list.valid_indexes.end();
}

// Device 0 is always there, whatever the answer says.
std::vector<DeviceEntry> read_devices(const wire::Node& list) {
  std::vector<DeviceEntry> out{DeviceEntry{}};
  for (const wire::Node& child : list.children())
    if (auto device = read_device(child); device && device->device != kPhone)
      out.push_back(*device);
  return out;
}

void check_against(UserDevices& out, const wire::Node& signed_list) {
  auto list = read_key_index_list(signed_list.content_bytes());
  if (!list) {
    out.devices.resize(1);
    return;
  }
  out.raw_id = list->raw_id;
  out.key_index_time = list->timestamp;
  std::erase_if(out.devices, [&](const DeviceEntry& device) { return !allows(*list, device); });
}

// False if the server had an error for the devices of this user.
bool read_device_answer(UserDevices& out, const wire::Node& devices) {
  if (devices.child("error") != nullptr) return false;
  const wire::Node* list = devices.child("device-list");
  if (list == nullptr) return false;
  out.hash = attr_word(*list, "hash");
  out.devices = read_devices(*list);
  if (const wire::Node* signed_list = devices.child("key-index-list"))
    check_against(out, *signed_list);
  return true;
}

std::string digits_of(std::string text) {
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

// A number that is not on WhatsApp may come without address.
bool read_user_address(UserDevices& out, const wire::Node& user) {
  const wire::Node* contact = user.child("contact");
  if (contact != nullptr) {
    out.registered = contact->attr("type") == "in";
    out.asked_number = digits_of(contact->content_text());
  }
  auto jid = attr_user(user, "jid");
  if (jid) out.user = jid->without_device();
  if (!jid && !out.asked_number.empty())
    out.user = {out.asked_number, std::string(wire::kUserServer)};
  if (out.registered && out.asked_number.empty()) out.asked_number = out.user.user;
  return !out.user.user.empty();
}

std::optional<UserDevices> read_user(const wire::Node& user) {
  UserDevices out;
  if (user.tag != "user" || !read_user_address(out, user)) return std::nullopt;
  if (const wire::Node* lid = user.child("lid")) {
    auto value = attr_user(*lid, "val");
    if (value && value->server == wire::kLidServer) out.lid = value->without_device();
  }
  const wire::Node* devices = user.child("devices");
  if (devices != nullptr && !read_device_answer(out, *devices)) return std::nullopt;
  return out;
}

Error refusal(const wire::Node& error) {
  constexpr std::uint32_t kTooMany = 429;
  auto backoff = attr_u32(error, "backoff");
  std::string text = "WhatsApp refused the device query: " + harmless(error.attr_or("code", "")) +
                     " " + harmless(error.attr_or("text", ""));
  if (!backoff && attr_u32(error, "code") != kTooMany)
    return Error{ErrorCode::whatsapp_error, std::move(text)};
  Error out{ErrorCode::rate_limited, std::move(text)};
  out.retry_after_ms = static_cast<std::int64_t>(backoff.value_or(0)) * 1000;
  return out;
}

// The IQ is a success even if each of its protocols failed.
Status check_protocols(const wire::Node& usync) {
  const wire::Node* result = usync.child("result");
  if (result == nullptr) return {};
  for (const wire::Node& protocol : result->children())
    if (const wire::Node* error = protocol.child("error")) return fail(refusal(*error));
  return {};
}

}  // namespace

wire::Node device_query(std::string_view id, std::string_view sid, UsyncContext context,
                        const std::vector<wire::Jid>& users) {
  wire::Nodes list;
  list.reserve(users.size());
  for (const wire::Jid& user : users)
    list.push_back({"user", {{"jid", user.without_device()}}, {}});
  return query(id, sid, context, {text_attr_node("devices", "version", "2"), tag("lid")},
               std::move(list));
}

wire::Node contact_query(std::string_view id, std::string_view sid,
                         const std::vector<std::string>& numbers) {
  wire::Nodes list;
  list.reserve(numbers.size());
  for (const std::string& number : numbers)
    list.push_back(tag("user", {leaf("contact", "+" + number)}));
  return query(id, sid, UsyncContext::interactive, {tag("contact"), tag("lid")}, std::move(list));
}

Result<std::vector<UserDevices>> parse_usync(const wire::Node& answer) {
  WS_CHECK(check_iq_result(answer));
  const wire::Node* usync = answer.child("usync");
  if (usync == nullptr) return malformed("a usync answer without <usync>");
  WS_CHECK(check_protocols(*usync));
  const wire::Node* list = usync->child("list");
  std::vector<UserDevices> out;
  if (list == nullptr) return out;
  for (const wire::Node& user : list->children())
    if (auto read = read_user(user)) out.push_back(std::move(*read));
  return out;
}

}  // namespace wasphere::stanza
