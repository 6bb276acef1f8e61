#include "daemon/http/request_reader.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace wasphere::http {
namespace {

namespace beast = boost::beast;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct RequestReader::Parser {
  beast::http::request_parser<beast::http::string_body> parser;
  Parser() {
    parser.header_limit(kMaxHead);
    parser.body_limit(boost::none);  // accept_body() says, once the route is known
  }
};

RequestReader::RequestReader() : parser_(std::make_unique<Parser>()) {}
RequestReader::~RequestReader() = default;

void RequestReader::give(std::string_view bytes) {
  buffer_.append(bytes);
}

bool RequestReader::begun() const {
  return !buffer_.empty() || parser_->parser.got_some();
}

RequestReader::Step RequestReader::step() {
  auto& parser = parser_->parser;
  for (;;) {
    if (parser.is_header_done() && !head_seen_) {
      head_seen_ = true;
      read_head();
      return Step::head;
    }
    if (parser.is_done()) return Step::done;
    if (buffer_.empty()) return Step::need_more;
    const Step out = step_parser();
    if (out != Step::done) return out;
  }
}

// One put(): done means that it got further, not that the request is whole.
RequestReader::Step RequestReader::step_parser() {
  boost::system::error_code error;
  const bool in_head = !parser_->parser.is_header_done();
  const std::size_t used =
      parser_->parser.put(boost::asio::const_buffer(buffer_.data(), buffer_.size()), error);
  buffer_.erase(0, used);
  // The parser limits what it looks at in one piece, not the sum of many fields.
  if (in_head) head_bytes_ += used;
  if (head_bytes_ > kMaxHead) return Step::head_too_large;
  if (!error) return Step::done;
  if (error == beast::http::error::need_more) return Step::need_more;
  if (error == beast::http::error::header_limit) return Step::head_too_large;
  if (error == beast::http::error::body_limit) return Step::body_too_large;
  return Step::bad;
}

void RequestReader::read_head() {
  const auto& message = parser_->parser.get();
  head_ = {};
  head_.method = view(message.method_string());
  head_.target = view(message.target());
  head_.http11 = message.version() == 11;
  head_.keep_alive = message.keep_alive();
  for (const auto& field : message)
    head_.headers.emplace_back(lower(view(field.name_string())), view(field.value()));
}

bool RequestReader::expects_continue() const {
  return head_.http11 && lower(head_.header("expect")) == "100-continue";
}

bool RequestReader::accept_body(std::uint64_t limit) {
  const auto length = parser_->parser.content_length();
  if (length && *length > limit) return false;
  parser_->parser.body_limit(limit);
  return true;
}

std::string RequestReader::take_body() {
  return std::move(parser_->parser.get().body());
}

void RequestReader::next() {
  parser_ = std::make_unique<Parser>();
  head_seen_ = false;
  head_bytes_ = 0;
}

}  // namespace wasphere::http
