#include "daemon/messaging/directory.h"

#include <algorithm>
#include <map>

#include "core/signal/session_cipher.h"
#include "core/stanza/adv.h"
#include "daemon/messaging/encryption.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using runtime::Task;
using stanza::FetchedBundle;
using stanza::UserDevices;
using wire::Jid;

namespace {

constexpr std::size_t kUsersPerQuery = 256;
constexpr std::size_t kBundlesPerRequest = 100;

template <class T>
std::vector<std::vector<T>> in_parts(const std::vector<T>& all, std::size_t size) {
  std::vector<std::vector<T>> out;
  for (std::size_t i = 0; i < all.size(); i += size)
    out.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(i),
                     all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), i + size)));
  return out;
}

// A new key index list means a new phone identity: the companions of the old one are gone
// (protocol 2, section 4.1).
void forget_companions(store::Tx& tx, const std::string& session_id, const Jid& user) {
  for (const Jid& device : tx.signal.devices_with_session(session_id, user))
    if (device.device != 0) tx.signal.save_session(session_id, device, {});
  tx.signal.forget_holder_everywhere(session_id, user);
}

// The user's canonical address.
Jid keep_devices(store::Tx& tx, const JobContext& job, const UserDevices& found) {
  Jid lid = found.lid.value_or(Jid{});
  if (lid.server.empty() && job.own.is_own(found.user)) lid = job.own.lid;
  if (!lid.server.empty() && found.user.server == wire::kUserServer)
    learn_pair(tx, job.id(), found.user, lid, true);
  store::DeviceList list;
  list.user = signal_address(tx, job, found.user).without_device();
  list.devices = found.devices;
  list.hash = found.hash;
  list.raw_id = found.raw_id;
  list.fetched_at = job.now_ms;
  const auto before = tx.directory.devices(job.id(), list.user);
  if (before && before->raw_id != 0 && found.raw_id != 0 && before->raw_id != found.raw_id)
    forget_companions(tx, job.id(), list.user);
  tx.directory.save_devices(job.id(), list);
  return list.user;
}

// LID look-ups are less reliable than those of numbers, so numbers are asked for where known.
// By the address asked for, the one that was meant.
using Question = std::map<Jid, Jid>;

Question make_question(store::Tx& tx, const JobContext& job, const std::vector<Jid>& users) {
  Question out;
  for (const Jid& user : users) {
    if (job.own.is_own(user)) {
      out[job.own.jid.without_device()] = user;
      continue;
    }
    const auto phone = user.server == wire::kLidServer ? tx.directory.phone_of(job.id(), user)
                                                       : std::optional<Jid>{};
    out[phone ? phone->without_device() : user] = user;
  }
  return out;
}

std::vector<Jid> keep_answer(store::Tx& tx, const JobContext& job, const Question& question,
                             const std::vector<UserDevices>& answer) {
  std::map<Jid, Jid> missing = question;
  for (const UserDevices& found : answer) {
    if (found.devices.empty()) continue;  // named, but not on WhatsApp
    const Jid canonical = keep_devices(tx, job, found);
    missing.erase(found.user);
    missing.erase(canonical);
    if (found.lid) missing.erase(found.lid->without_device());
  }
  std::vector<Jid> out;
  for (const auto& [asked, meant] : missing) out.push_back(meant);
  return out;
}

std::optional<crypto::PublicKey> account_key(store::Tx& tx, const JobContext& job,
                                             const Jid& device) {
  const auto record = tx.signal.session(job.id(), {device.user, device.server});
  if (!record.current) return std::nullopt;
  return record.current->remote_identity;
}

Status begin_one(store::Tx& tx, const JobContext& job, const Jid& address,
                 const FetchedBundle& fetched, bool anew) {
  if (!fetched.bundle) return fail(ErrorCode::whatsapp_error, "there is no bundle of it");
  signal::SessionRecord record = tx.signal.session(job.id(), address);
  if (record.current && !anew) return {};
  const auto key = address.device == 0 ? std::nullopt : account_key(tx, job, address);
  if (address.device != 0 &&
      !stanza::plausible_device_identity(fetched.device_identity, fetched.bundle->identity, key))
    return fail(ErrorCode::crypto_error, "its identity is not signed by the account");
  auto begun = signal::begin_session(std::move(record), job.identity,
                                     signal::to_bundle(*fetched.bundle), job.rng);
  if (!begun) return fail(signal::to_error(begun.error()));
  tx.signal.save_session(job.id(), address, *begun);
  return {};
}

