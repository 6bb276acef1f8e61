// What callers ask of an account beside its queue: receipts, chat states, numbers, groups.
#include <algorithm>
#include <map>

#include "core/stanza/iq.h"
#include "core/stanza/receipt.h"
#include "daemon/messaging/account.h"
#include "daemon/messaging/account_impl.h"
#include "daemon/messaging/encryption.h"
#include "daemon/messaging/recipient.h"

namespace wasphere::messaging {

using runtime::Task;
using stanza::GroupInfo;
using wire::Jid;

namespace {

Result<Jid> parse_group_jid(const std::string& text) {
  WS_TRY(Jid jid, parse_recipient(text));
  if (is_group(jid)) return jid;
  return fail(ErrorCode::invalid_recipient, "A group's JID ends in @g.us.");
}

Result<std::vector<Jid>> parse_people(const std::vector<std::string>& texts) {
  std::vector<Jid> out;
  for (const std::string& text : texts) {
    WS_TRY(Jid jid, parse_recipient(text));
    if (is_group(jid))
      return fail(ErrorCode::invalid_recipient, "A group cannot be a member of a group.");
    out.push_back(std::move(jid));
  }
  return out;
}

std::optional<stanza::ChatState> parse_state(const std::string& state) {
  if (state == "composing") return stanza::ChatState::composing;
  if (state == "recording") return stanza::ChatState::recording;
  if (state == "paused") return stanza::ChatState::paused;
  return std::nullopt;
}

// Ids by who wrote them: in groups a receipt is for one author (behaviour 2.4).
using ByAuthor = std::map<std::string, std::vector<std::string>>;

Result<ByAuthor> find_authors(store::Tx& tx, const std::string& session_id, const Jid& chat,
                              const std::vector<std::string>& ids) {
  const std::string canonical = tx.directory.canonical(session_id, chat).to_string();
  ByAuthor out;
  for (const std::string& id : ids) {
    const auto row = tx.messages.find_in_chat(session_id, canonical, id);
    if (!row)
      return fail(ErrorCode::message_not_found, "A message to be marked is not in this chat.");
    if (!row->from_me) out[is_group(chat) ? row->sender : row->chat].push_back(id);
  }
  return out;
}

wire::Node read_receipt(const Jid& chat, const std::string& author,
                        const std::vector<std::string>& ids, std::int64_t now_ms) {
  stanza::ReceiptAddress address;
  const auto who = Jid::parse(author);
  if (is_group(chat)) {
    address.to = chat;
    address.participant = who;
  } else {
    address.to = who.value_or(chat);
  }
  return stanza::build_receipt(ids, address, "read", static_cast<std::uint64_t>(now_ms / 1000));
}

}  // namespace

Task<Status> Account::mark_read(std::string chat, std::vector<std::string> ids) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  CO_TRY(const Jid to, parse_recipient(chat));
  CO_CHECK(impl_->context.require_line());
  auto find = [&](store::Tx& tx) { return find_authors(tx, impl_->context.id(), to, ids); };
  CO_TRY(const ByAuthor authors, co_await impl_->context.run(find));
  CO_CHECK(impl_->context.require_line());
  for (const auto& [author, theirs] : authors)
    impl_->context.line()->send(read_receipt(to, author, theirs, impl_->context.now_ms()));
  co_return Status{};
}

// Typing of an account that is not available is not shown.
Task<Status> Account::set_chat_state(std::string to, std::string state) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  CO_TRY(const Jid chat, parse_recipient(to));
  const auto wanted = parse_state(state);
  if (!wanted)
    co_return fail(ErrorCode::validation_failed, "The state is composing, recording or paused.");
  CO_CHECK(impl_->context.require_line());
  const bool there = *wanted != stanza::ChatState::paused;
  Line& line = *impl_->context.line();
  const std::string& name = impl_->context.device()->push_name;
  if (there) line.send(stanza::presence("available", name));
  line.send(stanza::build_chat_state(chat, *wanted));
  if (!there) line.send(stanza::presence("unavailable", name));
  co_return Status{};
}

Task<Result<std::vector<Account::Checked>>> Account::check_numbers(
    std::vector<std::string> numbers) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  std::vector<std::string> digits;
  for (const std::string& number : numbers) {
    CO_TRY(std::string plain, parse_number(number));
    digits.push_back(std::move(plain));
  }
  CO_CHECK(impl_->context.require_line());
  const std::string id = impl_->context.next_id();
  wire::Node query = stanza::contact_query(id, id, digits);
  CO_TRY(const wire::Node answer, co_await impl_->context.ask(std::move(query)));
  CO_TRY(const std::vector<stanza::UserDevices> users, stanza::parse_usync(answer));
  auto learn = [&](store::Tx& tx) -> Status {
    for (const stanza::UserDevices& user : users)
      if (user.lid && user.user.server == wire::kUserServer)
        learn_pair(tx, impl_->context.id(), user.user, *user.lid, true);
    return {};
  };
  CO_CHECK(co_await impl_->context.run(learn));
  std::vector<Checked> out;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Checked checked{numbers[i], {}, {}};
    const auto found = std::find_if(users.begin(), users.end(), [&](const auto& user) {
      return user.asked_number == digits[i] && user.registered.value_or(false);
    });
    if (found != users.end()) {
      checked.jid = found->user;
      checked.lid = found->lid;
    }
    out.push_back(std::move(checked));
  }
  co_return out;
}

// --- groups

Task<Result<std::vector<GroupInfo>>> Account::groups() {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  co_return co_await impl_->groups.list();
}

Task<Result<GroupInfo>> Account::group(std::string jid) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  CO_TRY(const Jid group, parse_group_jid(jid));
  co_return co_await impl_->groups.find(group);
}

Task<Result<GroupInfo>> Account::create_group(std::string subject,
                                              std::vector<std::string> members) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  CO_TRY(std::vector<Jid> people, parse_people(members));
  co_return co_await impl_->groups.create(std::move(subject), std::move(people));
}

Task<Status> Account::change_members(std::string group, std::string action,
                                     std::vector<std::string> members) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  CO_TRY(const Jid jid, parse_group_jid(group));
  CO_TRY(std::vector<Jid> people, parse_people(members));
  co_return co_await impl_->groups.change_members(jid, std::move(action), std::move(people));
}

Task<Status> Account::leave_group(std::string group) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  CO_TRY(const Jid jid, parse_group_jid(group));
  co_return co_await impl_->groups.leave(jid);
}

}  // namespace wasphere::messaging
