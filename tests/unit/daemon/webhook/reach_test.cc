// What a caller reaches of the webhooks.
#include "tests/unit/daemon/webhook/world.h"

namespace wasphere::webhook {

TEST_CASE("a webhook of others is as good as absent, and no change that is not permitted is kept") {
  World w;
  auto hook = w.add("a.example");
  auto& webhooks = w.running->webhooks;
  const auto code = [&](auto task) { return test::run_task(w.io, std::move(task)).error().code; };
  const Ref foreign{hook.id, "sess_a"};
  CHECK(code(webhooks.find(foreign)) == ErrorCode::webhook_not_found);
  CHECK(code(webhooks.remove(foreign)) == ErrorCode::webhook_not_found);
  CHECK(code(webhooks.test(foreign)) == ErrorCode::webhook_not_found);
  CHECK(code(webhooks.rotate_secret(foreign, "")) == ErrorCode::webhook_not_found);
  CHECK(code(webhooks.deliveries(foreign, {})) == ErrorCode::webhook_not_found);
  CHECK(code(webhooks.redeliver(foreign, "dlv_x")) == ErrorCode::webhook_not_found);
  CHECK(code(webhooks.replay(foreign, {})) == ErrorCode::webhook_not_found);
  CHECK(test::run_task(w.io, webhooks.list("sess_a"))->empty());

  WebhookPatch own;
  own.session_ids = {{"sess_a"}};
  CHECK(code(webhooks.update(foreign, own)) == ErrorCode::webhook_not_found);
  const auto refuse = [](const store::WebhookRow& row) -> Status {
    CHECK(row.session_ids == std::vector<std::string>{"sess_a"});
    return fail(ErrorCode::forbidden_scope, "no");
  };
  CHECK(code(webhooks.update(hook.id, own, refuse)) == ErrorCode::forbidden_scope);
  CHECK(w.row(hook.id).session_ids.empty());
  REQUIRE(test::run_task(w.io, webhooks.update(hook.id, own)));
  CHECK(test::run_task(w.io, webhooks.find(foreign)));
  CHECK(test::run_task(w.io, webhooks.list("sess_a"))->size() == 1);
  CHECK(test::run_task(w.io, webhooks.list("sess_b"))->empty());
}

}  // namespace wasphere::webhook
