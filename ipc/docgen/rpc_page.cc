// wasphere-rpc(7): the protocol, every operation, every event, every error.
#include <map>

#include "ipc/commands.h"
#include "ipc/docgen/manual_page.h"
#include "ipc/docgen/pages.h"
#include "ipc/jsonrpc.h"

namespace wasphere::docgen {
namespace {

using ipc::CommandType;
using ipc::FieldInfo;
using ipc::ObjectType;

const ObjectType* object_of(const FieldInfo& field) {
  const ipc::ValueType* type = field.type;
  while (type->element != nullptr) type = type->element;
  return type->object;
}

std::string parameter_text(const ObjectType& object, const FieldInfo& field) {
  std::string out = "(" + ipc::type_name(*field.type);
  if (field.required()) out += ", required";
  if (const auto fallback = ipc::default_text(object, field)) out += ", default " + *fallback;
  const std::string rules = ipc::rules_text(field);
  if (!rules.empty()) out += "; " + rules;
  return out + ") " + std::string(field.doc);
}

std::string result_text(const FieldInfo& field) {
  const bool may_be_null = field.type->kind == ipc::Kind::optional;
  std::string out = "(" + ipc::type_name(*field.type) + (may_be_null ? " or null" : "");
  if (!field.rules.choices.empty()) out += "; " + ipc::rules_text(field);
  return out + ") " + std::string(field.doc);
}

void write_parameters(ManualPage& page, const ObjectType& params) {
  if (params.fields.empty()) {
    page.paragraph().text("It takes no parameters.");
    return;
  }
  page.paragraph().text("Parameters:").begin_list();
  for (const FieldInfo& field : params.fields) {
    page.item(ManualPage::variable_tag(field.name)).text(parameter_text(params, field));
  }
  page.end_list();
}

// Objects inside objects are written out once, under the name of their first place.
class ResultWriter {
 public:
  explicit ResultWriter(ManualPage& page) : page_(page) {}

  void write(const ObjectType& object, const std::string& place) {
    if (object.fields.empty()) {
      page_.paragraph().text("It has no members.");
      return;
    }
    const auto [first, is_new] = places_.emplace(&object, place);
    if (!is_new) {
      page_.paragraph().text("Its members are those of " + first->second + ".");
      return;
    }
    page_.begin_list();
    for (const FieldInfo& field : object.fields) member(field, place);
    page_.end_list();
  }

 private:
  void member(const FieldInfo& field, const std::string& place) {
    page_.item(ManualPage::variable_tag(field.name)).text(result_text(field));
    if (const ObjectType* inner = object_of(field)) {
      write(*inner, place + ", " + std::string(field.name));
    }
  }

  ManualPage& page_;
  std::map<const ObjectType*, std::string> places_;
};

void write_errors_of(ManualPage& page, const ipc::ErrorCodes& errors) {
  std::string names;
  for (const ErrorCode code : errors) {
    names += (names.empty() ? "" : ", ") + std::string(error_info(code).name);
  }
  if (!names.empty()) page.paragraph().text("Errors: " + names + ".");
}

void write_command(ManualPage& page, ResultWriter& results, const CommandType& command) {
  page.subsection(command.info.method);
  page.text(command.info.summary);
  if (!command.info.description.empty()) page.text(command.info.description);
  if (!command.info.cli.empty()) {
    page.text("On the command line: 'wasphere " + std::string(command.info.cli) + "'.");
  }
  write_parameters(page, *command.params);
  page.paragraph().text("Result: " + std::string(command.info.returns));
  results.write(*command.result, std::string(command.info.method));
  write_errors_of(page, command.info.errors);
}

void write_commands(ManualPage& page, ResultWriter& results,
                    std::span<const CommandType> commands) {
  for (const CommandType& command : commands) {
    if (!command.info.hidden) write_command(page, results, command);
  }
}

void write_protocol(ManualPage& page) {
  page.section("DESCRIPTION");
  page.text(
      "wasphered(8) and wasphere-sandbox(1) speak JSON-RPC 2.0 on Unix sockets: one JSON "
      "object a line, in UTF-8, of at most " +
      std::to_string(ipc::kMaxLine >> 20U) + " MiB. A batch is an array of at most " +
      std::to_string(ipc::kMaxBatch) +
      " requests. The id of a request is a string or a whole number.");
  page.paragraph().text(
      "Parameters are given by name, as an object. Unknown names are refused, with the nearest "
      "known "
      "one; null counts as missing. Results are objects; members may be added in later versions. "
      "Times are in UTC, as 2026-05-25T08:00:00.000Z.");
  page.paragraph().text(
      "Who may connect is decided by user and group, as wasphered(8) explains. The operations for "
      "tests, debug.*, exist only in a state directory that belongs to a sandbox.");
  page.section("EXAMPLES");
  page.verbatim(
      "$ echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"daemon.ping\"}' |\n"
      "    nc -N -U /run/wasphere/wasphered.sock\n"
      "$ wasphere rpc session.get session=support\n"
      "$ wasphere rpc schema session.create");
}

void write_events(ManualPage& page, ResultWriter& results) {
  page.section("EVENTS");
  page.text("After event.subscribe each event is a notification named event. Its params are:");
  results.write(*ipc::object_type<ipc::EventNotification>(), "the notification");
  for (const ipc::EventType& event : ipc::event_types()) {
    page.subsection(event.info.name);
    page.text(event.info.summary);
    if (event.data->fields.empty()) {
      page.text("Its data is an empty object.");
    } else {
      page.text("Its data:");
      results.write(*event.data, std::string(event.info.name));
    }
  }
}

void write_errors(ManualPage& page) {
  page.section("ERROR NAMES");
  page.text(
      "An error has a code (a number), a message, and data with type, title, status, detail, "
      "code (the name below), remedy and requestId. For VALIDATION_FAILED the data has errors, "
      "a list with pointer (a JSON Pointer to the member), code (REQUIRED, UNKNOWN, TYPE, "
      "RANGE, LENGTH or FORMAT) and message. Where a wait helps and its length is known, there "
      "is retryAfterMs.");
  page.begin_list();
  for (const ErrorInfo& info : all_errors()) {
    page.item("Er " + std::string(info.name))
        .text("(code " + std::to_string(info.rpc_code) + ", exit status " +
              std::to_string(info.exit_code) + ") " + std::string(info.title));
  }
  page.end_list();
}

}  // namespace

Output rpc_page() {
  ManualPage page("wasphere-rpc", 7, "JSON-RPC interface of WaSphere");
  ResultWriter results(page);
  write_protocol(page);
  page.section("OPERATIONS OF THE DAEMON");
  write_commands(page, results, ipc::daemon_commands());
  page.section("OPERATIONS OF THE SANDBOX");
  page.text("On the sandbox's control socket.");
  write_commands(page, results, ipc::sandbox_commands());
  write_events(page, results);
  write_errors(page);
  page.see_also({{"wasphere", 1}, {"wasphere-sandbox", 1}, {"wasphered", 8}});
  return {"man/wasphere-rpc.7", page.str()};
}

}  // namespace wasphere::docgen
