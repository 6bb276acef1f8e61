// Operations on people.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/send.h"

namespace wasphere::ipc {

struct CheckedNumber {
  std::string number;
  bool isOnWhatsApp = false;
  std::optional<std::string> jid;
  std::optional<std::string> lid;
  static constexpr auto fields = std::tuple{
      field("number", &CheckedNumber::number, "The number as it was asked for."),
      field("isOnWhatsApp", &CheckedNumber::isOnWhatsApp, "True if there is an account."),
      field("jid", &CheckedNumber::jid, "Its address."),
      field("lid", &CheckedNumber::lid, "Its hidden address, if it was told.")};
};

struct CheckedNumbers {
  std::vector<CheckedNumber> results;
  static constexpr auto fields = std::tuple{
      field("results", &CheckedNumbers::results, "One for each number, in their order.")};
};

struct ContactCheck {
  using Response = CheckedNumbers;
  static constexpr CommandInfo command{
      .method = "contact.check",
      .cli = "contact check",
      .route = post("/api/sessions/{sessionId}/contacts/check-bulk"),
      .scope = Scope::sessions_read,
      .summary = "Find out which numbers are on WhatsApp.",
      .returns = "What is known of each number.",
      .errors = {ErrorCode::session_not_found, ErrorCode::invalid_phone_number,
                 ErrorCode::session_not_connected, ErrorCode::whatsapp_timeout}};
  std::string sessionId;
  std::vector<std::string> numbers;
  static constexpr auto fields =
      std::tuple{session_id_field(&ContactCheck::sessionId),
                 arg("numbers", &ContactCheck::numbers, "Numbers with country code.", count(1, 100),
                     length(1, 40), value_name("NUMBER"))};
};

struct ContactCheckOne {
  using Response = CheckedNumber;
  static constexpr CommandInfo command{
      .method = "contact.checkOne",
      .route = get("/api/sessions/{sessionId}/contacts/{number}/check"),
      .scope = Scope::sessions_read,
      .summary = "Find out whether a number is on WhatsApp.",
      .returns = "What is known of the number.",
      .errors = {ErrorCode::session_not_found, ErrorCode::invalid_phone_number,
                 ErrorCode::session_not_connected, ErrorCode::whatsapp_timeout}};
  std::string sessionId;
  std::string number;
  static constexpr auto fields = std::tuple{
      session_id_field(&ContactCheckOne::sessionId),
      arg("number", &ContactCheckOne::number, "Number with country code.", length(1, 40))};
};

}  // namespace wasphere::ipc
