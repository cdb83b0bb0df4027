#!/usr/bin/env bash
# The main job, killed with -9 at random moments from its first second on: nothing of it may stay. The seed is
# printed; SEED=N repeats a run, RUNS=N sets how many kills.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/remains.sh"
[ "$(id -u)" -eq 0 ] || skip_all "the lab needs root"
for tool in mmdebstrap dpkg-buildpackage qemu-system-x86_64 unshare nsenter gpg; do
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
export LUCIE_LAB=$TEST_DIR/lab
child=""
trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null; rm -rf "$TEST_DIR"' EXIT
RANDOM=${SEED:=$$}
echo "# SEED=$SEED"

# Also no network namespaces beyond those that were there before.
namespaces() { lsns --noheadings --type net --output NS 2>/dev/null | sort -u; }

no_namespace_more() {
  local tries
  for tries in $(seq 100); do
    comm -13 "$TEST_DIR/namespaces" <(namespaces) | grep -q . || return 0
    sleep 0.1
  done
  echo "after $tries tries there are more network namespaces than before"
  return 1
}

killed_after() {
  namespaces >"$TEST_DIR/namespaces"
  "$BUILD/src/lab/lucie-lab" quickstart --source "$SOURCE" --build "$BUILD" >"$TEST_DIR/log" 2>&1 &
  child=$!
  sleep "$1"
  kill -9 "$child" || { echo "it ended before it was killed"; cat "$TEST_DIR/log"; return 1; }
  wait "$child" 2>/dev/null
  child=""
  nothing_remains && no_namespace_more && return 0
  tail -n 3 "$TEST_DIR/log"
  return 1
}

for run in $(seq "${RUNS:-12}"); do
  moment=$((RANDOM % 120 + 1))
  step "nothing remains of run $run, killed after $moment s" killed_after $moment
done
finish
