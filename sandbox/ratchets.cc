#include "sandbox/ratchets.h"

#include <algorithm>
#include <utility>

#include "core/signal/padding.h"

namespace wasphere::sandbox {

bool Ratchets::has_session(const wire::Jid& device) const {
  const auto found = sessions_.find(device);
  return found != sessions_.end() && found->second.current.has_value();
}

signal::Outcome<void> Ratchets::begin(const wire::Jid& device, const signal::PreKeyBundle& bundle) {
  auto begun = signal::begin_session(sessions_[device], keys_.identity, bundle, rng_);
  if (!begun) return fail(begun.error());
  sessions_[device] = *std::move(begun);
  return {};
}

signal::Outcome<Ratchets::Sealed> Ratchets::seal(const wire::Jid& device, BytesView plaintext) {
  auto& record = sessions_[device];
  auto sealed = signal::encrypt(record, signal::pad(plaintext, rng_));
  if (!sealed) return fail(sealed.error());
  record = std::move(sealed->next);
  return Sealed{sealed->type == signal::CiphertextType::msg ? "msg" : "pkmsg",
                std::move(sealed->body)};
}

signal::Outcome<Bytes> Ratchets::open(const wire::Jid& device, const std::string& type,
                                      BytesView body) {
  if (type == "pkmsg") return open_first(device, body);
  WS_TRY(const auto message, signal::parse_signal_message(body));
  auto& record = sessions_[device];
  WS_TRY(auto opened, signal::decrypt(record, message, rng_, signal::kMaxJumpOwnDevice));
  record = std::move(opened.next);
  return signal::unpad(std::move(opened.plaintext));
}

signal::Outcome<Bytes> Ratchets::open_first(const wire::Jid& device, BytesView body) {
  WS_TRY(const auto message, signal::parse_pre_key_signal_message(body));
  signal::PreKeyInputs inputs;
  inputs.own = keys_.identity;
  if (message.header.signed_pre_key_id == keys_.signed_pre_key.id)
    inputs.signed_pre_key = keys_.signed_pre_key;
  const auto named = message.header.pre_key_id;
  const auto one_time = named ? keys_.one_time.find(*named) : keys_.one_time.end();
  if (one_time != keys_.one_time.end()) inputs.one_time = one_time->second;
  auto& record = sessions_[device];
  WS_TRY(auto opened, signal::decrypt_pre_key(record, message, inputs, rng_));
  record = std::move(opened.next);
  if (opened.used_pre_key) keys_.one_time.erase(*opened.used_pre_key);
  return signal::unpad(std::move(opened.plaintext));
}

Bytes Ratchets::distribution(const std::string& group) {
  auto& record = own_keys_[group];
  if (record.empty()) record = signal::new_sender_key(rng_);
  return signal::build(*signal::distribution(record));
}

signal::Outcome<Ratchets::Sealed> Ratchets::seal_for_group(const std::string& group,
                                                           BytesView plaintext) {
  auto& record = own_keys_[group];
  auto sealed = signal::group_encrypt(record, signal::pad(plaintext, rng_), rng_);
  if (!sealed) return fail(sealed.error());
  record = std::move(sealed->next);
  return Sealed{"skmsg", std::move(sealed->body)};
}

signal::Outcome<Bytes> Ratchets::open_from_group(const std::string& group, const wire::Jid& device,
                                                 BytesView body) {
  WS_TRY(const auto message, signal::parse_sender_key_message(body));
  auto& record = sender_keys_[{group, device}];
  WS_TRY(auto opened, signal::group_decrypt(record, message));
  record = std::move(opened.next);
  return signal::unpad(std::move(opened.plaintext));
}

signal::Outcome<void> Ratchets::learn_sender_key(const std::string& group, const wire::Jid& device,
                                                 BytesView distribution) {
  WS_TRY(const auto message, signal::parse_sender_key_distribution(distribution));
  auto& record = sender_keys_[{group, device}];
  WS_TRY(record, signal::process_distribution(record, message));
  return {};
}

void Ratchets::rotate(const std::string& group) {
  own_keys_.erase(group);
  holders_.erase(group);
}

void Ratchets::rename(const std::string& from_user, const wire::Jid& to_user) {
  std::map<wire::Jid, signal::SessionRecord> moved;
  for (auto it = sessions_.begin(); it != sessions_.end();) {
    if (it->first.user != from_user) {
      ++it;
      continue;
    }
    auto to = to_user;
    to.device = it->first.device;
    moved.emplace(to, std::move(it->second));
    it = sessions_.erase(it);
  }
  sessions_.merge(moved);  // what is there already is newer
}

void Ratchets::forget_user(const wire::Jid& user) {
  std::erase_if(sessions_, [&](const auto& entry) { return entry.first.user == user.user; });
  for (auto& [group, devices] : holders_)
    std::erase_if(devices, [&](const wire::Jid& device) { return device.user == user.user; });
}

void Ratchets::forget_all() {
  sessions_.clear();
  own_keys_.clear();
  sender_keys_.clear();
  holders_.clear();
}

}  // namespace wasphere::sandbox
