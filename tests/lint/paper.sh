#!/usr/bin/env bash
# Every place that docs/paper.md points to is there.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
cd "$SOURCE" || exit 1

# places FILE…: what stands between backquotes and has a slash in it.
places() { grep -o '`[^`]*/[^`]*`' "$@" | tr -d '`' | sort -u; }
all_there() {
  local place missing=0
  while read -r place; do
    [ -e "$place" ] || { echo "$1 points to $place, which is not there"; missing=1; }
  done < <(places "$1")
  return $missing
}
step "every place is there" all_there docs/paper.md
# shellcheck disable=SC2016  # the backquotes are text
printf 'see `src/nowhere/at_all.cpp`\n' >"$TEST_DIR/page"
step "one that is not is found" expect 1 all_there "$TEST_DIR/page"
finish
