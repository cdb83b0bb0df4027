#!/usr/bin/env bash
# dollyplus predict: what the model and the simulation say, to people and to programs, and what is no question.
. "$SOURCE/tests/tap.sh"
predict() { "$BUILD/src/dolly/dollyplus" predict "$@"; }

# refused TEXT ARGUMENT…: wrong usage, with this message.
refused() {
  local text=$1
  shift
  expect 2 predict "$@" > out 2>&1 && grep -q -- "$text" out && return
  cat out
  return 1
}

# The wire's limit for 64 MiB at 100 Mbit/s is 5.61 s, whoever adds what to it.
as_records() {
  predict --nodes 1,8 --size 64M --bandwidth 100M --json > out || return 1
  python3 - <<'PYTHON'
import json
told = json.load(open("out"))
assert told["version"] == 1 and told["size"] == 64 << 20, told
one, eight = told["predictions"]
assert [one["nodes"], eight["nodes"]] == [1, 8], told
assert 5.61 < one["seconds"] < eight["seconds"] < 5.8, told
PYTHON
}

repeated() {
  local ask=(--nodes 6 --size 4M --bandwidth 100M --simulate --seed 7 --json)
  predict "${ask[@]}" > one && predict "${ask[@]}" > two && [ -s one ] && cmp one two
}

cd "$TEST_DIR" || exit 1
step "the model as records" as_records
step "the same seed simulates the same" repeated
step "no nodes" refused "'0' is no number of nodes" --nodes 0 --size 1M
step "no size" refused "'much' is no size" --nodes 4 --size much
step "no rate" refused "'fast' is no rate" --nodes 4 --size 1M --bandwidth fast
step "too many to simulate" refused 'without --simulate, takes more' --nodes 10001 --size 1M --simulate
finish
