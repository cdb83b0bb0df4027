# shellcheck shell=sh
# Sourced by ./test and by tests/sanitized/reports.sh: how programs that are built with sanitizers tell what they find.
# tell_in FOLDER: each report is a file of its own there. A program may run in the background, or its test may want it
# to fail, or not look at what it says: the report counts all the same.
tell_in() {
  rm -rf "$1"
  mkdir -p "$1"
  # Some programs run as somebody else.
  chmod 1777 "$1"
  export ASAN_OPTIONS="log_path=$1/report:log_exe_name=1" UBSAN_OPTIONS=print_stacktrace=1
  export ASAN_SYMBOLIZER_PATH="${ASAN_SYMBOLIZER_PATH:-/usr/bin/addr2line}"
}
