// Group commit: what several callers want done goes into one transaction, each part undone by
// itself if it fails, and costs one write to the disk. Store thread only.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "daemon/store/tables.h"
#include "daemon/store/tables_admin.h"
#include "daemon/store/tables_messaging.h"
#include "daemon/store/tables_webhook.h"

namespace wasphere::store {

using Work = std::function<wasphere::Status(Tx&)>;
using CommitFault = std::function<std::optional<Error>(int nth)>;

struct BatchResult {
  std::vector<wasphere::Status> statuses;  // one for each part, in order
  std::int64_t newest_event = 0;           // 0: no event was committed
};

class GroupCommit {
 public:
  // Both must outlive this.
  GroupCommit(Db& db, KeyRing& keys, CommitFault fault);

  // Success means that the part is on the disk. An error or exception undoes that part only; if the
  // commit itself fails, every part fails with its reason. Never throws StoreFailure.
  BatchResult run(const std::vector<Work>& batch);
  // Removes the key files of sessions whose credentials were wiped, also those of an earlier run.
  void destroy_doomed_keys();

 private:
  std::size_t run_transaction(const std::vector<Work>& batch, std::size_t begin,
                              BatchResult& result);
  wasphere::Status run_parts(const std::vector<Work>& batch, std::size_t& next,
                             std::vector<wasphere::Status>& statuses);
  wasphere::Status run_part(const Work& work);
  wasphere::Status attempt(const Work& work);
  wasphere::Status begin();
  wasphere::Status begin_anew();
  wasphere::Status commit();
  void undo_part();
  void roll_back();
  void note_health(const wasphere::Status& committed);

  Tables tables_;
  SqliteSessionRepo sessions_{tables_};
  SqliteDeviceRepo devices_{tables_};
  SqlitePreKeyRepo pre_keys_{tables_};
  SqliteEventRepo events_{tables_};
  SqliteWebhookRepo webhooks_{tables_};
  SqliteSignalRepo signal_{tables_};
  SqliteDirectoryRepo directory_{tables_};
  SqliteMessageRepo messages_{tables_};
  SqliteOutboxRepo outbox_{tables_};
  SqliteApiKeyRepo api_keys_{tables_};
  SqliteAuditRepo audit_{tables_};
  SqliteWorkspaceRepo workspace_{tables_};
  Tx tx_{sessions_,  devices_,  pre_keys_, events_,   webhooks_, signal_,
         directory_, messages_, outbox_,   api_keys_, audit_,    workspace_};
  AfterCommit pending_;  // of the parts that succeeded so far
  CommitFault fault_;
  int commits_ = 0;
  bool healthy_ = true;
};

}  // namespace wasphere::store
