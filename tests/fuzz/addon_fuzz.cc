// Votes and other sealed content, and the reporting token. The first byte picks the reader.
#include "core/model/addon.h"
#include "tests/fuzz/node_input.h"
#include "tests/support/seeded_rng.h"

namespace {

using wasphere::Bytes;
using wasphere::BytesView;
using wasphere::fuzz::require;
namespace model = wasphere::model;

const model::MessageSecret kSecret{1, 2, 3};
const model::AddonParties kParties{"3EB0", "1@lid", "2@lid"};
const wasphere::wire::Jid kJid{"1", "lid"};

void open(BytesView bytes) {
  model::Sealed sealed{wasphere::to_bytes(bytes), Bytes(12, 7)};
  (void)model::open_addon(sealed, kSecret, kParties, model::use_case::kPollVote);
}

void seal(BytesView bytes) {
  wasphere::test::SeededRng rng;
  auto sealed = model::seal_addon(bytes, kSecret, kParties, model::use_case::kComment, rng);
  auto opened = model::open_addon(sealed, kSecret, kParties, model::use_case::kComment);
  require(opened && wasphere::equal_constant_time(*opened, bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  BytesView rest(data + 1, size - 1);
  if (data[0] % 4 == 0) open(rest);
  if (data[0] % 4 == 1) seal(rest);
  if (data[0] % 4 == 2) (void)model::selected_options(rest, {"yes", "no"});
  if (data[0] % 4 == 3) (void)model::reporting_token(rest, kSecret, "3EB0", kJid, kJid);
  return 0;
}
