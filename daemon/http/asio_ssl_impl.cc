// Asio's TLS, compiled once; the rest of Asio is in daemon/runtime/asio_impl.cc.
#include <boost/asio/ssl/impl/src.hpp>
