// What the files of the oracle share.
#pragma once

#include <signal_protocol.h>

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/util/bytes.h"
#include "core/util/rng.h"

namespace wasphere::oracle {

inline void require(int status, const char* what) {
  if (status >= 0) return;
  throw std::runtime_error(std::string("oracle: ") + what + ": " + std::to_string(status));
}

struct Unref {
  template <class T>
  void operator()(T* object) const {
    signal_type_unref(reinterpret_cast<signal_type_base*>(object));
  }
};
// A reference-counted object of the library.
template <class T>
using Ref = std::unique_ptr<T, Unref>;

inline Bytes bytes_of(const signal_buffer* buffer) {
  const std::uint8_t* data = signal_buffer_const_data(buffer);
  return {data, data + signal_buffer_len(buffer)};
}
// Takes the buffer.
inline Bytes take(signal_buffer* buffer) {
  Bytes out = bytes_of(buffer);
  signal_buffer_free(buffer);
  return out;
}

// AES, HMAC and SHA-512 straight from OpenSSL, so that nothing of ours is judged by itself. `rng`
// outlives the context.
void set_crypto(signal_context* context, Rng& rng);

// All records, as the library serialises them.
struct Memory {
  std::optional<Bytes> session;
  std::map<std::uint32_t, Bytes> pre_keys;
  std::map<std::uint32_t, Bytes> signed_pre_keys;
  std::map<std::string, Bytes> sender_keys;
  Bytes identity_public;
  Bytes identity_private;
  std::uint32_t registration_id = 0;
};
// `memory` outlives the store.
void set_stores(signal_protocol_store_context* store, Memory& memory);

}  // namespace wasphere::oracle
