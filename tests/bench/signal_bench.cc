// CPU time of the ratchets, ours and an independent implementation in the same run, with records
// serialised and parsed at every step. Build in Release: ninja signal_bench.
#include <cstdio>
#include <ctime>
#include <functional>

#include "core/signal/sender_key.h"
#include "tests/unit/core/signal/support.h"
#include "tests/unit/signal_oracle/oracle.h"

using namespace wasphere;

namespace {

const std::string kText(200, 'x');
constexpr int kRounds = 3;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The best of the rounds, in microseconds per call.
double measure(int calls, const std::function<void()>& work) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    double start = cpu_seconds();
    for (int i = 0; i < calls; ++i) work();
    best = std::min(best, (cpu_seconds() - start) / calls);
  }
  return best * 1e6;
}

void report(const char* what, double ours, double theirs) {
  std::printf("%-44s %9.1f us %9.1f us  %4.1f x\n", what, ours, theirs, theirs / ours);
}

struct TheirPair {
  oracle::Oracle a{1};
  oracle::Oracle b{2};
  TheirPair() {
    a.begin(b.bundle(true));
    b.receive(a.send(kText));
    a.receive(b.send(kText));
  }
};

void same_direction() {
  auto ours = signal_test::settled_pair();
  TheirPair theirs;
  report("encrypt and decrypt, same direction",
         measure(5000, [&] { ours.bob.receive(ours.alice.send(kText)).value(); }),
         measure(2000, [&] { theirs.b.receive(theirs.a.send(kText)); }));
}

void alternating() {
  auto ours = signal_test::settled_pair();
  TheirPair theirs;
  bool turn = false;
  report("encrypt and decrypt, direction changes",
         measure(1000,
                 [&] {
                   turn = !turn;
                   auto& from = turn ? ours.alice : ours.bob;
                   auto& to = turn ? ours.bob : ours.alice;
                   to.receive(from.send(kText)).value();
                 }),
         measure(500, [&] {
           turn = !turn;
           auto& from = turn ? theirs.a : theirs.b;
           auto& to = turn ? theirs.b : theirs.a;
           to.receive(from.send(kText));
         }));
}

void begin() {
  signal_test::Peer alice(1);
  signal_test::Peer bob(2);
  oracle::Oracle their_alice(1);
  oracle::Oracle their_bob(2);
  auto bundle = bob.bundle();
  auto their_bundle = their_bob.bundle(true);
  report("session from a bundle, and first message",
         measure(500,
                 [&] {
                   alice.stored.clear();
                   alice.begin(bundle);
                   alice.send(kText);
                 }),
         measure(200, [&] {
           their_alice.forget();
           their_alice.begin(their_bundle);
           their_alice.send(kText);
         }));
}

void groups() {
  test::SeededRng rng;
  auto own = signal::new_sender_key(rng);
  auto member = signal::process_distribution({}, signal::distribution(own).value()).value();
  oracle::Oracle sender(1);
  oracle::Oracle receiver(2);
  receiver.accept(sender.distribution());
  auto encrypt = [&] {
    auto record = signal::parse_sender_key_record(serialize(own)).value();
    auto out = signal::group_encrypt(std::move(record), as_bytes(kText), rng).value();
    own = std::move(out.next);
    return out.body;
  };
  double ours = measure(2000, [&] { encrypt(); });
  double theirs = measure(1000, [&] { sender.group_send(kText); });
  report("group encrypt", ours, theirs);
  member = signal::process_distribution({}, signal::distribution(own).value()).value();
  receiver.accept(sender.distribution());
  report("group encrypt and decrypt",
         measure(2000,
                 [&] {
                   auto message = signal::parse_sender_key_message(encrypt()).value();
                   auto record = signal::parse_sender_key_record(serialize(member)).value();
                   member = signal::group_decrypt(std::move(record), message).value().next;
                 }),
         measure(1000, [&] { receiver.group_receive(sender.group_send(kText)); }));
}

void primitives() {
  test::SeededRng rng;
  auto a = crypto::KeyPair::generate(rng);
  auto b = crypto::KeyPair::generate(rng);
  auto signature = crypto::sign(a.private_key, as_bytes(kText), rng);
  oracle::Oracle theirs(1);
  report("X25519 agreement",
         measure(1000, [&] { crypto::agree(a.private_key, b.public_key).value(); }),
         measure(500, [&] { theirs.agree(a.private_key, b.public_key); }));
  report("XEdDSA sign", measure(1000, [&] { crypto::sign(a.private_key, as_bytes(kText), rng); }),
         measure(500, [&] { theirs.sign(a.private_key, as_bytes(kText)); }));
  report("XEdDSA verify",
         measure(1000, [&] { crypto::verify(a.public_key, as_bytes(kText), signature); }),
         measure(500, [&] { theirs.verify(a.public_key, as_bytes(kText), signature); }));
}

}  // namespace

int main() {
  std::printf("%-44s %12s %12s\n", "CPU time per operation", "ours", "theirs");
  primitives();
  same_direction();
  alternating();
  begin();
  groups();
}
