#!/usr/bin/env bash
# The main job twice in a row, the second time without a network: what it needs is in the cache by then.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/remains.sh"
[ "$(id -u)" -eq 0 ] || skip_all "the lab needs root"
for tool in mmdebstrap dpkg-buildpackage qemu-system-x86_64 unshare nsenter gpg; do
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
export LUCIE_LAB=$TEST_DIR/lab

# journey NAME [WRAPPER…]
journey() {
  local name=$1
  shift
  "$@" "$BUILD/src/lab/lucie-lab" quickstart --source "$SOURCE" --build "$BUILD" >"$TEST_DIR/$name" 2>&1 && return
  cat "$TEST_DIR/$name"
  return 1
}
# Nothing can be reached from a network namespace that has only its loopback.
offline() { unshare --net sh -c 'ip link set lo up && exec "$@"' sh "$@"; }
all_installed() { grep -E 'in all' "$TEST_DIR/$1" && ! grep -E '^c?node[0-9]+ (failed|installing|booting|armed)' "$TEST_DIR/$1"; }
cannot_reach_anything() { ! offline getent hosts mirror.example.org && ! offline ip route get 192.0.2.1; }

step "the whole way" journey first
step "all nodes are installed" all_installed first
step "nothing remains" nothing_remains
step "a network without a way out" cannot_reach_anything
step "the whole way again, offline" journey second offline
step "all nodes are installed again" all_installed second
step "nothing remains of it either" nothing_remains
finish
