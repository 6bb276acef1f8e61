#include "daemon/store/database.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "core/crypto/system_rng.h"
#include "core/util/encoding.h"
#include "daemon/runtime/log.h"
#include "daemon/store/migrations.h"

namespace wasphere::store {
namespace {

constexpr std::string_view kCheckContext = "master-check";
constexpr const char* kPepperName = "api.pepper";
constexpr std::string_view kPepperContext = "api-pepper";
constexpr std::string_view kCheckText = "WaSphere";
// A database up to this size is always looked through at start: that takes a tenth of a second.
constexpr std::int64_t kSmallDatabase = 32 << 20;

std::optional<std::string> read_meta(Db& db, std::string_view key) {
  auto row = db.query("SELECT value FROM meta WHERE key = ?1", key);
  if (!row->step()) return std::nullopt;
  return row->text(0);
}

void write_meta(Db& db, std::string_view key, std::string_view value) {
  db.run(
      "INSERT INTO meta (key, value) VALUES (?1, ?2) "
      "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key, value);
}

// The file must be there, private and ours before SQLite, which asks for none of that, opens it.
Result<std::int64_t> prepare_file(const FileName& file) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  Fd out(::openat(file.directory, file.name.c_str(), kFlags, 0600));
  if (!out.open() && errno == ELOOP)
    return fail(ErrorCode::state_insecure, file.shown + " is a symbolic link");
  if (!out.open()) return fail(system_error(errno, "cannot open " + file.shown));
  WS_CHECK(check_private(out, file.shown));
  struct stat info{};
  if (::fstat(out.get(), &info) != 0)
    return fail(system_error(errno, "cannot examine " + file.shown));
  return info.st_size;
}

bool shut_down_cleanly(Db& db) {
  bool has_meta = db.integer("SELECT count(*) FROM sqlite_master WHERE name = 'meta'") != 0;
  return has_meta && read_meta(db, "clean") == "1";
}

wasphere::Status look_for_damage(Db& db, std::int64_t size) {
  if (size == 0 || (size > kSmallDatabase && shut_down_cleanly(db))) return {};
  auto row = db.query("PRAGMA quick_check(1)");
  if (row->step() && row->text(0) == "ok") return {};
  return fail(ErrorCode::storage_corrupt, "it is damaged (quick_check: " + row->text(0) + ")");
}

wasphere::Status check_network(Db& db, const StateDir& state, const std::string& wanted) {
  auto stamped = read_meta(db, "network");
  if (!stamped || *stamped == wanted) return {};
  return fail(ErrorCode::network_mismatch, "the state directory " + state.path() +
                                               " belongs to the network " + *stamped +
                                               ", the configured one is " + wanted);
}

wasphere::Status check_master(const SealKey& key, const std::string& stored,
                              const std::string& path) {
  auto sealed = from_hex(stored);
  if (sealed && unseal(key, *sealed, kCheckContext)) return {};
  return fail(ErrorCode::key_mismatch,
              "the master key " + path + " is not the one this state directory was sealed with");
}

Result<SealKey> open_master_key(Db& db, const StoreOptions& options) {
  Trust trust = options.key_credential ? Trust::credential : Trust::own;
  auto stored = read_meta(db, "master_check");
  WS_TRY(auto key, read_master_key(options.key_file, trust));
  if (!key && (stored || options.key_credential))
    return fail(ErrorCode::key_missing, "there is no master key at " + options.key_file);
  if (!key) return create_master_key(options.key_file);
  if (stored) {
    WS_CHECK(check_master(*key, *stored, options.key_file));
  }
  return *std::move(key);
}

// A file of its own beside the database, sealed under the master key: who has the database alone
// cannot try keys against the hashes in it. Without it no stored key would ever match again, which
// must not pass for a first start.
Result<SealKey> open_pepper(Db& db, const StateDir& state, const SealKey& master) {
  constexpr std::size_t kLongest = 256;
  const FileName file = state.file(kPepperName);
  WS_TRY(auto sealed, read_private(file, kLongest));
  if (!sealed && db.integer("SELECT count(*) FROM api_keys") != 0)
    return fail(ErrorCode::key_missing, "there are API keys, but " + file.shown + " is missing");
  if (!sealed) {
    SealKey made(crypto::SystemRng().array<32>());
    WS_CHECK(create_private(file, seal(master, made.view(), kPepperContext)));
    return made;
  }
  auto opened = unseal(master, *sealed, kPepperContext);
  if (!opened) return fail(ErrorCode::key_mismatch, "the master key does not open " + file.shown);
  SecretBytes held(std::move(*opened));
  auto pepper = SealKey::from(held.bytes);
  if (!pepper) return fail(ErrorCode::key_mismatch, file.shown + " is damaged");
  return *std::move(pepper);
}

// One transaction: a state directory has all of its stamps or none.
void stamp(Db& db, const StoreOptions& options, const SealKey& master) {
  db.script("BEGIN IMMEDIATE");
  if (!read_meta(db, "network")) write_meta(db, "network", options.network_stamp);
  if (!read_meta(db, "node")) write_meta(db, "node", to_hex(crypto::SystemRng().array<16>()));
  if (!read_meta(db, "master_check"))
    write_meta(db, "master_check", to_hex(seal(master, as_bytes(kCheckText), kCheckContext)));
  write_meta(db, "clean", "0");
  db.script("COMMIT");
}

wasphere::Status bring_up_to_date(Db& db, const StateDir& state) {
  WS_TRY(auto done,
         migrate(db, migrations(), state.file(std::string(kDatabaseName) + ".backup-v")));
  if (!done.backup.empty())
    runtime::log_info("store",
                      "database upgraded from schema {} to {}; the older one is kept as {}",
                      done.from, done.to, done.backup);
  return {};
}

Result<Database> open_checked(const StateDir& state, const StoreOptions& options, std::int64_t size,
                              const std::string& path) {
  Database out;
  out.db = std::make_unique<Db>(path);
  WS_CHECK(look_for_damage(*out.db, size));
  out.db->limit_pages(options.max_page_count);
  WS_CHECK(bring_up_to_date(*out.db, state));
  WS_CHECK(check_network(*out.db, state, options.network_stamp));
  WS_TRY(auto master, open_master_key(*out.db, options));
  out.db->make_durable();
  stamp(*out.db, options, master);
  WS_TRY(out.pepper, open_pepper(*out.db, state, master));
  out.keys = std::make_unique<KeyRing>(state, std::move(master));
  out.node = read_meta(*out.db, "node").value_or("");
  return out;
}

}  // namespace

Result<Database> open_database(const StateDir& state, const StoreOptions& options) {
  FileName file = state.file(kDatabaseName);
  WS_TRY(auto size, prepare_file(file));
  std::string doing = "cannot use the database " + file.shown;
  try {
    auto opened = open_checked(state, options, size, file.shown);
    if (opened || opened.error().code != ErrorCode::storage_corrupt) return opened;
    return fail(with_context(std::move(opened).error(), doing));
  } catch (const StoreFailure& failure) {
    return fail(with_context(failure.error(), doing));
  }
}

void mark_clean(Db& db) {
  write_meta(db, "clean", "1");
}

}  // namespace wasphere::store
