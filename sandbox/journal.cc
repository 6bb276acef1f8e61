#include "sandbox/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "core/util/bytes.h"
#include "core/wire/node_codec.h"
#include "daemon/runtime/log.h"

namespace wasphere::sandbox {
namespace {

constexpr const char* kFile = "/queues.journal";
constexpr std::uint8_t kPut = 1;
constexpr std::uint8_t kTaken = 2;
constexpr std::uint8_t kAuthored = 3;
constexpr std::size_t kMaxRecord = 8U << 20;

void put_u64(ByteWriter& writer, std::uint64_t value) {
  writer.u32be(static_cast<std::uint32_t>(value >> 32)).u32be(static_cast<std::uint32_t>(value));
}

std::optional<std::uint64_t> take_u64(ByteReader& reader) {
  const auto high = reader.u32be();
  const auto low = reader.u32be();
  if (!high || !low) return std::nullopt;
  return std::uint64_t{*high} << 32 | *low;
}

void put_text(ByteWriter& writer, std::string_view text) {
  writer.u16be(static_cast<std::uint16_t>(text.size())).put(as_bytes(text));
}

std::optional<std::string> take_text(ByteReader& reader) {
  const auto size = reader.u16be();
  const auto bytes = size ? reader.take(*size) : std::nullopt;
  if (!bytes) return std::nullopt;
  return to_text(*bytes);
}

// Every record has its length in front.
Bytes framed(ByteWriter record) {
  ByteWriter out;
  out.u32be(static_cast<std::uint32_t>(record.bytes().size())).put(record.bytes());
  return out.take();
}

Bytes put_record(std::uint64_t number, const wire::Jid& device, const Letter& letter) {
  ByteWriter writer;
  writer.u8(kPut);
  put_u64(writer, number);
  writer.u8(static_cast<std::uint8_t>(letter.kind)).u8(letter.own_copy ? 1 : 0);
  put_text(writer, device.to_string());
  writer.put(wire::encode_node(letter.stanza, wire::Dictionary::v3));
  return framed(std::move(writer));
}

Bytes authored_record(const std::string& account, const std::string& id,
                      const Ledger::Entry& entry) {
  ByteWriter writer;
  writer.u8(kAuthored).u16be(entry.device);
  put_u64(writer, entry.time);
  put_text(writer, account);
  put_text(writer, id);
  return framed(std::move(writer));
}

bool read_put(ByteReader& reader, std::map<std::uint64_t, Journal::Waiting>& waiting) {
  const auto number = take_u64(reader);
  const auto kind = reader.u8();
  const auto own = reader.u8();
  const auto text = take_text(reader);
  const auto device = text ? wire::Jid::parse(*text) : std::nullopt;
  if (!number || !kind || !own || !device) return false;
  if (*kind > static_cast<std::uint8_t>(LetterKind::notification)) return false;
  const auto rest = reader.take(reader.remaining());
  auto stanza = wire::decode_node(*rest, wire::Dictionary::v3);
  if (!stanza) return false;
  Letter letter{static_cast<LetterKind>(*kind), *own == 1, *std::move(stanza)};
  waiting.insert_or_assign(*number, Journal::Waiting{*number, *device, std::move(letter)});
  return true;
}

bool read_authored(ByteReader& reader, std::vector<Journal::Authored>& authored) {
  const auto device = reader.u16be();
  const auto time = take_u64(reader);
  auto account = take_text(reader);
  auto id = take_text(reader);
  if (!device || !time || !account || !id) return false;
  authored.push_back({*std::move(account), *std::move(id), {*device, *time}});
  return true;
}

Journal::Contents read_all(BytesView bytes) {
  Journal::Contents contents;
  std::map<std::uint64_t, Journal::Waiting> waiting;
  for (ByteReader reader(bytes); !reader.empty();) {
    const auto size = reader.u32be();
    const auto record = size && *size <= kMaxRecord ? reader.take(*size) : std::nullopt;
    if (!record) break;
    ByteReader fields(*record);
    const auto kind = fields.u8();
    bool good = kind.has_value();
    if (kind == kPut) good = read_put(fields, waiting);
    if (kind == kTaken) waiting.erase(take_u64(fields).value_or(0));
    if (kind == kAuthored) good = read_authored(fields, contents.authored);
    if (!good) break;
  }
  for (auto& [number, each] : waiting) contents.waiting.push_back(std::move(each));
  return contents;
}

tl::unexpected<Error> failed(const std::string& path) {
  return fail(ErrorCode::io_error, "cannot write " + path + ": " + std::strerror(errno));
}

}  // namespace

Result<Journal> Journal::open(const std::string& directory, Contents& left) {
  const auto path = directory + kFile;
  std::ifstream file(path, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  left = read_all(bytes);
  Journal journal(path, -1);
  WS_CHECK(journal.begin_anew(left));
  return journal;
}

Journal::Journal(Journal&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      size_(other.size_),
      failed_(other.failed_) {}

Journal::~Journal() {
  if (file_ >= 0) ::close(file_);
}

void Journal::put(std::uint64_t number, const wire::Jid& device, const Letter& letter) {
  append(put_record(number, device, letter));
}

void Journal::taken(std::uint64_t number) {
  ByteWriter writer;
  writer.u8(kTaken);
  put_u64(writer, number);
  append(framed(std::move(writer)));
}

void Journal::authored(const std::string& account, const std::string& id,
                       const Ledger::Entry& entry) {
  append(authored_record(account, id, entry));
}

// A loss of it shows only at the next start, so it is said now.
void Journal::append(BytesView record) {
  const auto written = ::write(file_, record.data(), record.size());
  size_ += record.size();
  if (written == static_cast<ssize_t>(record.size()) || std::exchange(failed_, true)) return;
  runtime::log_error("sandbox.state", "cannot write {}: what waits may not survive a restart",
                     path_);
}

Status Journal::begin_anew(const Contents& contents) {
  const auto temporary = path_ + ".new";
  const int fresh = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fresh < 0) return failed(temporary);
  if (file_ >= 0) ::close(file_);
  file_ = fresh;
  size_ = 0;
  failed_ = false;
  for (const auto& each : contents.authored) authored(each.account, each.id, each.entry);
  for (const auto& each : contents.waiting) put(each.number, each.device, each.letter);
  if (::rename(temporary.c_str(), path_.c_str()) != 0) return failed(path_);
  size_ = 0;  // only what comes now makes it worn
  return {};
}

}  // namespace wasphere::sandbox
