// Layout, version 1, big-endian: version u8, has current u8, [state], archived count u8, states. A
// state: flags u8, local identity 32, remote identity 32, local and remote registration id u32
// each, base key 32, root key 32, ratchet private 32, ratchet public 32, sending chain key 32 and
// index u32, previous counter u32, [signed pre-key id u32, [pre-key id u32]], receiver count u8,
// receivers. A receiver: ratchet key 32, chain key 32, next index u32, skipped count u16, skipped
// keys of {index u32, seed 32}. The ratchet's public key is stored because deriving it costs more
// than all the rest.
#include "core/signal/session_record.h"

#include <algorithm>
#include <string>

#include "core/signal/record_fields.h"

namespace wasphere::signal {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kPending = 1;
constexpr std::uint8_t kPendingOneTime = 2;
constexpr std::size_t kMaxStateHead = 1 + 8 * 32 + 4 * 4 + 2 * 4 + 1;

std::uint8_t flags_of(const SessionState& state) {
  if (!state.pending) return 0;
  return state.pending->pre_key_id ? kPending | kPendingOneTime : kPending;
}

void write_pending(RecordWriter& out, const PendingPreKey& pending) {
  out.number(pending.signed_pre_key_id, 4);
  if (pending.pre_key_id) out.number(*pending.pre_key_id, 4);
}

void write_state(RecordWriter& out, const SessionState& state) {
  out.number(flags_of(state), 1).put(state.local_identity).put(state.remote_identity);
  out.number(state.local_registration_id, 4).number(state.remote_registration_id, 4);
  out.put(state.base_key).put(state.root_key.view());
  out.put(state.ratchet_key.private_key.view()).put(state.ratchet_key.public_key);
  out.put(state.sending.key.view()).number(state.sending.index, 4);
  out.number(state.previous_counter, 4);
  if (state.pending) write_pending(out, *state.pending);
  out.number(static_cast<std::uint32_t>(state.receiving.size()), 1);
  for (const ReceiverChain& chain : state.receiving)
    out.put(chain.ratchet_key).chain(chain.messages);
}

std::size_t state_size(const SessionState& state) {
  std::size_t size = kMaxStateHead;
  for (const ReceiverChain& chain : state.receiving) size += 32 + chain_size(chain.messages);
  return size;
}

std::size_t record_size(const SessionRecord& record) {
  std::size_t size = 3 + (record.current ? state_size(*record.current) : 0);
  for (const SessionState& state : record.archived) size += state_size(state);
  return size;
}

std::optional<PendingPreKey> read_pending(RecordReader& in, std::uint32_t flags) {
  in.require(flags == 0 || flags == kPending || flags == (kPending | kPendingOneTime));
  if (!in.ok() || flags == 0) return std::nullopt;
  PendingPreKey out;
  out.signed_pre_key_id = in.number(4);
  if ((flags & kPendingOneTime) != 0) out.pre_key_id = in.number(4);
  return out;
}

ReceiverChain read_receiver(RecordReader& in) {
  ReceiverChain out;
  out.ratchet_key = in.array<32>();
  out.messages = in.chain();
  return out;
}

SessionState read_state(RecordReader& in) {
  SessionState state;
  std::uint32_t flags = in.number(1);
  state.local_identity = in.array<32>();
  state.remote_identity = in.array<32>();
  state.local_registration_id = in.number(4);
  state.remote_registration_id = in.number(4);
  state.base_key = in.array<32>();
  state.root_key = in.secret();
  state.ratchet_key.private_key = in.secret();
  state.ratchet_key.public_key = in.array<32>();
  state.sending.key = in.secret();
  state.sending.index = in.number(4);
  state.previous_counter = in.number(4);
  state.pending = read_pending(in, flags);
  std::size_t receivers = in.count(1, kMaxReceiverChains);
  state.receiving.reserve(receivers);
  for (std::size_t i = 0; i < receivers && in.ok(); ++i)
    state.receiving.push_back(read_receiver(in));
  return state;
}

// Spends `budget` on the state's keys and answers what is left of it.
std::size_t trim_state(SessionState& state, std::size_t budget) {
  for (auto chain = state.receiving.rbegin(); chain != state.receiving.rend(); ++chain) {
    auto& keys = chain->messages.skipped;
    std::size_t surplus = keys.size() - std::min(keys.size(), budget);
    keys.erase(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(surplus));
    budget -= keys.size();
  }
  return budget;
}

SessionRecord read_record(RecordReader& in) {
  SessionRecord record;
  if (in.count(1, 1) == 1) record.current = read_state(in);
  std::size_t archived = in.count(1, kMaxArchivedStates);
  record.archived.reserve(archived);
  for (std::size_t i = 0; i < archived && in.ok(); ++i) record.archived.push_back(read_state(in));
  return record;
}

}  // namespace

const SessionState* find_base_key(const SessionRecord& record, const crypto::PublicKey& base_key) {
  if (record.current && record.current->base_key == base_key) return &*record.current;
  auto found = std::find_if(record.archived.begin(), record.archived.end(),
                            [&](const SessionState& state) { return state.base_key == base_key; });
  return found == record.archived.end() ? nullptr : &*found;
}

void archive_current(SessionRecord& record) {
  if (!record.current) return;
  record.archived.insert(record.archived.begin(), *std::move(record.current));
  record.current.reset();
  if (record.archived.size() > kMaxArchivedStates) record.archived.resize(kMaxArchivedStates);
}

void trim_skipped_keys(SessionRecord& record) {
  std::size_t budget = kMaxSkippedKeysPerRecord;
  if (record.current) budget = trim_state(*record.current, budget);
  for (SessionState& state : record.archived) budget = trim_state(state, budget);
}

Bytes serialize(const SessionRecord& record) {
  RecordWriter out(record_size(record));
  out.number(kVersion, 1).number(record.current ? 1 : 0, 1);
  if (record.current) write_state(out, *record.current);
  out.number(static_cast<std::uint32_t>(record.archived.size()), 1);
  for (const SessionState& state : record.archived) write_state(out, state);
  return out.take();
}

Result<SessionRecord> parse_session_record(BytesView bytes) {
  RecordReader in(bytes);
  std::uint32_t version = in.number(1);
  if (in.ok() && version != kVersion)
    return fail(ErrorCode::storage_corrupt,
                "stored session record has the unknown version " + std::to_string(version));
  SessionRecord record = read_record(in);
  if (!in.at_end())
    return fail(ErrorCode::storage_corrupt, "stored session record is damaged or cut short");
  return record;
}

}  // namespace wasphere::signal
