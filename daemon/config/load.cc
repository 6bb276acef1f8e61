#include "daemon/config/load.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "daemon/config/config_file.h"

namespace wasphere::config {
namespace {

constexpr std::string_view kPrefix = "WASPHERE_";
constexpr std::string_view kCredentials = "CREDENTIALS_DIRECTORY";
// Variables of the command line client: a shell that sets them may well start the daemon too.
constexpr std::array<std::string_view, 4> kClientVariables{"WASPHERE_SOCKET", "WASPHERE_SESSION",
                                                           "WASPHERE_READONLY", "WASPHERE_OUTPUT"};

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::config_invalid, std::move(message));
}

// Values end up in messages on terminals: short, and without control characters.
std::string quoted(std::string_view value) {
  constexpr std::size_t kLongest = 80;
  std::string out = "'";
  for (char c : value.substr(0, kLongest))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return out + (value.size() > kLongest ? "…'" : "'");
}

tl::unexpected<Error> unknown(const std::string& origin, std::string_view what,
                              const std::string& hint) {
  return refuse(origin + ": " + quoted(what) + " is not a known setting" + hint);
}

class Loader {
 public:
  Loader() {
    for (const Setting& setting : settings()) {
      out_.values.push_back({&setting, std::string(setting.fallback), "built-in"});
    }
  }

  Status read(const std::string& path) {
    WS_TRY(auto text, read_file(path));
    WS_TRY(auto lines, parse_file(text, path));
    out_.files.push_back(path);
    for (const Line& line : lines) {
      WS_CHECK(set(line.key, line.value, line.origin));
    }
    return {};
  }

  Status set(const std::string& key, const std::string& value, const std::string& origin) {
    const Setting* setting = find_setting(key);
    if (setting == nullptr) {
      auto nearest = nearest_setting(key);
      return unknown(origin, key, nearest ? "; did you mean " + *nearest + "?" : std::string());
    }
    slot(*setting) = {setting, value, origin};
    return {};
  }

  Status set_from_environment(const std::string& name, const std::string& value) {
    for (const Setting& setting : settings()) {
      if (environment_name(setting) != name) continue;
      slot(setting) = {&setting, value, name};
      return {};
    }
    if (std::ranges::find(kClientVariables, name) != kClientVariables.end()) return {};
    const std::string nearest = nearest_variable(name);
    if (nearest.empty()) return {};  // somebody else's variable, not a misspelt one of ours
    return unknown("environment", name, nearest);
  }

  Result<Loaded> finish(const std::map<std::string, std::string>& environment) {
    for (const Value& value : out_.values) {
      WS_CHECK(apply(value));
    }
    resolve_key_file(environment);
    WS_CHECK(validate(out_.config));
    return std::move(out_);
  }

 private:
  Value& slot(const Setting& setting) {
    return *std::ranges::find(out_.values, &setting, &Value::setting);
  }

  Status apply(const Value& value) {
    auto done = value.setting->apply(value.text, out_.config);
    if (done) return {};
    return refuse(value.origin + ": " + std::string(value.setting->name) + ": " +
                  quoted(value.text) + " " + done.error().message);
  }

  static std::string nearest_variable(std::string_view name) {
    std::string key;
    for (char c : name.substr(kPrefix.size()))
      key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    auto nearest = nearest_setting(key);
    return nearest ? "; did you mean " + environment_name(*find_setting(*nearest)) + "?"
                   : std::string();
  }

  void resolve_key_file(const std::map<std::string, std::string>& environment) {
    Value& value = slot(*find_setting("key_file"));
    if (!value.text.empty()) return;
    auto directory = environment.find(std::string(kCredentials));
    std::string credential =
        directory == environment.end() ? std::string() : directory->second + "/master.key";
    out_.config.key_credential = !credential.empty() && file_exists(credential);
    value.text = out_.config.key_credential ? credential : out_.config.state_dir + "/master.key";
    if (out_.config.key_credential) value.origin = kCredentials;
    out_.config.key_file = value.text;
  }

  Loaded out_;
};

Status read_files(Loader& loader, const Sources& sources) {
  if (sources.file.empty()) return {};
  if (sources.file_required || file_exists(sources.file)) {
    WS_CHECK(loader.read(sources.file));
  }
  WS_TRY(auto drop_ins, drop_in_files(sources.file));
  for (const std::string& path : drop_ins) {
    WS_CHECK(loader.read(path));
  }
  return {};
}

}  // namespace

Result<Loaded> load(const Sources& sources) {
  Loader loader;
  WS_CHECK(read_files(loader, sources));
  for (const auto& [name, value] : sources.environment) {
    if (!name.starts_with(kPrefix)) continue;
    WS_CHECK(loader.set_from_environment(name, value));
  }
  for (const Override& one : sources.overrides) {
    WS_CHECK(loader.set(one.key, one.value, one.origin));
  }
  return loader.finish(sources.environment);
}

Result<Override> parse_override(std::string_view argument) {
  std::size_t equals = argument.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return refuse("--set: " + quoted(argument) + " is not of the form key=value");
  return Override{std::string(argument.substr(0, equals)), std::string(argument.substr(equals + 1)),
                  "--set"};
}

std::map<std::string, std::string> relevant_environment(const char* const* environment) {
  std::map<std::string, std::string> out;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    std::string_view entry = *environment;
    std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view name = entry.substr(0, equals);
    if (name.starts_with(kPrefix) || name == kCredentials)
      out.emplace(name, entry.substr(equals + 1));
  }
  return out;
}

std::string print(const Loaded& loaded) {
  std::string out;
  for (const Value& value : loaded.values) {
    if (value.setting->hidden && value.origin == "built-in") continue;
    std::string line = std::string(value.setting->name) + " =";
    if (!value.text.empty()) line += " " + value.text;
    constexpr std::size_t kColumn = 48;
    if (line.size() < kColumn) line.resize(kColumn, ' ');
    out += line + "  # " + value.origin + "\n";
  }
  return out;
}

}  // namespace wasphere::config
