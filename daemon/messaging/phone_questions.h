// PhoneQuestions: what could not be read is asked of our own phone, if no copy has come after a
// while (protocol 2, section 6.7). Main thread only. A restart forgets who was to be asked about.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "daemon/messaging/context.h"
#include "daemon/messaging/directory.h"

namespace wasphere::messaging {

class PhoneQuestions {
 public:
  PhoneQuestions(Context& context, Directory& directory)
      : context_(context), directory_(directory), tasks_(context.executor()) {}

  void hear(std::shared_ptr<Line> line);  // questions go there from now on
  runtime::Task<> detach();               // the line has ended
  // `missed` may still come as a copy, `given_up` will not.
  void add(const std::vector<model::MessageKey>& missed,
           const std::vector<model::MessageKey>& given_up);

 private:
  struct Wanted {
    model::MessageKey key;
    runtime::SteadyTime due;
    int tries = 0;
  };

  void begin();
  runtime::Task<> run();
  runtime::Task<> ask(std::vector<Wanted> wanted);
  runtime::Task<Status> try_to_ask(std::vector<model::MessageKey> keys);
  std::vector<Wanted> take_due();

  Context& context_;
  Directory& directory_;
  std::shared_ptr<Line> line_;
  std::deque<Wanted> wanted_;  // by due time
  bool running_ = false;
  runtime::Pause pause_;
  runtime::TaskGroup tasks_;  // of the line
};

}  // namespace wasphere::messaging
