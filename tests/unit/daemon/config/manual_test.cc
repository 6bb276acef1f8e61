#include "daemon/config/manual.h"

#include <catch2/catch.hpp>

#include "daemon/config/settings.h"

namespace wasphere::config {

TEST_CASE("the manual has an item for every documented setting, and for no other") {
  const std::string text = settings_manual();
  for (const Setting& setting : settings()) {
    INFO(setting.name);
    const bool there = text.find(".It Va " + std::string(setting.name) + "\n") != text.npos;
    CHECK(there != setting.hidden);
  }
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    CHECK(line.size() <= 90);
    CHECK((!line.starts_with('.') || line.starts_with(".It Va ")));
    at = end + 1;
  }
}

TEST_CASE("only what stands between the marks is replaced") {
  const std::string marks =
      ".\\\" Settings: made by wasphere-confgen from the table.\nreplaced\n.\\\" End of "
      "settings.\n";
  auto page = with_settings("head\n" + marks + "tail\n");
  REQUIRE(page);
  CHECK(page->starts_with("head\n"));
  CHECK(page->ends_with("tail\n"));
  CHECK(page->find("\nreplaced\n") == page->npos);
  CHECK(with_settings(*page).value() == *page);
  CHECK_FALSE(with_settings("no marks"));
}

}  // namespace wasphere::config
