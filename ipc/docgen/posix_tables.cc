#include "ipc/docgen/posix_tables.h"

namespace wasphere::docgen {
namespace {

std::string alternatives(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "|") + quoted(text);
  return out;
}

std::string case_function(const std::string& name, const std::string& subject,
                          const std::string& branches) {
  return name + "() {\n  case " + subject + " in\n" + branches +
         "    *) return 1 ;;\n  esac\n}\n\n";
}

std::string print_branch(const std::vector<std::string>& patterns, const std::string& text) {
  return "    " + alternatives(patterns) + ") echo " + quoted(text) + " ;;\n";
}

std::string value_branches(const Model& model) {
  std::string out;
  for (const Command& command : model.commands) {
    for (const Flag& flag : command.flags) {
      if (flag.source.text().empty()) continue;
      std::vector<std::string> patterns;
      for (const auto& spelling : flag.spellings) patterns.push_back(command.path + " " + spelling);
      out += print_branch(patterns, flag.source.text());
    }
  }
  for (const Flag& flag : model.globals) {
    if (flag.source.text().empty()) continue;
    for (const auto& spelling : flag.spellings) {
      out += "    *" + quoted(" " + spelling) + ") echo " + quoted(flag.source.text()) + " ;;\n";
    }
  }
  return out;
}

std::string place_branches(const Model& model) {
  std::string out;
  for (const Command& command : model.commands) {
    for (std::size_t i = 0; i < command.places.size(); ++i) {
      const Place& place = command.places[i];
      const std::string text = place.source.text();
      if (text.empty()) continue;
      const std::string pattern = place.repeated ? quoted(command.path + " ") + "[0-9]*"
                                                 : quoted(command.path + " " + std::to_string(i));
      out += "    " + pattern + ") echo " + quoted(text) + " ;;\n";
    }
  }
  return out;
}

}  // namespace

std::string posix_tables(const Model& model) {
  std::string out = "# Whether the words lead to a command.\n";
  out += case_function("_wasphere_is_path", "$1",
                       "    " + alternatives(model.paths()) + ") return 0 ;;\n");
  out += case_function("_wasphere_takes_value", "$1",
                       "    " + alternatives(model.valued_spellings()) + ") return 0 ;;\n");
  out += "# Where the value of a flag comes from: path, flag.\n";
  out += case_function("_wasphere_value", "\"$1 $2\"", value_branches(model));
  out += "# Where the argument at a place comes from: path, number from 0.\n";
  out += case_function("_wasphere_place", "\"$1 $2\"", place_branches(model));
  return out;
}

}  // namespace wasphere::docgen
