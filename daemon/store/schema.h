// The tables, a version each. Column types and constructs are kept to what PostgreSQL has under the
// same or an obvious name.
#pragma once

namespace wasphere::store {

const char* schema_of_sessions();   // version 1: sessions, credentials, events
const char* schema_of_messaging();  // version 2: ratchets, people, messages, the queue
const char*
schema_of_webhooks();  // version 4: webhooks, what each is owed, in the order of its lanes
// version 5: API keys, the audit log
const char* schema_of_administration();
const char* schema_of_kept_answers();     // version 6: answers kept for idempotency keys
const char* schema_of_leaner_messages();  // version 7: fewer pages for each message
const char* schema_of_plain_numbers();  // version 8: fewer pages for events, the audit log, traces

}  // namespace wasphere::store
