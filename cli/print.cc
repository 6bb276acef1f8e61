#include "cli/print.h"

#include <cctype>
#include <nlohmann/json.hpp>

#include "cli/member.h"
#include "cli/message_view.h"
#include "cli/session_view.h"
#include "cli/table.h"
#include "ipc/commands/group.h"
#include "ipc/commands/message_list.h"
#include "ipc/commands/queue.h"
#include "ipc/commands/session.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

// "phoneNumber" as "PHONE NUMBER" or "phone number".
std::string words_of(std::string_view name, bool upper) {
  std::string out;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isupper(letter) != 0) out += ' ';
    out += static_cast<char>(upper ? std::toupper(letter) : std::tolower(letter));
  }
  return out;
}

std::string cell_text(const json& value) {
  if (value.is_null()) return "";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return readable_time(value.get<std::string>());
  if (!value.is_array()) return ipc::dump_json(value);
  std::string out;
  for (const auto& item : value) out += (out.empty() ? "" : ", ") + cell_text(item);
  return out;
}

bool is_object_list(const ipc::FieldInfo& field) {
  const ipc::ValueType& type = field.value();
  return type.kind == ipc::Kind::list && type.element->object != nullptr;
}

// The field that makes the result a list of things; null if it is one thing.
const ipc::FieldInfo* list_field(const ipc::ObjectType& type) {
  if (&type == ipc::object_type<ipc::GroupView>()) return nullptr;
  for (const auto& field : type.fields) {
    if (is_object_list(field)) return &field;
  }
  return nullptr;
}

// Inside a table a list of things is only counted.
std::string column_text(const ipc::FieldInfo& field, const json& value) {
  return is_object_list(field) && value.is_array() ? std::to_string(value.size())
                                                   : cell_text(value);
}

std::string render_list(const ipc::ObjectType& item_type, const json& items, bool colour) {
  std::vector<std::string> heading;
  for (const auto& field : item_type.fields) heading.push_back(words_of(field.name, true));
  std::vector<Row> rows;
  for (const auto& item : items) {
    Row row;
    for (const auto& field : item_type.fields) {
      row.push_back({column_text(field, member(item, field.name))});
    }
    rows.push_back(std::move(row));
  }
  return render_table(heading, rows, colour);
}

void collect_fields(const ipc::ObjectType& type, const json& object, const std::string& prefix,
                    std::vector<std::pair<std::string, Cell>>& out) {
  for (const auto& field : type.fields) {
    const json& value = member(object, field.name);
    const std::string name = prefix + words_of(field.name, false);
    if (field.value().object != nullptr && value.is_object()) {
      collect_fields(*field.value().object, value, name + " ", out);
    } else {
      out.push_back({name, {cell_text(value)}});
    }
  }
}

std::string render_one(const ipc::ObjectType& type, const json& object, bool colour) {
  std::vector<std::pair<std::string, Cell>> fields;
  collect_fields(type, object, "", fields);
  return render_fields(fields, colour);
}

std::string format_table(const ipc::CommandType& command, const json& result, bool colour) {
  if (command.result == ipc::object_type<ipc::SessionView>()) return render_session(result, colour);
  if (command.result == ipc::object_type<ipc::GroupView>()) return render_group(result, colour);
  const ipc::FieldInfo* list = list_field(*command.result);
  if (list == nullptr) return render_one(*command.result, result, colour);
  const json& items = member(result, list->name);
  if (items.empty()) return "";
  const ipc::ObjectType* item = list->value().element->object;
  if (item == ipc::object_type<ipc::SessionView>()) return render_sessions(items, colour);
  if (item == ipc::object_type<ipc::MessageView>()) return render_messages(items, colour);
  if (item == ipc::object_type<ipc::QueueItem>()) return render_queue(items, colour);
  if (item == ipc::object_type<ipc::GroupView>()) return render_groups(items, colour);
  return render_list(*item, items, colour);
}

// What a person would call the thing: its name, else its address or id.
std::string name_of(const json& object) {
  for (const char* key :
       {"messageId", "name", "phoneNumber", "jid", "id", "method", "sessionName"}) {
    const std::string text = cell_text(member(object, key));
    if (!text.empty()) return text + "\n";
  }
  return "";
}

json items_of(const ipc::CommandType& command, const json& result) {
  const ipc::FieldInfo* list = list_field(*command.result);
  if (list == nullptr) return json::array({result});
  const json& items = member(result, list->name);
  return items.is_array() ? items : json::array();
}

}  // namespace

std::string format_result(const ipc::CommandType& command, const json& result, OutputFormat format,
                          bool colour) {
  if (format == OutputFormat::table) return format_table(command, result, colour);
  if (format == OutputFormat::json) return ipc::dump_json_pretty(result) + "\n";
  std::string out;
  for (const auto& item : items_of(command, result)) {
    out += format == OutputFormat::ndjson ? ipc::dump_json(item) + "\n" : name_of(item);
  }
  return out;
}

void print_result(Context& context, const ipc::CommandType& command, const json& result) {
  Console& console = context.console();
  const OutputFormat format = context.settings().output;
  const std::string text = format_result(command, result, format, console.stdout_colour());
  if (!text.empty()) console.out(text);
  if (text.empty() && format == OutputFormat::table) console.note("There are none.");
}

}  // namespace wasphere::cli
