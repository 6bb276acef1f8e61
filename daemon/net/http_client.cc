// libcurl's multi interface driven by Asio: curl says which sockets and which moment it waits for,
// Asio waits.
#include "daemon/net/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <list>
#include <map>

#include "core/util/network.h"

namespace wasphere::net {
namespace {

namespace asio = boost::asio;
using Done = std::function<void(Result<HttpAnswer>)>;

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyCloser>;
using List = std::unique_ptr<curl_slist, EasyCloser>;

void add(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

std::string bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

// One request under way.
struct Transfer {
  explicit Transfer(HttpPost what) : request(std::move(what)) {}
  HttpPost request;
  Done done;
  Easy easy{curl_easy_init()};
  List headers;
  List connect_to;
  std::size_t received = 0;
};

std::size_t on_body(char*, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  transfer.received += size * count;
  return transfer.received <= transfer.request.max_response ? size * count : 0;
}

std::optional<IpAddress> address_of(const curl_sockaddr& peer) {
  char text[INET6_ADDRSTRLEN];
  const auto* ip4 = reinterpret_cast<const sockaddr_in*>(&peer.addr);
  const auto* ip6 = reinterpret_cast<const sockaddr_in6*>(&peer.addr);
  const void* bytes = peer.family == AF_INET ? static_cast<const void*>(&ip4->sin_addr)
                                             : static_cast<const void*>(&ip6->sin6_addr);
  if (::inet_ntop(peer.family, bytes, text, sizeof text) == nullptr) return std::nullopt;
  return parse_ip(text);
}

// The last check of all: no socket to any other address than the one that was admitted.
curl_socket_t on_open(void* context, curlsocktype, curl_sockaddr* peer) {
  const auto& transfer = *static_cast<const Transfer*>(context);
  if (peer->family != AF_INET && peer->family != AF_INET6) return CURL_SOCKET_BAD;
  const auto address = address_of(*peer);
  if (!address || address != parse_ip(transfer.request.address)) return CURL_SOCKET_BAD;
  return ::socket(peer->family, peer->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, peer->protocol);
}

void set_up(Transfer& transfer, const HttpClientOptions& options) {
  CURL* easy = transfer.easy.get();
  const HttpPost& request = transfer.request;
  for (const std::string& header : request.headers) add(transfer.headers, header);
  add(transfer.headers, "Expect:");  // no round trip to ask whether the body is welcome
  add(transfer.connect_to, "::" + bracketed(request.address) + ":" + std::to_string(request.port));
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, transfer.connect_to.get());
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // also none from the environment
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

ErrorCode code_of(CURLcode code) {
  const bool certificate = code == CURLE_PEER_FAILED_VERIFICATION ||
                           code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CERTPROBLEM;
  if (code == CURLE_OPERATION_TIMEDOUT) return ErrorCode::upstream_timeout;
  return certificate ? ErrorCode::certificate_rejected : ErrorCode::network_unreachable;
}

Result<HttpAnswer> answer_of(Transfer& transfer, CURLcode code) {
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
  // A body that is too long is not read on; the answer stands at its head.
  const bool cut = code == CURLE_WRITE_ERROR && transfer.received > transfer.request.max_response;
  if (code != CURLE_OK && !cut) return fail(code_of(code), curl_easy_strerror(code));
  return HttpAnswer{static_cast<int>(status), retry_after};
}

class CurlClient final : public HttpClient {
 public:
  CurlClient(asio::io_context& io, HttpClientOptions options)
      : io_(io), options_(std::move(options)), timer_(io), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 64L);  // that stay open while idle
  }
  ~CurlClient() override {
    CurlClient::cancel_all();
    timer_.cancel();
    curl_multi_cleanup(multi_);
    for (auto& [fd, watch] : watches_) watch->descriptor.release();
  }
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  bool usable() const { return multi_ != nullptr; }

  runtime::Task<Result<HttpAnswer>> post(HttpPost request) override {
    auto initiate = [this](auto handler, HttpPost what) {
      auto shared = std::make_shared<decltype(handler)>(std::move(handler));
      start(std::move(what), [shared](Result<HttpAnswer> answer) { (*shared)(std::move(answer)); });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<HttpAnswer>)>(
        initiate, asio::use_awaitable, std::move(request));
  }

  void cancel_all() override {
    while (!transfers_.empty())
      finish(transfers_.front(), fail(ErrorCode::shutting_down, "the daemon is shutting down"));
  }

 private:
  // A socket of curl's that Asio waits on. The descriptor is curl's: it is released, never closed.
  struct Watch {
    explicit Watch(asio::io_context& io, int fd) : descriptor(io, fd) {}
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;  // CURL_POLL_…
    bool reading = false;
    bool writing = false;
  };
  using WatchPtr = std::shared_ptr<Watch>;

