// An independent implementation of the ratchets as one end of a conversation. It knows one peer and
// one group, and keeps its records as that implementation serialises them.
#pragma once

#include <memory>
#include <string>

#include "core/signal/session_cipher.h"

namespace wasphere::oracle {

enum class Verdict { opened, duplicate, no_session, refused };

struct Opened {
  Verdict verdict = Verdict::refused;
  std::string text;
};

struct Wire {
  signal::CiphertextType type = signal::CiphertextType::msg;
  Bytes body;
};

// Throws std::runtime_error when something fails that must not.
class Oracle {
 public:
  explicit Oracle(std::uint64_t seed);
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  signal::PreKeyBundle bundle(bool with_one_time);
  std::size_t one_time_keys() const;  // not yet used up
  bool has_session() const;
  void forget();  // the session
  // False if the bundle is refused.
  bool begin(const signal::PreKeyBundle& bundle);
  Wire send(std::string_view text);
  Opened receive(const Wire& wire);

  Bytes distribution();  // of our key for the group; makes one if there is none
  void rotate();
  Bytes group_send(std::string_view text);
  void accept(BytesView distribution);
  Opened group_receive(BytesView body);

  crypto::Signature sign(const crypto::PrivateKey& key, BytesView message);
  bool verify(const crypto::PublicKey& key, BytesView message, BytesView signature);
  ByteArray<32> agree(const crypto::PrivateKey& own, const crypto::PublicKey& theirs);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasphere::oracle
