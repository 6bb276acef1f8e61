#include "cli/registry.h"

#include <nlohmann/json.hpp>

#include "cli/context.h"
#include "cli/print.h"
#include "cli/the_session.h"
#include "cli/values.h"
#include "ipc/commands.h"

namespace wasphere::cli {
namespace {

ValueKind kind_of(const ipc::ValueType& type) {
  switch (type.kind) {
    case ipc::Kind::text:
      return ValueKind::text;
    case ipc::Kind::integer:
      return ValueKind::integer;
    case ipc::Kind::number:
      return ValueKind::number;
    case ipc::Kind::boolean:
      return ValueKind::boolean;
    case ipc::Kind::list:
      return ValueKind::list;
    case ipc::Kind::json:
    case ipc::Kind::object:
    case ipc::Kind::optional:
      return ValueKind::json;
  }
  return ValueKind::text;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    out.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

// "Most messages a minute; 0 for no limit. 0 to 1000, default 20."
std::string help_of(const ipc::ObjectType& params, const ipc::FieldInfo& field) {
  std::string notes = field.rules.choices.empty() ? ipc::rules_text(field) : "";
  if (const auto fallback = ipc::default_text(params, field)) {
    notes += (notes.empty() ? "" : ", ") + std::string("default ") + *fallback;
  }
  return std::string(field.doc) + (notes.empty() ? "" : " (" + notes + ")");
}

// A number needs no name of its own: its flag says what it is.
std::string placeholder_of(const ipc::FieldInfo& field) {
  const bool unnamed_number = field.rules.value_name.empty() && !field.positional &&
                              field.value().kind == ipc::Kind::integer;
  return unnamed_number ? "N" : ipc::value_name(field);
}

// The session of messages is named by --session, as for every command.
std::vector<Option> own_options(const ipc::ObjectType& params) {
  std::vector<Option> out = options_of(params);
  std::erase_if(out, [](const Option& option) { return option.name == "sessionId"; });
  return out;
}

Verb verb_of(const ipc::CommandType& command) {
  return {.path = words(command.info.cli),
          .summary = std::string(command.info.summary),
          .method = std::string(command.info.method),
          .options = own_options(*command.params),
          .run = &call_operation,
          .details = std::string(command.info.description)};
}

}  // namespace

Option option_of(const ipc::ObjectType& params, const ipc::FieldInfo& field) {
  Option out{.name = std::string(field.name),
             .flag = field.positional ? "" : "--" + ipc::flag_name(field.name),
             .kind = kind_of(field.value()),
             .required = field.required(),
             .parameter = true,
             .placeholder = placeholder_of(field),
             .doc = help_of(params, field)};
  out.repeated = field.positional && out.kind == ValueKind::list;
  // A list is checked by the daemon: its error names the element.
  if (out.kind == ValueKind::text) {
    out.choices.assign(field.rules.choices.begin(), field.rules.choices.end());
  }
  return out;
}

std::vector<Option> options_of(const ipc::ObjectType& params) {
  std::vector<Option> out;
  for (const auto& field : params.fields) out.push_back(option_of(params, field));
  return out;
}

std::vector<Verb> registry_verbs() {
  std::vector<Verb> out;
  for (const auto commands : {ipc::daemon_commands(), ipc::sandbox_commands()}) {
    for (const auto& command : commands) {
      if (!command.info.hidden && !command.info.cli.empty()) out.push_back(verb_of(command));
    }
  }
  return out;
}

Result<int> call_operation(Context& context) {
  const ipc::CommandType* command = ipc::find_method(context.verb().method);
  WS_TRY(nlohmann::json params, typed_params(context.verb(), context.values()));
  WS_CHECK(add_session(context, *command, params));
  WS_TRY(const nlohmann::json result, context.call(*command, std::move(params)));
  print_result(context, *command, result);
  return 0;
}

}  // namespace wasphere::cli
