// The figures of the daemon in the Prometheus text format. Main thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wasphere::api {

class MetricsText {
 public:
  // A family, once before its samples. `type` is "gauge" or "counter".
  void family(std::string_view name, std::string_view type, std::string_view help);
  // `labels` is empty or R"(status="connected")".
  void sample(std::string_view name, std::string_view labels, double value);
  // A family of one sample.
  void gauge(std::string_view name, std::string_view help, double value);
  void counter(std::string_view name, std::string_view help, double value);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Parts of the daemon that the Api knows nothing of tell their figures through this.
using Collector = std::function<void(MetricsText&)>;

// Bytes of memory that the process has now; 0 if the host does not tell.
std::int64_t resident_bytes();

}  // namespace wasphere::api
