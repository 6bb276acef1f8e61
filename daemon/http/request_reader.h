// Bytes of a connection to requests, one after the other: the parser boundary. Total: any bytes
// give a request or an error, with bounded memory. It does no I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/request.h"

namespace wasphere::http {

inline constexpr std::uint32_t kMaxHead = 16U << 10;
inline constexpr std::uint64_t kMaxBody = 256U << 10;
inline constexpr std::uint64_t kMaxSendBody = 16U << 20;

class RequestReader {
 public:
  RequestReader();
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  enum class Step {
    need_more,  // give() more bytes
    head,       // the head is there, once a request: head() and then accept_body()
    done,       // the request is whole: body(), then next()
    bad,        // it is no request: nothing more can be read
    head_too_large,
    body_too_large,
  };

  void give(std::string_view bytes);
  Step step();
  // Whether a part of a request was received already.
  bool begun() const;

  const RequestHead& head() const { return head_; }
  bool expects_continue() const;
  // False if the body is known to be larger already.
  bool accept_body(std::uint64_t limit);
  std::string take_body();
  // Goes on with the request that follows on the same connection.
  void next();

 private:
  struct Parser;
  Step step_parser();
  void read_head();

  std::unique_ptr<Parser> parser_;
  std::string buffer_;
  RequestHead head_;
  std::size_t head_bytes_ = 0;  // of this request, so far
  bool head_seen_ = false;
};

}  // namespace wasphere::http
