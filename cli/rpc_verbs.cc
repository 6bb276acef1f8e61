#include "cli/rpc_verbs.h"

#include <nlohmann/json.hpp>

#include "cli/context.h"
#include "cli/json_schema.h"
#include "cli/registry.h"
#include "cli/suggest.h"
#include "cli/table.h"
#include "cli/values.h"
#include "ipc/commands.h"
#include "ipc/json.h"
#include "ipc/jsonrpc.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

bool is_assignment(const std::string& text) {
  return !text.starts_with("{") && text.find('=') != std::string::npos;
}

Result<json> parse_params(const std::string& argument) {
  std::string text = argument;
  if (argument == "-") {
    auto input = read_stdin(ipc::kMaxLine);
    if (!input) return fail(ErrorCode::io_error, "Standard input cannot be read, or is too long.");
    text = std::move(*input);
  }
  auto params = ipc::parse_json(text);
  if (params && params->is_object()) return params;
  return fail(
      Error{.code = ErrorCode::invalid_json,
            .message = "The parameters are not a JSON object.",
            .remedy = "Give them as one JSON object, as - for standard input, or as key=value."});
}

Result<json> assigned(const std::string& method, const std::vector<std::string>& assignments) {
  // A daemon newer than this program may know more methods.
  const ipc::CommandType* command = ipc::find_method(method);
  return command == nullptr ? untyped_assignments(assignments)
                            : typed_assignments(assignments, options_of(*command->params));
}

// One JSON object at most, then key=value pairs, which win.
Result<json> read_params(const std::string& method, const std::vector<std::string>& arguments) {
  json params = json::object();
  std::vector<std::string> assignments;
  for (const auto& argument : arguments) {
    if (is_assignment(argument)) {
      assignments.push_back(argument);
      continue;
    }
    WS_TRY(const json given, parse_params(argument));
    params.update(given);
  }
  WS_TRY(const json changes, assigned(method, assignments));
  params.update(changes);
  return params;
}

Result<int> run_rpc(Context& context) {
  const std::string method = first_value(context.values(), "method").value_or("");
  const auto given = context.values().find("params");
  const auto arguments =
      given == context.values().end() ? std::vector<std::string>{} : given->second;
  WS_TRY(const json params, read_params(method, arguments));
  const ipc::CommandType* command = ipc::find_method(method);
  const bool sandbox = command != nullptr && command->info.sandbox;
  auto client = sandbox ? context.connect_sandbox() : context.connect_daemon();
  if (!client) return fail(std::move(client).error());
  WS_TRY(const json result, context.call(*client, method, params));
  const bool one_line = context.settings().output == OutputFormat::ndjson;
  context.console().out((one_line ? ipc::dump_json(result) : ipc::dump_json_pretty(result)) + "\n");
  return 0;
}

std::vector<const ipc::CommandType*> shown_commands() {
  std::vector<const ipc::CommandType*> out;
  for (const auto commands : {ipc::daemon_commands(), ipc::sandbox_commands()}) {
    for (const auto& command : commands) {
      if (!command.info.hidden) out.push_back(&command);
    }
  }
  return out;
}

json list_entry(const ipc::CommandType& command) {
  return {{"method", command.info.method},
          {"cli", command.info.cli},
          {"sandbox", command.info.sandbox},
          {"summary", command.info.summary}};
}

std::string list_text(OutputFormat format, bool colour) {
  json all = json::array();
  std::string lines;
  std::vector<Row> rows;
  for (const auto* command : shown_commands()) {
    const json entry = list_entry(*command);
    all.push_back(entry);
    const std::string method(command->info.method);
    lines += format == OutputFormat::names ? method + "\n" : ipc::dump_json(entry) + "\n";
    rows.push_back(
        {{method}, {std::string(command->info.cli)}, {std::string(command->info.summary)}});
  }
  if (format == OutputFormat::table)
    return render_table({"METHOD", "COMMAND", "SUMMARY"}, rows, colour);
  return format == OutputFormat::json ? ipc::dump_json_pretty({{"methods", all}}) + "\n" : lines;
}

Result<int> run_list(Context& context) {
  context.console().out(list_text(context.settings().output, context.console().stdout_colour()));
  return 0;
}

Result<int> run_schema(Context& context) {
  const std::string method = first_value(context.values(), "method").value_or("");
  const ipc::CommandType* command = ipc::find_method(method);
  if (command == nullptr) {
    std::vector<std::string> names;
    for (const auto* known : shown_commands()) names.emplace_back(known->info.method);
    return fail(ipc::unknown_method(method, nearest(method, names).value_or("")));
  }
  const bool one_line = context.settings().output == OutputFormat::ndjson;
  const json schema = describe_command(*command);
  context.console().out((one_line ? ipc::dump_json(schema) : ipc::dump_json_pretty(schema)) + "\n");
  return 0;
}

Option method_option() {
  return {.name = "method", .required = true, .placeholder = "METHOD", .doc = "As in 'rpc list'."};
}

}  // namespace

std::vector<Verb> rpc_verbs() {
  const Option params{.name = "params",
                      .repeated = true,
                      .placeholder = "JSON|-|KEY=VALUE",
                      .doc = "Parameters: a JSON object, - to read one, or key=value pairs."};
  return {{.path = {"rpc"},
           .summary = "Call any operation and print its result.",
           .method = "",
           .options = {method_option(), params},
           .run = &run_rpc,
           .details = "Operations of the sandbox go to its control socket."},
          {.path = {"rpc", "list"},
           .summary = "List the operations.",
           .method = "",
           .options = {},
           .run = &run_list},
          {.path = {"rpc", "schema"},
           .summary = "Print the JSON Schema of an operation.",
           .method = "",
           .options = {method_option()},
           .run = &run_schema}};
}

}  // namespace wasphere::cli
