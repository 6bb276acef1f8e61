// Operations of the sandbox's control socket on virtual phones.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

struct PhoneCreated {
  std::string phoneNumber;
  std::string jid;
  std::string lid;
  std::string name;
  static constexpr auto fields =
      std::tuple{field("phoneNumber", &PhoneCreated::phoneNumber, "Its number with the plus sign."),
                 field("jid", &PhoneCreated::jid, "Its address."),
                 field("lid", &PhoneCreated::lid, "Its hidden address."),
                 field("name", &PhoneCreated::name, "Its push name.")};
};

struct PhoneCreate {
  using Response = PhoneCreated;
  static constexpr CommandInfo command{
      .method = "phone.create",
      .cli = "sandbox phone create",
      .summary = "Create a virtual phone with an account of its own.",
      .returns = "The phone.",
      .errors = {ErrorCode::invalid_phone_number, ErrorCode::validation_failed},
      .sandbox = true};
  std::optional<std::string> phoneNumber;
  std::optional<std::string> name;
  std::optional<std::string> platform;
  static constexpr auto fields =
      std::tuple{arg("phoneNumber", &PhoneCreate::phoneNumber, "Its number; made up when missing.",
                     length(1, 32), value_name("NUMBER")),
                 field("name", &PhoneCreate::name, "Its push name.", length(1, 64)),
                 field("platform", &PhoneCreate::platform,
                       "What the phone runs, as android or iphone.", length(1, 32))};
};

struct CompanionView {
  std::string jid;
  std::int64_t device = 0;
  std::string osName;
  bool connected = false;
  std::int64_t preKeys = 0;
  static constexpr auto fields =
      std::tuple{field("jid", &CompanionView::jid, "Its address."),
                 field("device", &CompanionView::device, "Its device number."),
                 field("osName", &CompanionView::osName, "The name it linked with."),
                 field("connected", &CompanionView::connected, "Whether it is connected now."),
                 field("preKeys", &CompanionView::preKeys, "Pre-keys it has on the server.")};
};

struct PhoneView {
  std::string phoneNumber;
  std::string name;
  std::string jid;
  std::string lid;
  std::vector<CompanionView> companions;
  static constexpr auto fields =
      std::tuple{field("phoneNumber", &PhoneView::phoneNumber, "Its number with the plus sign."),
                 field("name", &PhoneView::name, "Its push name."),
                 field("jid", &PhoneView::jid, "Its address."),
                 field("lid", &PhoneView::lid, "Its hidden address."),
                 field("companions", &PhoneView::companions, "The devices linked to it.")};
};

struct PhonePage {
  std::vector<PhoneView> phones;
  static constexpr auto fields =
      std::tuple{field("phones", &PhonePage::phones, "The phones in order of creation.")};
};

struct PhoneList {
  using Response = PhonePage;
  static constexpr CommandInfo command{
      .method = "phone.list",
      .cli = "sandbox phone list",
      .summary = "List the virtual phones and their linked devices.",
      .returns = "The phones.",
      .sandbox = true};
  static constexpr auto fields = std::tuple{};
};

struct CompanionLinked {
  std::string jid;
  std::string lid;
  std::int64_t device = 0;
  static constexpr auto fields =
      std::tuple{field("jid", &CompanionLinked::jid, "Address of the new device."),
                 field("lid", &CompanionLinked::lid, "Its hidden address."),
                 field("device", &CompanionLinked::device, "Its device number.")};
};

constexpr auto phone_arg(auto member) {
  return arg("phone", member, "Number of the virtual phone.", length(1, 64), value_name("NUMBER"));
}

struct PhoneScan {
  using Response = CompanionLinked;
  static constexpr CommandInfo command{
      .method = "phone.scan",
      .cli = "sandbox phone scan",
      .summary = "Let a virtual phone scan a QR.",
      .description =
          "The answer comes when the new device has confirmed, at most 10 seconds later.",
      .returns = "The new device.",
      .errors = {ErrorCode::not_found, ErrorCode::crypto_error, ErrorCode::protocol_error,
                 ErrorCode::timed_out},
      .sandbox = true};
  std::string phone;
  std::string qr;
  static constexpr auto fields =
      std::tuple{phone_arg(&PhoneScan::phone),
                 arg("qr", &PhoneScan::qr, "The text inside the QR.", length(1, 4096))};
};

struct PhoneEnterCode {
  using Response = CompanionLinked;
  static constexpr CommandInfo command{
      .method = "phone.enterCode",
      .cli = "sandbox phone enter-code",
      .summary = "Type a pairing code on a virtual phone.",
      .description =
          "The answer comes when the new device has confirmed, at most 10 seconds later.",
      .returns = "The new device.",
      .errors = {ErrorCode::not_found, ErrorCode::crypto_error, ErrorCode::protocol_error,
                 ErrorCode::timed_out},
      .sandbox = true};
  std::string phone;
  std::string code;
  static constexpr auto fields = std::tuple{
      phone_arg(&PhoneEnterCode::phone),
      arg("code", &PhoneEnterCode::code, "The code, with or without its hyphen.", length(8, 16))};
};

struct PhoneUnlinked {
  std::vector<std::string> unlinked;
  static constexpr auto fields =
      std::tuple{field("unlinked", &PhoneUnlinked::unlinked, "Addresses of the removed devices.")};
};

struct PhoneUnlink {
  using Response = PhoneUnlinked;
  static constexpr CommandInfo command{.method = "phone.unlink",
                                       .cli = "sandbox phone unlink",
                                       .summary = "Remove linked devices on a virtual phone.",
                                       .returns = "The devices that were removed.",
                                       .errors = {ErrorCode::not_found},
                                       .sandbox = true};
  std::string phone;
  std::optional<std::int64_t> device;
  static constexpr auto fields =
      std::tuple{phone_arg(&PhoneUnlink::phone),
                 field("device", &PhoneUnlink::device, "Only this device; all when missing.",
                       range(1, 65535))};
};

}  // namespace wasphere::ipc
