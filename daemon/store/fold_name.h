#pragma once

#include <string>
#include <string_view>

namespace wasphere::store {

// The form in which session names are compared: lower case by Unicode's simple mapping, character
// by character ("Straße" and "STRASSE" differ; composed and decomposed accents differ). Bytes that
// are not UTF-8 stay as they are.
std::string fold_name(std::string_view name);

}  // namespace wasphere::store
