// Full-text search of messages: the one place that knows SQLite's FTS5. The index holds no
// text of its own: whoever changes or removes a row of messages tells it the text that was there.
// (Triggers would do it, but a schema that is not trusted may not name virtual tables in them.)
// New messages are taken in by portions, or when somebody searches: each portion writes pages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/store/sqlite_db.h"

namespace wasphere::store {

const char* schema_of_search();  // version 3

// A row was added. It is found once index_new_messages() was called.
void add_to_search(Db& db, std::int64_t seq);
void index_new_messages(Db& db);
void change_in_search(Db& db, std::int64_t seq, const std::string& before,
                      const std::string& after);
void drop_from_search(Db& db, std::int64_t seq, const std::string& text);
void drop_session_from_search(Db& db, const std::string& session_id);
// Rows were removed: the numbers of the newest are given again.
void forget_free_numbers(Db& db);

// What a person typed, as an FTS5 expression: every word must occur, the last one may be the
// beginning of a word. Never a syntax error, whatever is typed; empty if there is no word.
std::string search_expression(std::string_view typed);

}  // namespace wasphere::store
