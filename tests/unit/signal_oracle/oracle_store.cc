#include "tests/unit/signal_oracle/oracle_parts.h"

namespace wasphere::oracle {
namespace {

Memory& memory_of(void* user) {
  return *static_cast<Memory*>(user);
}

signal_buffer* copy(const Bytes& bytes) {
  return signal_buffer_create(bytes.data(), bytes.size());
}

int load_session(signal_buffer** record, signal_buffer**, const signal_protocol_address*,
                 void* user) {
  const auto& session = memory_of(user).session;
  if (!session) return 0;
  *record = copy(*session);
  return 1;
}

int store_session(const signal_protocol_address*, std::uint8_t* record, std::size_t size,
                  std::uint8_t*, std::size_t, void* user) {
  memory_of(user).session = Bytes(record, record + size);
  return 0;
}

int contains_session(const signal_protocol_address*, void* user) {
  return memory_of(user).session ? 1 : 0;
}

int delete_session(const signal_protocol_address*, void* user) {
  memory_of(user).session.reset();
  return 1;
}

int load_key(const std::map<std::uint32_t, Bytes>& keys, signal_buffer** record, std::uint32_t id) {
  auto found = keys.find(id);
  if (found == keys.end()) return SG_ERR_INVALID_KEY_ID;
  *record = copy(found->second);
  return 0;
}

int load_pre_key(signal_buffer** record, std::uint32_t id, void* user) {
  return load_key(memory_of(user).pre_keys, record, id);
}

int store_pre_key(std::uint32_t id, std::uint8_t* record, std::size_t size, void* user) {
  memory_of(user).pre_keys[id] = Bytes(record, record + size);
  return 0;
}

int contains_pre_key(std::uint32_t id, void* user) {
  return memory_of(user).pre_keys.count(id) == 1 ? 1 : 0;
}

int remove_pre_key(std::uint32_t id, void* user) {
  memory_of(user).pre_keys.erase(id);
  return 0;
}

int load_signed_pre_key(signal_buffer** record, std::uint32_t id, void* user) {
  return load_key(memory_of(user).signed_pre_keys, record, id);
}

int store_signed_pre_key(std::uint32_t id, std::uint8_t* record, std::size_t size, void* user) {
  memory_of(user).signed_pre_keys[id] = Bytes(record, record + size);
  return 0;
}

int contains_signed_pre_key(std::uint32_t id, void* user) {
  return memory_of(user).signed_pre_keys.count(id) == 1 ? 1 : 0;
}

int remove_signed_pre_key(std::uint32_t id, void* user) {
  memory_of(user).signed_pre_keys.erase(id);
  return 0;
}

int identity_key_pair(signal_buffer** public_data, signal_buffer** private_data, void* user) {
  *public_data = copy(memory_of(user).identity_public);
  *private_data = copy(memory_of(user).identity_private);
  return 0;
}

int registration_id(void* user, std::uint32_t* id) {
  *id = memory_of(user).registration_id;
  return 0;
}

int save_identity(const signal_protocol_address*, std::uint8_t*, std::size_t, void*) {
  return 0;
}

int is_trusted(const signal_protocol_address*, std::uint8_t*, std::size_t, void*) {
  return 1;
}

std::string name_of(const signal_protocol_sender_key_name* name) {
  return {name->sender.name, name->sender.name_len};
}

int store_sender_key(const signal_protocol_sender_key_name* name, std::uint8_t* record,
                     std::size_t size, std::uint8_t*, std::size_t, void* user) {
  memory_of(user).sender_keys[name_of(name)] = Bytes(record, record + size);
  return 0;
}

int load_sender_key(signal_buffer** record, signal_buffer**,
                    const signal_protocol_sender_key_name* name, void* user) {
  const auto& keys = memory_of(user).sender_keys;
  auto found = keys.find(name_of(name));
  if (found == keys.end()) return 0;
  *record = copy(found->second);
  return 1;
}

void set_session_store(signal_protocol_store_context* store, Memory& memory) {
  signal_protocol_session_store callbacks{};
  callbacks.load_session_func = load_session;
  callbacks.store_session_func = store_session;
  callbacks.contains_session_func = contains_session;
  callbacks.delete_session_func = delete_session;
  callbacks.user_data = &memory;
  require(signal_protocol_store_context_set_session_store(store, &callbacks), "session store");
}

void set_key_stores(signal_protocol_store_context* store, Memory& memory) {
  signal_protocol_pre_key_store one_time{load_pre_key,   store_pre_key, contains_pre_key,
                                         remove_pre_key, nullptr,       &memory};
  require(signal_protocol_store_context_set_pre_key_store(store, &one_time), "pre-keys");
  signal_protocol_signed_pre_key_store signed_keys{load_signed_pre_key,
                                                   store_signed_pre_key,
                                                   contains_signed_pre_key,
                                                   remove_signed_pre_key,
                                                   nullptr,
                                                   &memory};
  require(signal_protocol_store_context_set_signed_pre_key_store(store, &signed_keys),
          "signed pre-keys");
}

}  // namespace

void set_stores(signal_protocol_store_context* store, Memory& memory) {
  set_session_store(store, memory);
  set_key_stores(store, memory);
  signal_protocol_identity_key_store identities{identity_key_pair, registration_id, save_identity,
                                                is_trusted,        nullptr,         &memory};
  require(signal_protocol_store_context_set_identity_key_store(store, &identities), "identities");
  signal_protocol_sender_key_store sender_keys{store_sender_key, load_sender_key, nullptr, &memory};
  require(signal_protocol_store_context_set_sender_key_store(store, &sender_keys), "sender keys");
}

}  // namespace wasphere::oracle
