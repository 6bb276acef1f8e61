#include "cli/link_verbs.h"

#include <nlohmann/json.hpp>

#include "cli/compose.h"
#include "cli/context.h"
#include "cli/link_flow.h"
#include "cli/member.h"
#include "cli/print.h"
#include "cli/signals.h"
#include "cli/values.h"
#include "ipc/commands.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kWaitDetails =
    "Waits until the session is connected; exit code 6 when the QR expires first or a person is "
    "needed, 9 when --timeout runs out. Ctrl-C stops waiting and leaves the session in place. "
    "With --json the daemon's answer is printed at once and nothing is waited for; with "
    "-o ndjson the answer and the events up to the end follow, one a line.";

// Subscribes, makes the call, follows.
Result<int> start_and_follow(Context& context, std::string_view method, const json& params,
                             const std::string& name, QrOptions qr) {
  WS_TRY(ipc::UnixClient client, context.connect_daemon());
  LinkFlow flow(context, client, name, std::move(qr));
  WS_CHECK(flow.subscribe());
  context.console().progress("Waiting for the daemon");
  auto answer = context.call(client, method, params);
  if (answer) return flow.follow(*answer);
  Error error = std::move(answer).error();
  if (error.code == ErrorCode::timed_out) {
    error.remedy = "See 'wasphere session show " + name + "' for what the daemon made of it.";
  }
  return fail(std::move(error));
}

Result<int> create_only(Context& context, const json& params, const QrOptions& qr) {
  const ipc::CommandType* command = ipc::find_method("session.create");
  WS_TRY(const json session, context.call(*command, params));
  const OutputFormat output = context.settings().output;
  const std::string name = text_member(session, "name");
  if (qr.file && !text_member(session, "qrString").empty()) {
    QrDisplay display(context.console(), qr);
    WS_CHECK(display.show(text_member(session, "qrString"), text_member(session, "qrCode")));
  }
  if (output != OutputFormat::table) {
    print_result(context, *command, session);
    return 0;
  }
  context.console().out(name + " is created (" + text_member(session, "id") + ")\n");
  context.console().note("Link it with 'wasphere session qr " + name + "'.");
  return 0;
}

Result<int> run_create(Context& context) {
  WS_TRY(QrOptions qr, read_qr_options(context.values(), context.console()));
  WS_TRY(const json params, typed_params(context.verb(), context.values()));
  const std::string name = first_value(context.values(), "name").value_or("");
  if (flag_set(context.values(), "no-link")) return create_only(context, params, qr);
  set_interrupt_note("wasphere: Interrupted; 'wasphere session show " + name +
                     "' tells whether the session was created.");
  return start_and_follow(context, "session.create", params, name, std::move(qr));
}

Result<int> run_qr(Context& context) {
  WS_TRY(QrOptions qr, read_qr_options(context.values(), context.console()));
  WS_TRY(const json params, typed_params(context.verb(), context.values()));
  const std::string name = params.at("session").get<std::string>();
  return start_and_follow(context, "session.qr", params, name, std::move(qr));
}

Result<int> run_pair(Context& context) {
  WS_TRY(json params, typed_params(context.verb(), context.values()));
  const std::string name = params.at("session").get<std::string>();
  if (const auto phone = first_value(context.values(), "phone")) params["phoneNumber"] = *phone;
  if (!params.contains("phoneNumber")) {
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "'session pair' needs the number of the phone.",
                      .remedy = "Give it as --phone +<country><number>."});
  }
  return start_and_follow(context, "session.pair", params, name, {});
}

// The operation that fits the state of the session, with its answer. Asking for a QR finds out: the
// daemon refuses it without a side effect when the session is linked.
Result<json> begin_link(Context& context, ipc::UnixClient& client, const std::string& name) {
  const json by_session{{"session", name}};
  auto answer = context.call(client, "session.qr", by_session);
  if (answer) return answer;
  switch (answer.error().code) {
    case ErrorCode::session_not_found:
      // An id is made by the daemon; there is nothing to create by it.
      if (name.starts_with("sess_")) return answer;
      context.console().note("There is no session '" + name + "' yet; creating it.");
      return context.call(client, "session.create", {{"name", name}});
    case ErrorCode::already_connected:
      return context.call(client, "session.get", by_session);
    case ErrorCode::has_credentials:
      context.console().note("'" + name + "' is linked already; connecting it.");
      return context.call(client, "session.reconnect", by_session);
    default:
      return answer;
  }
}

Result<int> run_link(Context& context) {
  WS_TRY(QrOptions qr, read_qr_options(context.values(), context.console()));
  const std::string name = first_value(context.values(), "session").value_or("");
  WS_TRY(ipc::UnixClient client, context.connect_daemon());
  LinkFlow flow(context, client, name, std::move(qr));
  WS_CHECK(flow.subscribe());
  WS_TRY(const json answer, begin_link(context, client, name));
  return flow.follow(answer);
}

Verb link_verb() {
  Verb verb{.path = {"link"},
            .summary = "Link a session to an account, creating it when there is none of that name.",
            .method = "",
            .options = {{.name = "session",
                         .required = true,
                         .placeholder = "NAME",
                         .doc = "Name or id of the session."}},
            .run = &run_link,
            .details = "Draws a QR for a session that is not linked, connects one that is. " +
                       std::string(kWaitDetails)};
  for (auto& option : qr_options()) verb.options.push_back(std::move(option));
  return verb;
}

void add_options(Verb& verb, std::vector<Option> options) {
  for (auto& option : options) verb.options.push_back(std::move(option));
}

}  // namespace

void compose_link_verbs(std::vector<Verb>& verbs) {
  Verb& create = verb_at(verbs, "session create");
  create.run = &run_create;
  create.details = kWaitDetails;
  add_options(create, {{.name = "no-link",
                        .flag = "--no-link",
                        .kind = ValueKind::boolean,
                        .doc = "Create it and do not wait for the link."}});
  add_options(create, qr_options());

  Verb& qr = verb_at(verbs, "session qr");
  qr.run = &run_qr;
  qr.details = kWaitDetails;
  add_options(qr, qr_options());

  Verb& pair = verb_at(verbs, "session pair");
  pair.run = &run_pair;
  pair.details += " " + std::string(kWaitDetails);
  for (auto& option : pair.options) {
    if (option.name == "phoneNumber")
      option.required = false;  // --phone is the other way to say it
  }
  add_options(pair, {{.name = "phone",
                      .flag = "--phone",
                      .placeholder = "NUMBER",
                      .doc = "Number of the account's phone, with country code."}});
  verbs.insert(verbs.begin(), link_verb());
}

}  // namespace wasphere::cli
