#include "ipc/commands.h"

#include <algorithm>

namespace wasphere::ipc {
namespace {

constexpr auto kDaemon = erase_commands(Commands{});
constexpr auto kSandbox = erase_commands(SandboxCommands{});

template <class... Types>
constexpr auto erase_events(TypeList<Types...>) {
  return std::array{EventType{Types::event, object_type<Types>()}...};
}
constexpr auto kEvents = erase_events(Events{});

constexpr bool is_sentence(std::string_view text) {
  return text.size() > 1 && text.back() == '.';
}

constexpr bool documented(const ObjectType& object) {
  for (const FieldInfo& field : object.fields) {
    const ValueType* type = field.type;
    while (type->element != nullptr) type = type->element;
    if (field.name.empty() || !is_sentence(field.doc)) return false;
    if (type->object != nullptr && !documented(*type->object)) return false;
  }
  return true;
}

constexpr bool documented(std::span<const CommandType> commands) {
  return std::ranges::all_of(commands, [](const CommandType& command) {
    return is_sentence(command.info.summary) && is_sentence(command.info.returns) &&
           (command.info.description.empty() || is_sentence(command.info.description)) &&
           documented(*command.params) && documented(*command.result);
  });
}

constexpr bool unique_names(const ObjectType& object) {
  for (const FieldInfo& field : object.fields) {
    const auto same = [&](const FieldInfo& other) { return other.name == field.name; };
    if (std::ranges::count_if(object.fields, same) != 1) return false;
  }
  return true;
}

// True when `clash` holds for no pair of different commands.
template <class Clash>
constexpr bool none_clash(std::span<const CommandType> commands, Clash clash) {
  for (std::size_t i = 0; i < commands.size(); ++i) {
    for (std::size_t j = i + 1; j < commands.size(); ++j) {
      if (clash(commands[i].info, commands[j].info)) return false;
    }
  }
  return true;
}

constexpr bool same_method(const CommandInfo& a, const CommandInfo& b) {
  return a.method == b.method;
}
constexpr bool same_verb(const CommandInfo& a, const CommandInfo& b) {
  return !a.cli.empty() && a.cli == b.cli;
}
constexpr bool same_route(const CommandInfo& a, const CommandInfo& b) {
  return a.route.verb != HttpVerb::none && a.route.verb == b.route.verb &&
         a.route.path == b.route.path;
}

constexpr bool has_field(const ObjectType& object, std::string_view name) {
  return std::ranges::any_of(object.fields,
                             [&](const FieldInfo& field) { return field.name == name; });
}

constexpr bool path_parameters_are_fields(const CommandType& command) {
  std::string_view rest = command.info.route.path;
  for (auto open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
    const auto close = rest.find('}', open);
    if (close == rest.npos) return false;
    if (!has_field(*command.params, rest.substr(open + 1, close - open - 1))) return false;
    rest.remove_prefix(close + 1);
  }
  return true;
}

// A command line cannot take a required position after an optional one.
constexpr bool positions_in_order(const CommandType& command) {
  bool optional_seen = false;
  for (const FieldInfo& field : command.params->fields) {
    if (!field.positional) continue;
    if (field.required() && optional_seen) return false;
    optional_seen = optional_seen || !field.required();
  }
  return true;
}

constexpr bool joined() {
  constexpr std::size_t kAll = kDaemon.size() + kSandbox.size();
  std::array<CommandType, kAll> all{};
  std::ranges::copy(kDaemon, all.begin());
  std::ranges::copy(kSandbox, all.begin() + kDaemon.size());
  return none_clash(all, same_method) && none_clash(all, same_verb) && none_clash(all, same_route);
}

static_assert(joined(), "methods, verbs and routes are unique over both lists");
static_assert(documented(kDaemon) && documented(kSandbox), "every text is a sentence");
static_assert(std::ranges::all_of(kDaemon, path_parameters_are_fields));
static_assert(std::ranges::all_of(kDaemon, positions_in_order));
static_assert(std::ranges::all_of(kSandbox, positions_in_order));
static_assert(std::ranges::all_of(kDaemon, [](const CommandType& command) {
  return !command.info.sandbox && unique_names(*command.params) && unique_names(*command.result);
}));
static_assert(std::ranges::all_of(kSandbox, [](const CommandType& command) {
  return command.info.sandbox && command.info.route.verb == HttpVerb::none &&
         unique_names(*command.params) && unique_names(*command.result);
}));
static_assert(std::ranges::all_of(kEvents, [](const EventType& event) {
  return is_sentence(event.info.summary) && documented(*event.data) && unique_names(*event.data);
}));

template <class Matches>
const CommandType* find_command(Matches matches) {
  for (std::span<const CommandType> list : {daemon_commands(), sandbox_commands()}) {
    const auto found = std::ranges::find_if(list, matches);
    if (found != list.end()) return &*found;
  }
  return nullptr;
}

}  // namespace

std::span<const CommandType> daemon_commands() {
  return kDaemon;
}
std::span<const CommandType> sandbox_commands() {
  return kSandbox;
}
std::span<const EventType> event_types() {
  return kEvents;
}

const CommandType* find_method(std::string_view method) {
  return find_command([&](const CommandType& command) { return command.info.method == method; });
}

const CommandType* find_verb(std::string_view cli) {
  if (cli.empty()) return nullptr;
  return find_command([&](const CommandType& command) { return command.info.cli == cli; });
}

std::string_view nearest_method(std::string_view method, std::span<const CommandType> commands) {
  std::vector<std::string_view> known;
  for (const CommandType& command : commands) {
    if (!command.info.hidden) known.push_back(command.info.method);
  }
  return nearest_name(method, known);
}

}  // namespace wasphere::ipc
