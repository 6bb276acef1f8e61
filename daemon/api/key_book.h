// The API keys of this daemon, all in memory: a request is judged without asking the store. Main
// thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/rpc/rpc_server.h"
#include "daemon/store/admin.h"
#include "daemon/store/store.h"

namespace wasphere::api {

class KeyBook {
 public:
  // The references must outlive it.
  KeyBook(boost::asio::any_io_executor executor, store::Store& store, runtime::Clock& clock);

  runtime::Task<Status> load();  // before the first verify()
  // Who presents this text. unauthorized with the same words, and after the same work, whether the
  // key is malformed, unknown, switched off or expired.
  Result<rpc::Caller> verify(std::string_view presented);

  std::vector<store::ApiKeyRow> list() const;  // by creation
  // key_not_found.
  Result<store::ApiKeyRow> find(const std::string& id) const;
  // Committed, then in force. A new secret is a text for the caller to show.
  runtime::Task<Status> save(store::ApiKeyRow row);
  runtime::Task<Status> remove(std::string id);
  // The store has dropped the keys that were bound to this session.
  void session_deleted(const std::string& session_id);
  store::KeySecret secret_of(std::string_view key) const;

 private:
  struct Match;
  Match find_secret(std::string_view presented) const;
  bool works(const store::ApiKeyRow& row) const;
  void index(const store::ApiKeyRow& row);
  void drop(const std::string& id);
  void note_use(store::ApiKeyRow& row);

  boost::asio::any_io_executor executor_;
  store::Store& store_;
  runtime::Clock& clock_;
  std::map<std::string, store::ApiKeyRow> keys_;                   // by id
  std::map<std::string, std::string, std::less<>> ids_by_prefix_;  // old secrets too
};

// The scopes of a row's permissions as the bits of a Caller.
std::uint32_t scope_bits(const std::vector<std::string>& permissions);

}  // namespace wasphere::api
