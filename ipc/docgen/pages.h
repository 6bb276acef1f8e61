// What the generator writes: file names relative to the root of the repository, and their content.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"

namespace wasphere::docgen {

struct Output {
  std::string path;
  std::string text;
};

Output main_page(const std::vector<cli::Verb>& verbs);                 // man/wasphere.1
std::vector<Output> noun_pages(const std::vector<cli::Verb>& verbs);   // man/wasphere-session.1 …
Output rpc_page();                                                     // man/wasphere-rpc.7
std::vector<Output> completions(const std::vector<cli::Verb>& verbs);  // completions/*

// The first words that have a page of their own; the other verbs are on the main page.
std::vector<std::string> nouns(const std::vector<cli::Verb>& verbs);
// Every page's {name, section}, for SEE ALSO, without `except`.
std::vector<std::pair<std::string, int>> other_pages(const std::vector<cli::Verb>& verbs,
                                                     std::string_view except);

}  // namespace wasphere::docgen
