// A line that writes down what is sent and answers as the test says.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/messaging/line.h"

namespace wasphere::test {

// "tag key=value key=value", and the children in brackets by tag.
inline std::string outline_of(const wire::Node& node) {
  std::string out = node.tag;
  for (const auto& [key, value] : node.attrs) out += " " + key + "=" + node.attr_or(key, "");
  for (const wire::Node& child : node.children()) out += " <" + child.tag + ">";
  return out;
}

class ScriptedLine final : public messaging::Line {
 public:
  std::vector<wire::Node> sent;
  std::vector<wire::Node> asked;
  std::function<Result<wire::Node>(const wire::Node&)> answer;
  bool over = false;
  std::optional<Error> given_up;

  void send(const wire::Node& node) override {
    if (!over) sent.push_back(node);
  }
  runtime::Task<Result<wire::Node>> iq(wire::Node request, runtime::Duration) override {
    asked.push_back(request);
    if (over || !answer) co_return fail(ErrorCode::session_not_connected, "no answer (test)");
    co_return answer(request);
  }
  std::string next_id() override { return "iq-" + std::to_string(++ids_); }
  bool ended() const override { return over; }
  void give_up(const Error& why) override { given_up = why; }

  // What was sent since the last call.
  std::vector<wire::Node> take() { return std::exchange(sent, {}); }
  std::vector<std::string> take_outlines() {
    std::vector<std::string> out;
    for (const wire::Node& node : take()) out.push_back(outline_of(node));
    return out;
  }

 private:
  int ids_ = 0;
};

}  // namespace wasphere::test
