// Operations on API keys.
#include <algorithm>

#include "core/util/id.h"
#include "daemon/api/api.h"
#include "daemon/api/key_text.h"
#include "daemon/api/views.h"
#include "daemon/runtime/iso_time.h"

namespace wasphere::api {
namespace {

using store::ApiKeyRow;

Error invalid(const char* pointer, const char* code, std::string message) {
  Error out{ErrorCode::validation_failed, std::move(message)};
  out.fields.push_back({pointer, code, out.message});
  return out;
}

template <class View>
void fill(View& view, const ApiKeyRow& row) {
  view.id = row.id;
  view.name = row.name;
  view.keyPrefix = row.secret.prefix;
  view.permissions = row.permissions;
  view.sessionId = optional_text(row.session_id);
  view.isActive = row.active;
  view.createdAt = runtime::iso8601(row.created_at);
  view.lastUsedAt = optional_time(row.last_used_at);
  view.expiresAt = optional_time(row.expires_at);
}

ipc::KeyView key_view(const ApiKeyRow& row) {
  ipc::KeyView out;
  fill(out, row);
  return out;
}

ipc::NewKeyView new_key_view(const ApiKeyRow& row, std::string key) {
  ipc::NewKeyView out;
  fill(out, row);
  out.key = std::move(key);
  return out;
}

Status check_permissions(const std::vector<std::string>& wanted) {
  if (wanted.empty())
    return fail(invalid("/permissions", "LENGTH", "'permissions' must have at least one entry"));
  const bool star = std::ranges::find(wanted, "*") != wanted.end();
  if (star && wanted.size() > 1)
    return fail(
        invalid("/permissions", "FORMAT", "'permissions' must have * alone, or not at all"));
  return {};
}

// A key makes and changes only what does not go beyond itself.
Status check_within(const rpc::Caller& caller, const std::vector<std::string>& permissions) {
  if (caller.local || (scope_bits(permissions) & ~caller.scopes) == 0) return {};
  return fail(ErrorCode::forbidden, "the other key may do more than the one that was presented");
}

Result<std::int64_t> future_time(const std::string& text, std::int64_t now) {
  const auto time = runtime::parse_iso8601(text);
  if (!time)
    return fail(
        invalid("/expiresAt", "FORMAT", "'expiresAt' must be a time like 2030-01-31T12:00:00Z"));
  if (*time <= now)
    return fail(invalid("/expiresAt", "RANGE", "'expiresAt' must be in the future"));
  return *time;
}

std::vector<std::string> without_repeats(std::vector<std::string> words) {
  std::ranges::sort(words);
  words.erase(std::ranges::unique(words).begin(), words.end());
  return words;
}

}  // namespace

// The id of the session a request names, or its error.
Result<std::string> Api::session_id_of(const std::string& reference) const {
  WS_TRY(session::SessionSnapshot found, services_.sessions.find(reference));
  return found.row.id;
}

std::string Api::known_session(const std::string& reference) const {
  return reference.empty() ? std::string() : session_id_of(reference).value_or(std::string());
}

// What a caller may change: not itself, and nothing that may do more.
Result<ApiKeyRow> Api::changeable_key(const Call& call, const std::string& id) const {
  WS_TRY(ApiKeyRow row, services_.keys.find(id));
  WS_CHECK(check_within(call.caller, row.permissions));
  return row;
}

Api::Answer<ipc::KeyPage> Api::handle(Call, ipc::KeyList request) {
  ipc::KeyPage page;
  for (const ApiKeyRow& row : services_.keys.list()) {
    if (request.cursor && row.id <= *request.cursor) continue;
    if (std::ssize(page.items) == request.limit) {
      page.nextCursor = page.items.back().id;
      break;
    }
    page.items.push_back(key_view(row));
  }
  co_return page;
}

Result<ApiKeyRow> Api::new_key(const Call& call, const ipc::KeyCreate& request) const {
  WS_CHECK(check_permissions(request.permissions));
  WS_CHECK(check_within(call.caller, request.permissions));
  ApiKeyRow row;
  row.id = make_id("key", now_ms(), services_.rng);
  row.name = request.name;
  row.permissions = without_repeats(request.permissions);
  row.created_at = now_ms();
  if (request.sessionId) {
    WS_TRY(row.session_id, session_id_of(*request.sessionId));
  }
  if (request.expiresAt) {
    WS_TRY(row.expires_at, future_time(*request.expiresAt, now_ms()));
  }
  return row;
}

Api::Answer<ipc::NewKeyView> Api::handle(Call call, ipc::KeyCreate request) {
  auto row = new_key(call, request);
  if (!row) co_return fail(std::move(row).error());
  std::string key = make_key(services_.rng);
  row->secret = services_.keys.secret_of(key);
  CO_CHECK(co_await services_.keys.save(*row));
  co_return new_key_view(*row, std::move(key));
}

Result<ApiKeyRow> Api::changed_key(const Call& call, const ipc::KeyUpdate& request) const {
  WS_TRY(ApiKeyRow row, changeable_key(call, request.keyId));
  if (call.caller.key_id == row.id) return fail(ErrorCode::forbidden, "a key cannot change itself");
  if (request.permissions) {
    WS_CHECK(check_permissions(*request.permissions));
    WS_CHECK(check_within(call.caller, *request.permissions));
    row.permissions = without_repeats(*request.permissions);
  }
  row.name = request.name.value_or(row.name);
  row.active = request.isActive.value_or(row.active);
  if (request.sessionId) {
    row.session_id.clear();
    if (*request.sessionId) {
      WS_TRY(row.session_id, session_id_of(**request.sessionId));
    }
  }
  if (request.expiresAt) {
    row.expires_at = 0;
    if (*request.expiresAt) {
      WS_TRY(row.expires_at, future_time(**request.expiresAt, now_ms()));
    }
  }
  return row;
}

Api::Answer<ipc::KeyView> Api::handle(Call call, ipc::KeyUpdate request) {
  auto row = changed_key(call, request);
  if (!row) co_return fail(std::move(row).error());
  CO_CHECK(co_await services_.keys.save(*row));
  co_return key_view(*row);
}

Api::Answer<ipc::NewKeyView> Api::handle(Call call, ipc::KeyRotate request) {
  auto row = changeable_key(call, request.keyId);
  if (!row) co_return fail(std::move(row).error());
  row->old_secret.reset();
  row->old_secret_until = 0;
  if (request.graceSec > 0) {
    row->old_secret = row->secret;
    row->old_secret_until = now_ms() + request.graceSec * 1000;
  }
  std::string key = make_key(services_.rng);
  row->secret = services_.keys.secret_of(key);
  CO_CHECK(co_await services_.keys.save(*row));
  co_return new_key_view(*row, std::move(key));
}

Api::Answer<ipc::KeyDeleted> Api::handle(Call call, ipc::KeyDelete request) {
  auto row = changeable_key(call, request.keyId);
  if (!row) co_return fail(std::move(row).error());
  CO_CHECK(co_await services_.keys.remove(request.keyId));
  ipc::KeyDeleted out;
  co_return out;
}

}  // namespace wasphere::api
