#include "daemon/config/settings.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "daemon/config/value_parsers.h"

namespace wasphere::config {
namespace {

using wasphere::Status;
using Value = std::string_view;

// Stores what a parser made, or hands its error on.
template <class Parsed, class Target>
Status put(Result<Parsed> parsed, Target& target) {
  if (!parsed) return fail(std::move(parsed).error());
  target = static_cast<Target>(*std::move(parsed));
  return {};
}

constexpr std::array kSettings{
    Setting{
        "state_dir", "path", "/var/lib/wasphere",
        "Directory of the database and the sessions' keys, private to the daemon's user (0700).",
        false, [](Value v, Config& c) { return put(parse_path(v), c.state_dir); }},
    Setting{"key_file", "path", "",
            "File with the master key (32 bytes, or 64 hexadecimal digits), mode 0600. Empty: "
            "master.key of $CREDENTIALS_DIRECTORY if there is one, else of the state directory, "
            "where it is made at the first start.",
            false,
            [](Value v, Config& c) {
              c.key_file = v;
              return Status{};
            }},
    Setting{"rpc.socket", "path", "/run/wasphere/wasphered.sock",
            "Unix socket on which the daemon answers the command line and other local programs.",
            false, [](Value v, Config& c) { return put(parse_socket_path(v), c.rpc.socket); }},
    Setting{"rpc.mode", "octal mode", "0660", "Permissions of the socket.", false,
            [](Value v, Config& c) { return put(parse_mode(v), c.rpc.mode); }},
    Setting{"rpc.group", "group", "",
            "Group that owns the socket. Empty: the group the daemon runs as.", false,
            [](Value v, Config& c) { return put(parse_group(v), c.rpc.group); }},
    Setting{"network.url", "ws:// or wss:// URL", "wss://web.whatsapp.com/ws/chat",
            "Server that sessions connect to. Plain ws:// is for sandboxes only.", false,
            [](Value v, Config& c) { return put(parse_websocket_url(v), c.network.url); }},
    Setting{"network.noise_root", "64 hexadecimal digits, or whatsapp", "whatsapp",
            "Root key that the server's certificate chain must be signed with. A state directory "
            "belongs to the network of this key for good.",
            false, [](Value v, Config& c) { return put(parse_root(v), c.network.noise_root); }},
    Setting{"log.level", "debug, info, warning or error", "info",
            "Least important messages that are written to standard error.", false,
            [](Value v, Config& c) {
              return put(parse_choice(v, "debug|info|warning|error"), c.log.level);
            }},
    Setting{"log.format", "text or json", "text", "Form of a log line.", false,
            [](Value v, Config& c) { return put(parse_choice(v, "text|json"), c.log.format); }},
    Setting{"reconnect.attempts", "integer from 1 to 100", "5",
            "Attempts after a lost connection, each after twice the wait of the one before.", false,
            [](Value v, Config& c) { return put(parse_integer(v, 1, 100), c.reconnect.attempts); }},
    Setting{"reconnect.base_ms", "integer from 1 to 3600000", "5000",
            "Wait before the first of these attempts, in milliseconds.", false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 1, 3'600'000), c.reconnect.base_ms);
            }},
    Setting{"reconnect.after_exhaustion", "slow or stop", "slow",
            "When all attempts failed: slow tries every 15 minutes, stop waits for a command.",
            false,
            [](Value v, Config& c) {
              return put(parse_choice(v, "slow|stop"), c.reconnect.after_exhaustion);
            }},
    Setting{"sessions.max", "integer from 0 to 100000", "0",
            "Most sessions that may exist. 0: no limit.", false,
            [](Value v, Config& c) { return put(parse_integer(v, 0, 100'000), c.sessions.max); }},
    Setting{"events.retention_days", "integer from 0 to 36500", "30",
            "Days for which events are kept. 0: no limit by age.", false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 36'500), c.events.retention_days);
            }},
    Setting{"events.max_rows", "integer from 1 to 1000000000", "1000000",
            "Most events that are kept; the oldest go first.", false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 1, 1'000'000'000), c.events.max_rows);
            }},
    Setting{"messages.retention_days", "integer from 0 to 36500", "90",
            "Days for which messages are kept. 0: no limit by age.", false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 36'500), c.messages.retention_days);
            }},
    Setting{"messages.max_bytes", "integer from 0 to 1000000000000000", "4294967296",
            "Most bytes that messages may take up; the oldest go first. 0: no limit by size.",
            false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 1'000'000'000'000'000), c.messages.max_bytes);
            }},
    Setting{"rest.listen", "ADDRESS:PORT, or empty", "",
            "Where the REST listener is reached, for example 127.0.0.1:3001. Empty: there is none, "
            "unless the service manager hands over a socket named http.",
            false, [](Value v, Config& c) { return put(parse_listen(v), c.rest.listen); }},
    Setting{
        "rest.tls_cert", "path, or empty", "",
        "PEM file with the certificate chain of the REST listener. Empty: it speaks plain HTTP, "
        "which only a loopback address or one behind a proxy may.",
        false,
        [](Value v, Config& c) {
          c.rest.tls_cert = v;
          return Status{};
        }},
    Setting{"rest.tls_key", "path, or empty", "", "PEM file with the key of that certificate.",
            false,
            [](Value v, Config& c) {
              c.rest.tls_key = v;
              return Status{};
            }},
    Setting{"rest.behind_proxy", "yes or no", "no",
            "Whether a proxy before the REST listener does TLS and tells the client's address in "
            "X-Forwarded-For.",
            false,
            [](Value v, Config& c) {
              auto choice = parse_choice(v, "no|yes");
              if (!choice) return Status(fail(std::move(choice).error()));
              c.rest.behind_proxy = *choice == 1;
              return Status{};
            }},
    Setting{
        "rest.trusted_proxies", "addresses and networks, separated by commas", "127.0.0.0/8,::1",
        "Proxies whose X-Forwarded-For is believed; of no effect without rest.behind_proxy.", false,
        [](Value v, Config& c) { return put(parse_network_list(v), c.rest.trusted_proxies); }},
    Setting{"rest.allow_ips", "addresses and networks, separated by commas, or empty", "",
            "Clients that may use the REST listener. Empty: all.", false,
            [](Value v, Config& c) { return put(parse_network_list(v), c.rest.allow_ips); }},
    Setting{
        "rest.cors_origins", "origins, separated by commas, or empty", "",
        "Web pages whose scripts may use the REST listener, such as https://app.example. Empty: "
        "none.",
        false, [](Value v, Config& c) { return put(parse_origins(v), c.rest.cors_origins); }},
    Setting{"rest.public_url", "URL, or empty", "",
            "Where others reach the REST listener; only told to them.", false,
            [](Value v, Config& c) {
              c.rest.public_url = v;
              return Status{};
            }},
    Setting{"rest.rate_per_key", "integer from 0 to 1000000", "600",
            "Requests a minute that one API key may make. 0: no limit.", false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 1'000'000), c.rest.rate_per_key);
            }},
    Setting{"rest.rate_per_address", "integer from 0 to 1000000", "1200",
            "Requests a minute that one address may make, with or without a key. 0: no limit.",
            false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 1'000'000), c.rest.rate_per_address);
            }},
    Setting{"rest.max_connections", "integer from 1 to 100000", "512",
            "Connections the REST listener keeps open; beyond them the one that has been silent "
            "for longest is closed.",
            false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 1, 100'000), c.rest.max_connections);
            }},
    Setting{
        "rest.max_streams", "integer from 0 to 10000", "10",
        "Event streams that may be open at a time.", false,
        [](Value v, Config& c) { return put(parse_integer(v, 0, 10'000), c.rest.max_streams); }},
    Setting{"rest.max_streams_per_key", "integer from 0 to 10000", "3",
            "Event streams that one API key may have open at a time.", false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 10'000), c.rest.max_streams_per_key);
            }},
    Setting{"audit.retention_days", "integer from 0 to 36500", "90",
            "Days for which the audit log is kept. 0: no limit.", false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 36'500), c.audit.retention_days);
            }},
    Setting{"ssrf.allow_cidrs", "networks separated by commas", "",
            "Private networks and addresses that webhooks may be delivered to, also over plain "
            "http, as 10.0.0.0/8. Everything else that is not a public address is refused.",
            false, [](Value v, Config& c) { return put(parse_networks(v), c.ssrf.allow_cidrs); }},
    Setting{
        "ssrf.allow_ipv6", "true or false", "false",
        "Whether public IPv6 addresses may be reached by webhooks.", false,
        [](Value v, Config& c) { return put(parse_choice(v, "false|true"), c.ssrf.allow_ipv6); }},
    Setting{"webhooks.dead_letter_days", "integer from 1 to 36500", "30",
            "Days for which deliveries that were given up are kept, at most 10000 a webhook.",
            false,
            [](Value v, Config& c) {
              return put(parse_integer(v, 1, 36'500), c.webhooks.dead_letter_days);
            }},
    Setting{
        "webhooks.log_days", "integer from 1 to 36500", "7",
        "Days for which deliveries that succeeded are kept, at most 10000 a webhook.", false,
        [](Value v, Config& c) { return put(parse_integer(v, 1, 36'500), c.webhooks.log_days); }},
    Setting{"store.max_pages", "integer from 0 to 1000000000", "0",
            "Most pages the database may have, to act out a full disk. 0: no limit.", true,
            [](Value v, Config& c) {
              return put(parse_integer(v, 0, 1'000'000'000), c.store.max_pages);
            }},
};

// Levenshtein distance by the two-row method.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// "noise_root" is as near to "network.noise_root" as can be: people forget the group.
std::size_t strangeness(std::string_view asked, std::string_view name) {
  std::size_t whole = distance(asked, name);
  std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return whole;
  return std::min(whole, 1 + distance(asked, name.substr(dot + 1)));
}

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

const Setting* find_setting(std::string_view name) {
  const auto* found = std::ranges::find(kSettings, name, &Setting::name);
  return found == kSettings.end() ? nullptr : found;
}

std::string environment_name(const Setting& setting) {
  std::string out = "WASPHERE_";
  for (char c : setting.name) {
    bool lower = c >= 'a' && c <= 'z';
    out += c == '.' ? '_' : static_cast<char>(lower ? c - 'a' + 'A' : c);
  }
  return out;
}

std::optional<std::string> nearest_setting(std::string_view name) {
  constexpr std::size_t kLongest = 64;  // bounds the work on garbage
  if (name.size() > kLongest) return std::nullopt;
  std::size_t best = std::max<std::size_t>(2, name.size() / 3) + 1;
  std::optional<std::string> out;
  for (const Setting& setting : kSettings) {
    std::size_t found = strangeness(name, setting.name);
    if (setting.hidden || found >= best) continue;
    best = found;
    out = std::string(setting.name);
  }
  return out;
}

}  // namespace wasphere::config
