# Sourced by shell tests. Prints TAP; a failed step does not hide the next.
#   step "name" command …        ok when the command succeeds; its output is shown when it does not
#   skip "name" "reason"         a step that cannot be judged here
#   skip_all "reason"            the whole test cannot run here
#   finish                       last line of every test
# TEST_DIR is a temporary folder of the test's own, removed at the end.
tap_count=0
tap_failed=0
TEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/lucie-test-XXXXXX") || exit 1
trap 'rm -rf "$TEST_DIR"' EXIT
trap 'exit 130' INT TERM HUP
echo "TAP version 13"

step() {
  local name=$1 output status
  shift
  output=$("$@" 2>&1)
  status=$?
  tap_count=$((tap_count + 1))
  if [ $status -eq 0 ]; then
    echo "ok $tap_count - $name"
  else
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $name"
    printf '%s\n' "status $status: $*" "$output" | sed 's/^/# /'
  fi
  return $status
}

skip() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

skip_all() {
  echo "1..0 # SKIP $1"
  exit 0
}

# expect STATUS command…: succeeds when the command ends with that status; its output goes on.
expect() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  [ "$status" -eq "$wanted" ] || { echo "exit status $status, wanted $wanted"; return 1; }
}

# same FILE FILE: like cmp, but shows the difference.
same() { diff -u "$1" "$2"; }

finish() {
  echo "1..$tap_count"
  [ $tap_failed -eq 0 ]
  exit
}
