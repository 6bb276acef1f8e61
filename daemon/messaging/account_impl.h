// The parts of an Account, put together.
#pragma once

#include "daemon/messaging/context.h"
#include "daemon/messaging/directory.h"
#include "daemon/messaging/groups.h"
#include "daemon/messaging/receiving.h"

namespace wasphere::messaging {

struct Account::Impl {
  Impl(boost::asio::any_io_executor executor, Services services, Options options,
       const AccountView& view)
      : context(std::move(executor), services, options, view) {}

  Context context;
  Directory directory{context};
  Groups groups{context};
  Receiving receiving{context, directory, groups};
};

}  // namespace wasphere::messaging