  void start(HttpPost request, Done done) {
    auto transfer = std::make_unique<Transfer>(std::move(request));
    transfer->done = std::move(done);
    if (!transfer->easy) throw std::bad_alloc();
    set_up(*transfer, options_);
    Transfer& added = *transfer;
    transfers_.push_back(std::move(transfer));
    const CURLMcode refused = curl_multi_add_handle(multi_, added.easy.get());
    if (refused != CURLM_OK)
      finish(transfers_.back(), fail(ErrorCode::internal, curl_multi_strerror(refused)));
  }

  // Never from inside of curl or of the caller: the result is posted.
  void finish(std::unique_ptr<Transfer>& transfer, Result<HttpAnswer> answer) {
    curl_multi_remove_handle(multi_, transfer->easy.get());
    asio::post(io_, [done = std::move(transfer->done), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    });
    transfers_.remove(transfer);
  }

  void act(curl_socket_t fd, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, fd, events, &running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* ended = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &ended);
      const CURLcode code = message->data.result;
      for (auto& transfer : transfers_) {
        if (transfer.get() != ended) continue;
        finish(transfer, answer_of(*ended, code));
        break;
      }
    }
  }

  static int on_timer(CURLM*, long after_ms, void* context) {
    auto& self = *static_cast<CurlClient*>(context);
    self.timer_.cancel();
    if (after_ms < 0) return 0;
    self.timer_.expires_after(std::chrono::milliseconds(after_ms));
    self.timer_.async_wait([weak = std::weak_ptr<CurlClient*>(self.alive_)](
                               const boost::system::error_code& cancelled) {
      const auto alive = weak.lock();
      if (alive && !cancelled) (*alive)->act(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
  }

  static int on_socket(CURL*, curl_socket_t fd, int what, void* context, void*) {
    auto& self = *static_cast<CurlClient*>(context);
    auto& watch = self.watches_[fd];
    if (what == CURL_POLL_REMOVE) {
      if (watch) watch->descriptor.release();
      self.watches_.erase(fd);
      return 0;
    }
    if (!watch) watch = std::make_shared<Watch>(self.io_, fd);
    watch->wanted = what;
    self.arm(fd, watch);
    return 0;
  }

  void arm(curl_socket_t fd, const WatchPtr& watch) {
    using Descriptor = asio::posix::stream_descriptor;
    if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) {
      watch->reading = true;
      wait(fd, watch, Descriptor::wait_read, CURL_CSELECT_IN);
    }
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) {
      watch->writing = true;
      wait(fd, watch, Descriptor::wait_write, CURL_CSELECT_OUT);
    }
  }

  void wait(curl_socket_t fd, const WatchPtr& watch, asio::posix::stream_descriptor::wait_type type,
            int event) {
    watch->descriptor.async_wait(type, [this, fd, weak = std::weak_ptr<Watch>(watch),
                                        event](const boost::system::error_code& failed) {
      const WatchPtr held = weak.lock();
      if (!held || failed == asio::error::operation_aborted) return;
      ready(fd, held, event, failed ? CURL_CSELECT_ERR : event);
    });
  }

  void ready(curl_socket_t fd, const WatchPtr& watch, int event, int told) {
    const bool in = event == CURL_CSELECT_IN;
    (in ? watch->reading : watch->writing) = false;
    const bool wanted = (watch->wanted & (in ? CURL_POLL_IN : CURL_POLL_OUT)) != 0;
    if (wanted) act(fd, told);
    // Unless curl has let go of it meanwhile.
    const auto still = watches_.find(fd);
    if (still != watches_.end() && still->second == watch) arm(fd, watch);
  }

  asio::io_context& io_;
  HttpClientOptions options_;
  asio::steady_timer timer_;
  CURLM* multi_;
  std::map<curl_socket_t, WatchPtr> watches_;
  std::list<std::unique_ptr<Transfer>> transfers_;
  std::shared_ptr<CurlClient*> alive_ = std::make_shared<CurlClient*>(this);
};

}  // namespace

Result<std::unique_ptr<HttpClient>> make_http_client(asio::io_context& io,
                                                     HttpClientOptions options) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK)
    return fail(ErrorCode::internal, std::string("libcurl: ") + curl_easy_strerror(started));
  auto client = std::make_unique<CurlClient>(io, std::move(options));
  if (!client->usable()) return fail(ErrorCode::internal, "libcurl cannot be started");
  return client;
}

}  // namespace wasphere::net
