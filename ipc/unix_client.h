// The blocking client of a JSON-RPC socket: what the command line and tests talk with. One thread.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/util/result.h"
#include "ipc/codec.h"
#include "ipc/jsonrpc.h"

namespace wasphere::ipc {

class UnixClient {
 public:
  static constexpr auto kForever = std::chrono::milliseconds::max();

  // daemon_unreachable if nobody listens at `path`, unauthorized if the caller may not open it.
  static Result<UnixClient> connect(const std::string& path);
  // Takes over a connected stream socket; `path` is only for messages.
  UnixClient(int fd, std::string path);
  UnixClient(UnixClient&& other) noexcept;
  UnixClient& operator=(UnixClient&& other) noexcept;
  ~UnixClient();

  // Sends the request and waits for its answer; notifications that come meanwhile are kept.
  // timed_out leaves the connection usable: a late answer is skipped.
  Result<nlohmann::json> call(std::string_view method, const nlohmann::json& params,
                              std::chrono::milliseconds timeout);
  // The oldest notification not yet taken; nothing when `timeout` ran out.
  Result<std::optional<Notification>> wait_notification(std::chrono::milliseconds timeout);

  // A descriptor whose readability ends any wait with timed_out "Interrupted."; for signal
  // handlers.
  void set_wake_fd(int fd) { wake_fd_ = fd; }
  int fd() const { return fd_; }
  // Of the last error answer; empty if there was none.
  const std::string& last_request_id() const { return last_request_id_; }

 private:
  class Timer;
  enum class Wake : std::uint8_t { ready, timer };

  Status send_line(std::string line, const Timer& timer);
  Status write_some(std::string_view& rest);
  Status read_some();
  Result<Wake> wait(short events, const Timer& timer);
  // One line from the buffer; nothing if none is complete.
  Result<std::optional<std::string>> take_line();
  // Handles one line; the answer if it belongs to `id`.
  Result<std::optional<Answer>> handle_line(std::string_view line, std::int64_t id);
  Result<Answer> wait_answer(std::int64_t id, const Timer& timer);
  Error closed() const;
  void close_fd();

  int fd_ = -1;
  int wake_fd_ = -1;
  bool write_closed_ = false;
  bool read_closed_ = false;  // what was read before is still to be handled
  std::string path_;
  std::string buffer_;
  std::size_t scanned_ = 0;  // of buffer_, without a newline
  std::int64_t next_id_ = 1;
  std::deque<Notification> notifications_;
  std::string last_request_id_;
};

// A typed call: unknown members of the answer are skipped, so that newer daemons are understood.
template <class Command>
Result<typename Command::Response> call(UnixClient& client, const Command& command,
                                        std::chrono::milliseconds timeout) {
  WS_TRY(const auto result, client.call(Command::command.method, encode(command), timeout));
  return decode<typename Command::Response>(result, UnknownFields::ignored);
}

}  // namespace wasphere::ipc
