#include "core/wire/jid.h"

#include <algorithm>
#include <charconv>

namespace wasphere::wire {
namespace {

constexpr std::string_view kInteropServer = "interop";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_clean(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '@'; });
}

std::optional<std::uint16_t> number(std::string_view digits) {
  std::uint16_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole ? std::optional(value) : std::nullopt;
}

// Accounts once had a numeric "agent" after an underscore. Nobody gives it a meaning any more.
std::string_view without_agent(std::string_view user, std::string_view server) {
  if (server != kUserServer && server != kLidServer) return user;
  for (;;) {
    std::size_t mark = user.rfind('_');
    if (mark == 0 || mark == std::string_view::npos || mark + 1 == user.size()) return user;
    if (!std::ranges::all_of(user.substr(mark + 1), is_digit)) return user;
    user = user.substr(0, mark);
  }
}

struct InteropUser {
  std::uint16_t integrator;
  std::string_view user;
};

// "2-555" is user 555 of integrator 2.
std::optional<InteropUser> split_interop(std::string_view text) {
  std::size_t mark = text.find('-');
  if (mark == std::string_view::npos || mark + 1 == text.size()) return std::nullopt;
  auto integrator = number(text.substr(0, mark));
  if (!integrator) return std::nullopt;
  return InteropUser{*integrator, text.substr(mark + 1)};
}

}  // namespace

std::optional<Jid> Jid::from_parts(std::string_view user, std::string_view server) {
  bool clean = is_clean(user) && is_clean(server) && server.find(':') == std::string_view::npos;
  if (!clean || server.empty()) return std::nullopt;
  Jid out;
  out.server = server;
  if (std::size_t mark = user.find(':'); mark != std::string_view::npos) {
    auto device = number(user.substr(mark + 1));
    if (!device || mark == 0) return std::nullopt;
    out.device = *device;
    user = user.substr(0, mark);
  }
  auto interop = server == kInteropServer ? split_interop(user) : std::nullopt;
  out.integrator = interop ? interop->integrator : std::uint16_t{0};
  out.user = interop ? interop->user : without_agent(user, server);
  return out;
}

std::optional<Jid> Jid::parse(std::string_view text) {
  std::size_t mark = text.find('@');
  if (mark == std::string_view::npos) return from_parts({}, text);
  return from_parts(text.substr(0, mark), text.substr(mark + 1));
}

std::string Jid::to_string() const {
  std::string out;
  out.reserve(user.size() + server.size() + 12);
  // An integrator of 0 is written only where the user itself would be taken for one.
  bool interop = server == kInteropServer && !user.empty();
  if (interop && (integrator != 0 || split_interop(user))) out += std::to_string(integrator) + '-';
  out += user;
  if (device != 0 && !user.empty()) out += ':' + std::to_string(device);
  out += '@';
  out += server;
  return out;
}

}  // namespace wasphere::wire
