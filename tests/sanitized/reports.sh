# reports.sh PROGRAM: what a sanitizer finds in a program counts, even when nobody looks at the program.
# PROGRAM is wrong.cpp.
. "$SOURCE/tests/tap.sh"
. "$SOURCE/tests/sanitizers.sh"
wrong=$1
printf '%s\n' '{"name": "a", "stdout": "ok 1 - fine\n", "result": "OK"}' > "$TEST_DIR/log.json"
tally() { python3 "$SOURCE/tests/tally.py" --reports "$TEST_DIR/reports" "$@" > "$TEST_DIR/said"; }
last() { tail -n 1 "$TEST_DIR/said"; }

# told FAULT TEXT: one report that has the text, and one failure beside the test that passed.
told() {
  tell_in "$TEST_DIR/reports"
  ( ("$wrong" "$1" >"$TEST_DIR/out" 2>&1; true) & wait)
  expect 1 tally "$TEST_DIR/log.json" || return 1
  [ "$(last)" = "1 passed, 1 failed, 0 skipped" ] && grep -q "$2" "$TEST_DIR/said" && return
  cat "$TEST_DIR/said" "$TEST_DIR/out"
  return 1
}
step "memory beyond what was asked for" told beyond 'heap-buffer-overflow .*read_beyond'
step "a number that does not fit" told overflow 'wrong.cpp.* signed integer overflow'
step "memory that nobody frees" told leak 'lose_memory'

nothing() {
  tell_in "$TEST_DIR/reports"
  "$wrong" nothing && tally "$TEST_DIR/log.json" && [ "$(last)" = "1 passed, 0 failed, 0 skipped" ]
}
step "nothing wrong, nothing told" nothing
remark() {
  tell_in "$TEST_DIR/reports"
  echo "==x==1==WARNING: ASan doesn't fully support makecontext/swapcontext functions and may" > "$TEST_DIR/reports/report.x.1"
  tally "$TEST_DIR/log.json" && [ "$(last)" = "1 passed, 0 failed, 0 skipped" ] || return
  echo "ERROR: AddressSanitizer" >> "$TEST_DIR/reports/report.x.1"
  expect 1 tally "$TEST_DIR/log.json" && grep -q "ERROR: AddressSanitizer" "$TEST_DIR/said"
}
step "that a program switches stacks is no finding" remark
as_another() {
  tell_in "$TEST_DIR/reports"
  chmod 755 "$TEST_DIR"
  cp "$wrong" "$TEST_DIR/wrong" || return
  setpriv --reuid=65534 --regid=65534 --clear-groups "$TEST_DIR/wrong" beyond >"$TEST_DIR/out" 2>&1
  expect 1 tally "$TEST_DIR/log.json" && [ "$(last)" = "1 passed, 1 failed, 0 skipped" ]
}
[ "$(id -u)" -ne 0 ] || step "a program that runs as somebody else" as_another
no_log() { expect 1 tally "$TEST_DIR/log.json" "$TEST_DIR/absent.json" && [ "$(last)" = "1 passed, 1 failed, 0 skipped" ]; }
tell_in "$TEST_DIR/reports"
step "a suite of which no test ran is a failure" no_log
finish
