#include "daemon/session/signed_key_rotation.h"

#include <algorithm>

#include "core/signal/keys.h"
#include "core/stanza/usync.h"
#include "daemon/runtime/log.h"

namespace wasphere::session {

using runtime::Task;

namespace {

constexpr int kTries = 2;  // a key that the server finds bad is replaced by another, once
constexpr int kBadKey = 406;
constexpr int kOtherIdentity = 409;

std::uint32_t following(std::uint32_t id) {
  return id >= stanza::kMaxPreKeyId ? 1 : id + 1;
}

int code_of(const wire::Node& answer) {
  if (answer.attr_or("type", "") != "error") return 0;
  const wire::Node* error = answer.child("error");
  return error == nullptr ? 500 : static_cast<int>(error->number("code").value_or(500));
}

}  // namespace

Task<Status> SignedKeyRotation::run() {
  const std::string id = link_.state.row().id;
  auto last = [&id](store::Tx& tx) -> Result<std::int64_t> {
    return tx.pre_keys.last_rotation(id);
  };
  CO_TRY(const std::int64_t rotated_at, co_await link_.services.store.run(last));
  const std::int64_t since = std::max(rotated_at, link_.state.row().created_at);
  if (link_.now_ms() - since < kSignedKeyLifeMs) co_return Status{};
  for (int tried = 0; tried < kTries; ++tried) {
    const stanza::SignedPreKey before = link_.state.device()->signed_pre_key;
    CO_CHECK(co_await renew());
    const auto code = co_await publish();
    if (code && *code == 0) co_return co_await finish(before);
    if (!code || *code != kBadKey) break;
  }
  co_return Status{};
}

// The old one is kept in the transaction that replaces it. It does not count as renewed before the
// server has the new one.
Task<Status> SignedKeyRotation::renew() {
  const stanza::Device& device = *link_.state.device();
  const stanza::SignedPreKey before = device.signed_pre_key;
  const stanza::SignedPreKey next = signal::generate_signed_pre_key(
      device.identity_key, following(before.id), link_.services.rng);
  Change change;
  change.device = [&next](stanza::Device& changed) { changed.signed_pre_key = next; };
  change.also = [id = link_.state.row().id, before](store::Tx& tx) {
    tx.pre_keys.keep_signed(id, before, 0);
  };
  co_return co_await link_.state.apply(std::move(change));
}

Task<Result<int>> SignedKeyRotation::publish() {
  Connection& connection = *link_.connection;
  wire::Node request =
      stanza::rotate_signed_prekey(connection.next_id(), link_.state.device()->signed_pre_key);
  const auto answer = co_await connection.iq(std::move(request), kIqTimeout);
  if (!answer) co_return fail(answer.error());
  const int code = code_of(*answer);
  if (code == kOtherIdentity)
    runtime::log_error("session", "{}: WhatsApp knows another identity key of this device",
                       link_.state.row().id);
  if (code != 0)
    runtime::log_warning("session", "{}: the signed pre-key was not renewed (code {})",
                         link_.state.row().id, code);
  co_return code;
}

Task<Status> SignedKeyRotation::finish(stanza::SignedPreKey before) {
  auto note = [id = link_.state.row().id, before, now = link_.now_ms()](store::Tx& tx) -> Status {
    tx.pre_keys.keep_signed(id, before, now);
    return {};
  };
  CO_CHECK(co_await link_.services.store.run(note));
  runtime::log_info("session", "{}: the signed pre-key was renewed", link_.state.row().id);
  co_return Status{};
}

}  // namespace wasphere::session
