#include "daemon/store/fold_name.h"

#include <locale.h>
#include <wctype.h>

#include "core/util/encoding.h"

namespace wasphere::store {
namespace {

// The C library's own table, independent of the user's locale. Without it only ASCII is folded.
char32_t lower(char32_t point) {
  static const locale_t unicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
  if (unicode == locale_t{}) return point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point;
  return static_cast<char32_t>(::towlower_l(static_cast<wint_t>(point), unicode));
}

void append_utf8(std::string& out, char32_t point) {
  auto put = [&](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | (point >> 6));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

}  // namespace

std::string fold_name(std::string_view name) {
  if (!is_valid_utf8(name)) return std::string(name);
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    auto lead = static_cast<unsigned char>(name[at]);
    std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
      point = (point << 6) | (static_cast<unsigned char>(name[at + i]) & 0x3FU);
    append_utf8(out, lower(point));
    at += length;
  }
  return out;
}

}  // namespace wasphere::store
