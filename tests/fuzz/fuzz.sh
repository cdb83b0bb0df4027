# fuzz.sh NAME PROGRAM: gives a fuzz target what is in corpus/NAME, then LUCIE_FUZZ_SECONDS (10) long inputs that
# libFuzzer makes of it. An input that is a finding is shown and kept in the build folder, below fuzz-findings/NAME.
. "$SOURCE/tests/tap.sh"
name=$1 program=$(realpath "$2") seconds=${LUCIE_FUZZ_SECONDS:-10}
corpus=$SOURCE/tests/fuzz/corpus/$name dictionary=$SOURCE/tests/fuzz/$name.dict
findings=$BUILD/fuzz-findings/$name

# What readers write goes to memory, and what libFuzzer makes to a folder that is removed.
mkdir -p "$findings" "$TEST_DIR/inputs" || exit 1
memory=$(mktemp -d /dev/shm/lucie-fuzz-XXXXXX 2>/dev/null) || memory=$TEST_DIR
trap 'rm -rf "$TEST_DIR" "$memory"' EXIT

# An input takes milliseconds, or seconds until a reader has enough of it; half a minute or two gigabytes are findings.
# To ask for more at once is none: libarchive does, for a name that an archive says is so long, and never fills it.
options=(-timeout=30 -rss_limit_mb=2048 -malloc_limit_mb=5000 -max_len=8192 -print_funcs=0 "-artifact_prefix=$findings/")
[ -f "$dictionary" ] && options+=("-dict=$dictionary")

export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-/usr/bin/addr2line} UBSAN_OPTIONS=print_stacktrace=1
# A finding is shown with its input, not in the file that ./test wants elsewhere.
export ASAN_OPTIONS=log_path=stderr

# What a finding was, and how to see it again.
show() {
  local input
  grep -v '^#[0-9]' "$TEST_DIR/log" | tail -n 60
  input=$(sed -n 's/.*Test unit written to //p' "$TEST_DIR/log" | tail -n 1)
  [ -n "$input" ] || return 1
  echo "the input begins:"
  head -c 2000 "$input" | cat -v
  printf '\nit is kept; to see it again:\n%s %s\n' "$program" "$input"
  return 1
}

feed() { TMPDIR=$memory "$program" "${options[@]}" "$@" >"$TEST_DIR/log" 2>&1 || show; }

# Its line says how many inputs were tried.
tried() { sed -n 's/^stat::number_of_executed_units: *//p' "$TEST_DIR/log"; }

step "$name: the corpus" feed "$corpus"/*
step "$name: $seconds seconds of inputs that nobody wrote" \
  feed "-max_total_time=$seconds" -print_final_stats=1 "$TEST_DIR/inputs" "$corpus" &&
  echo "# $(tried) inputs"
finish
