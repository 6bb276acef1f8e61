# shellcheck shell=bash
# build_preset PRESET [TARGET…]: configures once and builds. Sourced by the other scripts.

build_preset() {
  local preset=$1
  shift
  # Objects of two checkouts or build folders are the same; let ccache see it.
  export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$PWD
  local log
  log=$(mktemp)
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log"
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  cmake --build --preset "$preset" "${targets[@]}"
}
