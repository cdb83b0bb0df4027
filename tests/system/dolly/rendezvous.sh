#!/usr/bin/env bash
# When a ring starts, in which order, how fast it may be, what its nodes say of it, and how long they wait for its master.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
make_network 4 200mbit
head -c 3000000 /dev/urandom > data

says() { case $1 in *"$2"*) ;; *) echo "'$2' is not in: $1"; return 1 ;; esac }
record() { # EVENT FIELD: of the last such record
  python3 -c '
import json, sys
records = [each for each in map(json.loads, open("sent.json")) if each["event"] == sys.argv[1]]
print(json.dumps(records[-1][sys.argv[2]]))' "$@"
}

ordered() {
  printf '%s\n' '# by switch' n3,n4 'n[1-2] # far away' > order
  begin 1 2 3 4
  send data --to "$(nodes 1 2 3 4)" --order order && have data data 1 2 3 4 && misses || return 1
  is "$(record started nodes)" '["n3", "n4", "n1", "n2"]' || return 1
  # The first of the ring got it from the master.
  says "$(cat r3.json)" '"from":"10.77.0.254' && says "$(cat r1.json)" '"from":"10.77.0.4'
}
is() { [ "$1" = "$2" ] || { echo "$1, wanted $2"; return 1; }; }

late_ones_are_waited_for() {
  begin 1 2
  (sleep 3; receive 3; wait) &
  send data --to "$(nodes 1 2 3)" --wait 60 --linger 0 && have data data 1 2 && misses && cmp data root3/data || return 1
  is "$(record waiting there)" 3
}

quorum() {
  begin 1 2
  expect 1 send data --to "$(nodes 1 2 3)" --wait 600 --quorum 60% --linger 0 && have data data 1 2 && misses n3:gone
}

slowly() {
  begin 1 2
  send data --to "$(nodes 1 2)" --rate 1M && have data data 1 2 && misses
}

# Receivers that wait, that are at it, and that are none.
asked() {
  begin 1 2 3
  on 254 "$dollyplus" status "$(nodes 1 2)" --key key > table || return 1
  is "$(sed 's/ *$//' table)" "$(printf 'NODE  STATE    VERIFIED  FROM  TO  FILES\nn1    waiting\nn2    waiting')" || return 1
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --key key --quiet --rate 500K --chunk 64K \
    --to "$(nodes 1 2)" 2> sender.log &
  echo $! >> pids
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    grep -q '"progress"' r2.json && break
    sleep 0.1
  done
  expect 1 on 254 "$dollyplus" status "$(nodes 1 2 3 4)" --key key --json > asked.json || return 1
  python3 - << 'PYTHON' || { cat asked.json; return 1; }
import json
record = json.load(open("asked.json"))
one, two, three, four = record["nodes"]
assert record["version"] == 1
assert [each["state"] for each in record["nodes"]] == ["receiving", "receiving", "waiting", None], record
assert (one["from"], one["to"], two["from"], two["to"]) == ("the sender", "n2", "n1", ""), record
assert two["files"] == ["data"] and 0 < two["verified"] < two["bytes"] == 3000000, two
assert [each["node"] for each in one["behind"]] == ["n2"] and four["why"] == "Connection refused", record
PYTHON
  openssl rand -hex 32 > other
  expect 1 on 254 "$dollyplus" status "$(nodes 1)" --key other > table && says "$(cat table)" "no answer"
}

asked_encrypted() {
  receive 1 --encrypt && all_listen 1
  on 254 "$dollyplus" status "$(nodes 1)" --key key --encrypt > table && says "$(cat table)" waiting || return 1
  expect 1 on 254 "$dollyplus" status "$(nodes 1)" --key key > table && says "$(cat table)" "it takes encrypted connections only"
}

# The node's own patience, not the sender's.
master_is_lost() {
  receive 1 --wait-master 2 && all_listen 1
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --key key --quiet --rate 100K --patience 3000 \
    --to "$(nodes 1)" 2> sender.log &
  local sender=$! tries
  for ((tries = 0; tries < 300; tries++)); do
    grep -q '"started"' r1.json && break
    sleep 0.1
  done
  kill -KILL $sender
  ended 1 1 && says "$(cat r1.log)" "the sender is gone"
}

wrong() { # STATUS TEXT option…
  local status=$1 text=$2
  shift 2
  expect "$status" "$dollyplus" "$@" 2> wrong.log && says "$(cat wrong.log)" "$text"
}
command_line() {
  printf 'n1\nn2,n1\n' > twice
  wrong 1 "twice:2: 'n1' is named already" send data --to "$(nodes 1)" --no-key --order twice &&
    wrong 3 "nowhere" send data --to "$(nodes 1)" --no-key --order nowhere &&
    wrong 2 "'5' is no quorum of 1 nodes" send data --to "$(nodes 1)" --no-key --wait 5 --quorum 5 &&
    wrong 2 "'101%' is no quorum" send data --to "$(nodes 1)" --no-key --wait 5 --quorum 101% &&
    wrong 2 "--quorum needs --wait" send data --to "$(nodes 1)" --no-key --quorum 1 &&
    wrong 2 "'1K' is no rate" send data --to "$(nodes 1)" --no-key --rate 1K &&
    wrong 2 "'fast' is no rate" send data --to "$(nodes 1)" --no-key --rate fast &&
    wrong 2 "--limit is at least 1" status n1 --no-key --limit 0 &&
    wrong 2 "--wait-master is at least 1" receive --root . --no-key --wait-master -1
}

for test in ordered late_ones_are_waited_for quorum slowly asked asked_encrypted master_is_lost command_line; do
  fresh
  step "${test//_/ }" "$test"
done
fresh
finish
