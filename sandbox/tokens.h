// Privacy tokens: whoever issued one to an account lets that account write to him first (protocol
// 2, sections 4.8 and 8.9).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/util/rng.h"
#include "core/wire/node.h"
#include "sandbox/records.h"

namespace wasphere::sandbox {

class Tokens {
 public:
  struct Token {
    Bytes bytes;
    std::uint64_t time = 0;  // Unix seconds, as the issuer wrote it
  };
  // A new one, or nothing if the issuer has a newer one out.
  const Token* issue(const AccountRecord& issuer, const AccountRecord& to, std::uint64_t time,
                     Rng& rng);
  // True if the message carries the token that its recipient issued to its sender, in time.
  bool valid(const AccountRecord& issuer, const AccountRecord& sender, const wire::Node& message,
             std::uint64_t now) const;

 private:
  std::map<std::pair<std::string, std::string>, Token> tokens_;  // issuer, receiver
};

}  // namespace wasphere::sandbox
