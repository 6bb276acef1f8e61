# shellcheck shell=bash
# Debian 12 packages, by what needs them. Sourced by the other scripts.

BUILD_PACKAGES=(
  cmake ninja-build pkg-config ccache clang-19 lld-19
  libcli11-dev libboost1.81-dev libwebsockets-dev libwebsockets-evlib-uv libuv1-dev
  libssl-dev libsodium-dev libprotobuf-dev protobuf-compiler libsqlite3-dev libqrencode-dev
  libpng-dev libcurl4-openssl-dev nlohmann-json3-dev libspdlog-dev libexpected-dev zlib1g-dev catch2
)
# What the tests run beyond the build: scanners, shells, linters, sanitizer run-times.
TEST_PACKAGES=(
  python3 python3-pytest python3-jsonschema curl dpkg-dev fakeroot zbar-tools shellcheck mandoc man-db zsh fish bash-completion
  clang-format-19 clang-tidy-19 libclang-rt-19-dev systemd
  libsignal-protocol-c-dev
)

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages NAME…: installs what is missing; says nothing when all are there.
install_packages() {
  local missing=()
  local name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || {
    echo "these packages are missing and this is no Debian system: ${missing[*]}" >&2
    return 1
  }
  echo "installing: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
