# Everything comes from Debian 12 packages (scripts/lib/packages.sh lists them); nothing is downloaded.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(LWS REQUIRED IMPORTED_TARGET libwebsockets)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)

# libwebsockets loads its libuv backend at run time; a missing plugin would only show then.
find_library(WASPHERE_LWS_UV NAMES libwebsockets-evlib_uv.so REQUIRED
             DOC "run-time plugin of package libwebsockets-evlib-uv")
