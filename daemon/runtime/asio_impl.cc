// The one unit that compiles Asio itself; BOOST_ASIO_SEPARATE_COMPILATION keeps it out of the
// others.
#include <boost/asio/impl/src.hpp>
