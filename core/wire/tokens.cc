#include "core/wire/tokens.h"

#include <array>

#include "core/wire/token_words_v2.h"
#include "core/wire/token_words_v3.h"

namespace wasphere::wire {
namespace {

constexpr std::size_t kSingles = 235;
constexpr std::size_t kWords = kSingles + 4 * 256;
constexpr std::size_t kSlots = 4096;  // a third full: most lookups end at the first or second slot

constexpr std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return hash ^ (hash >> 15);
}

// Words are numbered from 0 in the order of the list. The compiler computes both tables, and
// neither holds a pointer: they stay constant pages that all processes share.
using Starts = std::array<std::uint16_t, kWords + 1>;
using Slots = std::array<std::uint16_t, kSlots>;  // word number plus one; zero: free

constexpr std::string_view word_at(std::string_view words, const Starts& starts,
                                   std::size_t number) {
  return words.substr(starts[number], starts[number + 1] - starts[number] - 1U);
}

constexpr std::size_t next_slot(std::size_t slot) {
  return (slot + 1) % kSlots;
}

consteval Starts make_starts(std::string_view words) {
  Starts starts{};
  std::size_t number = 0;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == ' ') starts[++number] = static_cast<std::uint16_t>(i + 1);
  if (number + 1 != kWords) throw "the word list has another length";
  starts[kWords] = static_cast<std::uint16_t>(words.size() + 1);
  return starts;
}

consteval Slots make_slots(std::string_view words, const Starts& starts) {
  Slots slots{};
  for (std::size_t number = 0; number < kWords; ++number) {
    std::size_t slot = hash_of(word_at(words, starts, number)) % kSlots;
    while (slots[slot] != 0) slot = next_slot(slot);
    slots[slot] = static_cast<std::uint16_t>(number + 1);
  }
  return slots;
}

constexpr Starts kStartsV2 = make_starts(kTokenWordsV2);
constexpr Starts kStartsV3 = make_starts(kTokenWordsV3);
constexpr Slots kSlotsV2 = make_slots(kTokenWordsV2, kStartsV2);
constexpr Slots kSlotsV3 = make_slots(kTokenWordsV3, kStartsV3);

struct WordTable {
  std::string_view words;
  const Starts& starts;
  const Slots& slots;

  std::string_view word(std::size_t number) const { return word_at(words, starts, number); }
};

WordTable table_of(Dictionary dictionary) {
  if (dictionary == Dictionary::v2) return {kTokenWordsV2, kStartsV2, kSlotsV2};
  return {kTokenWordsV3, kStartsV3, kSlotsV3};
}

TokenId id_of(std::size_t number) {
  return static_cast<TokenId>(number < kSingles ? number + 1 : number - kSingles + 256);
}

}  // namespace

std::optional<TokenId> find_token(std::string_view text, Dictionary dictionary) {
  const WordTable table = table_of(dictionary);
  std::size_t slot = hash_of(text) % kSlots;
  for (; table.slots[slot] != 0; slot = next_slot(slot)) {
    std::size_t number = table.slots[slot] - 1U;
    if (table.word(number) == text) return id_of(number);
  }
  return std::nullopt;
}

std::optional<std::string_view> token_text(TokenId token, Dictionary dictionary) {
  bool single = token >= 1 && token <= kSingles;
  bool pair = token >= 256 && token < 256 + kWords - kSingles;
  if (!single && !pair) return std::nullopt;
  return table_of(dictionary).word(single ? token - 1U : token - 256U + kSingles);
}

}  // namespace wasphere::wire
