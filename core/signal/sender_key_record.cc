// Layout, version 1, big-endian: version u8, state count u8, states. A state: own u8, key id u32,
// signing key 32, its Edwards form 32, [signing private 32], chain key 32, next iteration u32,
// skipped count u16, skipped keys of {iteration u32, seed 32}.
#include <string>

#include "core/signal/record_fields.h"
#include "core/signal/sender_key.h"

namespace wasphere::signal {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxStateHead = 1 + 4 + 32 + 32 + 32;

void write_state(RecordWriter& out, const SenderKeyState& state) {
  out.number(state.signing_private ? 1 : 0, 1).number(state.key_id, 4).put(state.signing_key);
  out.put(state.edwards.bytes);
  if (state.signing_private) out.put(state.signing_private->view());
  out.chain(state.chain);
}

SenderKeyState read_state(RecordReader& in) {
  SenderKeyState state;
  bool own = in.count(1, 1) == 1;
  state.key_id = in.number(4);
  state.signing_key = in.array<32>();
  state.edwards.bytes = in.array<32>();
  if (own) state.signing_private = in.secret();
  state.chain = in.chain();
  return state;
}

std::size_t record_size(const SenderKeyRecord& record) {
  std::size_t size = 2;
  for (const SenderKeyState& state : record.states) size += kMaxStateHead + chain_size(state.chain);
  return size;
}

}  // namespace

Bytes serialize(const SenderKeyRecord& record) {
  RecordWriter out(record_size(record));
  out.number(kVersion, 1).number(static_cast<std::uint32_t>(record.states.size()), 1);
  for (const SenderKeyState& state : record.states) write_state(out, state);
  return out.take();
}

Result<SenderKeyRecord> parse_sender_key_record(BytesView bytes) {
  RecordReader in(bytes);
  std::uint32_t version = in.number(1);
  if (in.ok() && version != kVersion)
    return fail(ErrorCode::storage_corrupt,
                "stored sender key has the unknown version " + std::to_string(version));
  SenderKeyRecord record;
  std::size_t count = in.count(1, kMaxSenderKeyStates);
  record.states.reserve(count);
  for (std::size_t i = 0; i < count && in.ok(); ++i) record.states.push_back(read_state(in));
  if (!in.at_end())
    return fail(ErrorCode::storage_corrupt, "stored sender key is damaged or cut short");
  return record;
}

}  // namespace wasphere::signal