// The phones first: companions are checked against them. Gives those that failed.
std::vector<Jid> begin_all(store::Tx& tx, const JobContext& job, const std::vector<Jid>& asked,
                           std::vector<FetchedBundle> bundles, bool anew) {
  std::set<Jid> failed(asked.begin(), asked.end());
  std::partition(bundles.begin(), bundles.end(),
                 [](const FetchedBundle& one) { return one.device.device == 0; });
  for (const FetchedBundle& bundle : bundles) {
    const Jid address = signal_address(tx, job, bundle.device);
    const Status begun = begin_one(tx, job, address, bundle, anew);
    if (!begun) {
      runtime::log_info("messaging", "{}: no session with a device: {}", job.id(),
                        begun.error().message);
      continue;
    }
    failed.erase(address);
    failed.erase(bundle.device);
  }
  return {failed.begin(), failed.end()};
}

}  // namespace

Task<Result<std::vector<Jid>>> Directory::refresh(std::vector<Jid> users,
                                                  stanza::UsyncContext context) {
  std::vector<Jid> unknown;
  for (auto part : in_parts(users, kUsersPerQuery)) {
    CO_TRY(std::vector<Jid> missing, co_await refresh_part(std::move(part), context));
    unknown.insert(unknown.end(), missing.begin(), missing.end());
  }
  co_return unknown;
}

Task<Result<std::vector<Jid>>> Directory::refresh_part(std::vector<Jid> users,
                                                       stanza::UsyncContext context) {
  CO_TRY(const JobContext job, context_.job());
  auto ask_for = [&](store::Tx& tx) -> Result<Question> { return make_question(tx, job, users); };
  CO_TRY(const Question question, co_await context_.run(ask_for));
  CO_CHECK(context_.require_line());
  std::vector<Jid> asked;
  for (const auto& [jid, meant] : question) asked.push_back(jid);
  const std::string id = context_.next_id();
  wire::Node request = stanza::device_query(id, id, context, asked);
  CO_TRY(const wire::Node answer, co_await context_.ask(std::move(request)));
  CO_TRY(const std::vector<UserDevices> found, stanza::parse_usync(answer));
  auto keep = [&](store::Tx& tx) -> Result<std::vector<Jid>> {
    return keep_answer(tx, job, question, found);
  };
  co_return co_await context_.run(keep);
}

Task<Result<std::vector<Jid>>> Directory::begin_sessions(std::vector<Jid> devices,
                                                         bool identity_changed) {
  std::vector<Jid> failed;
  for (auto part : in_parts(devices, kBundlesPerRequest)) {
    CO_TRY(std::vector<Jid> missing, co_await begin_part(std::move(part), identity_changed));
    failed.insert(failed.end(), missing.begin(), missing.end());
  }
  co_return failed;
}

// One device that is not registered any more spoils the answer for all: then they are asked for one
// by one (protocol 2, section 2.2).
Task<Result<std::vector<Jid>>> Directory::begin_part(std::vector<Jid> devices,
                                                     bool identity_changed) {
  CO_CHECK(context_.require_line());
  wire::Node request = stanza::bundle_request(context_.next_id(), devices, identity_changed);
  CO_TRY(const wire::Node answer, co_await context_.ask_plainly(std::move(request)));
  const int code = error_code(answer);
  if (code == 0) co_return co_await begin_with(std::move(devices), answer, identity_changed);
  if (code != 404 && code != 406)
    co_return fail(ErrorCode::whatsapp_error,
                   "WhatsApp gave no keys (" + std::to_string(code) + ").");
  if (devices.size() == 1) co_return devices;
  std::vector<Jid> failed;
  for (const Jid& device : devices) {
    std::vector<Jid> one{device};
    CO_TRY(std::vector<Jid> missing, co_await begin_part(std::move(one), identity_changed));
    failed.insert(failed.end(), missing.begin(), missing.end());
  }
  co_return failed;
}

Task<Result<std::vector<Jid>>> Directory::begin_with(std::vector<Jid> devices, wire::Node answer,
                                                     bool identity_changed) {
  CO_TRY(std::vector<FetchedBundle> bundles, stanza::parse_bundles(answer));
  CO_TRY(const JobContext job, context_.job());
  auto begin = [&](store::Tx& tx) -> Result<std::vector<Jid>> {
    return begin_all(tx, job, devices, std::move(bundles), identity_changed);
  };
  co_return co_await context_.run(begin);
}

}  // namespace wasphere::messaging
