#include "daemon/session/key_keeper.h"

#include "core/stanza/iq.h"
#include "daemon/runtime/log.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;
using stanza::PublicPreKey;

namespace {

constexpr int kUploadTries = 4;

// Storage and a lost connection are not mended by asking the server again.
bool worth_retrying(const Error& error) {
  return error.code == ErrorCode::whatsapp_error || error.code == ErrorCode::whatsapp_timeout;
}

}  // namespace

Task<Status> KeyKeeper::check() {
  const auto lock = co_await filling_.lock();
  co_return co_await fill();
}

// What an upload without an answer has left behind the server must have taken, if it had enough
// keys afterwards; and it may have handed them out since.
Task<Status> KeyKeeper::on_low() {
  const auto lock = co_await filling_.lock();
  if (enough_) {
    auto mark = [id = link_.state.row().id](store::Tx& tx) -> Status {
      tx.pre_keys.mark_all_uploaded(id);
      return {};
    };
    CO_CHECK(co_await link_.services.store.run(mark));
  }
  co_return co_await fill();
}

// To the level of a new device, as WhatsApp Web does, so that it stays rare.
Task<Status> KeyKeeper::fill() {
  Connection& connection = *link_.connection;
  wire::Node request = stanza::prekey_count_request(connection.next_id());
  CO_TRY(const wire::Node answer, co_await connection.iq(std::move(request), kIqTimeout));
  CO_TRY(const std::uint32_t present, stanza::parse_prekey_count(answer));
  enough_ = present >= stanza::kMinPreKeys;
  if (enough_) co_return Status{};
  CO_TRY(auto keys, co_await reserve(stanza::kInitialPreKeys - present));
  CO_CHECK(co_await upload(std::move(keys)));
  enough_ = true;
  co_return Status{};
}

// Made on the store thread, and durable before the server can hand one out.
Task<Result<std::vector<PublicPreKey>>> KeyKeeper::reserve(std::uint32_t count) {
  auto job = [id = link_.state.row().id, count,
              &rng = link_.services.rng](store::Tx& tx) -> Result<std::vector<PublicPreKey>> {
    std::vector<PublicPreKey> keys;
    keys.reserve(count);
    for (const stanza::PreKey& key : tx.pre_keys.reserve(id, count, rng))
      keys.push_back({key.id, key.key.public_key});
    return keys;
  };
  co_return co_await link_.services.store.run(std::move(job));
}

Task<Status> KeyKeeper::upload(std::vector<PublicPreKey> keys) {
  Duration wait{1000};
  for (int tried = 1;; ++tried) {
    const Status sent = co_await upload_once(&keys);
    if (sent) break;
    if (tried == kUploadTries || !worth_retrying(sent.error())) co_return sent;
    runtime::log_warning("session", "{}: pre-keys were not taken ({}); trying again",
                         link_.state.row().id, sent.error().message);
    co_await before_retry_.sleep(link_.services.clock, wait);
    wait *= 2;
  }
  std::vector<std::uint32_t> ids;
  for (const PublicPreKey& key : keys) ids.push_back(key.id);
  auto mark = [id = link_.state.row().id, &ids](store::Tx& tx) -> Status {
    tx.pre_keys.mark_uploaded(id, ids);
    return {};
  };
  co_return co_await link_.services.store.run(mark);
}

Task<Status> KeyKeeper::upload_once(const std::vector<PublicPreKey>* keys) {
  Connection& connection = *link_.connection;
  wire::Node request = stanza::prekey_upload(connection.next_id(), *link_.state.device(), *keys);
  CO_TRY(const wire::Node answer, co_await connection.iq(std::move(request), kIqTimeout));
  co_return stanza::check_iq_result(answer);
}

}  // namespace wasphere::session
