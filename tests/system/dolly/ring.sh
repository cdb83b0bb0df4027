#!/usr/bin/env bash
# A ring of real nodes: who is killed, stopped or cut off in the middle is bypassed, and the others get everything.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
make_network 9 200mbit
head -c 48000000 /dev/urandom > data
head -c 100000 /dev/urandom > small
: > empty

all_get_it() {
  begin 1 2 3 4 5 6 7 8
  send data --to "$(nodes 1 2 3 4 5 6 7 8)" --dest data/genome || return 1
  have data data/genome 1 2 3 4 5 6 7 8 && misses
}

events_are_records() {
  python3 - <<'PYTHON'
import json
events = [json.loads(line) for line in open("sent.json")]
assert all(event["version"] == 1 for event in events)
assert events[0]["event"] == "started" and events[0]["bytes"] == 48000000, events[0]
assert events[0]["nodes"] == ["n%d" % n for n in range(1, 9)], events[0]
done = [e for e in events if e["event"] == "node" and e["state"] == "done"]
assert sorted(e["node"] for e in done) == events[0]["nodes"], done
assert events[-1]["event"] == "ended" and events[-1]["done"] == events[0]["nodes"], events[-1]
node = [json.loads(line) for line in open("r5.json")]
assert [node[0]["event"], node[-1]["event"]] == ["started", "done"], node
assert node[0]["files"] == ["data/genome"], node[0]
fractions = [e["verified"] for e in node if e["event"] == "progress"]
assert fractions == sorted(fractions) and fractions[-1] == 48000000, fractions
PYTHON
}

several_files() {
  begin 1 2 3
  send data small empty --to "$(nodes 1 2 3)" --dest several || return 1
  have data several/data 1 2 3 && cmp small root2/several/small && [ -f root3/several/empty ] &&
    [ ! -s root3/several/empty ]
}

# meanwhile SECONDS command…: while the transfer runs; the test of the command is that it succeeds.
meanwhile() {
  local seconds=$1
  shift
  (sleep "$seconds"; "$@") &
}

killed_in_the_middle() {
  begin 1 2 3 4 5 6 7 8
  meanwhile 0.7 kill -KILL "${receivers[3]}"
  expect 1 send data --to "$(nodes 1 2 3 4 5 6 7 8)" --linger 1 || return 1
  have data data 1 2 4 5 6 7 8 && misses n3:gone
}

killed_and_stopped() {
  begin 1 2 3 4 5 6 7 8 9
  meanwhile 0.7 kill -KILL "${receivers[1]}" "${receivers[6]}"
  meanwhile 0.9 kill -STOP "${receivers[4]}" "${receivers[5]}" "${receivers[9]}"
  expect 1 send data --to "$(nodes 1 2 3 4 5 6 7 8 9)" --linger 1 --silence 2 || return 1
  have data data 2 3 7 8 && misses n1:gone n4:gone n5:gone n6:gone n9:gone
}

cut_off() {
  begin 1 2 3 4
  meanwhile 0.7 ip link set up2 down
  expect 1 send data --to "$(nodes 1 2 3 4)" --linger 1 --silence 2
  local status=$?
  ip link set up2 up
  [ $status -eq 0 ] && have data data 1 3 4 && misses n2:gone
}

stopped_for_a_while() {
  begin 1 2 3 4
  meanwhile 0.7 kill -STOP "${receivers[2]}"
  meanwhile 4 kill -CONT "${receivers[2]}"
  send data --to "$(nodes 1 2 3 4)" --linger 20 --silence 1 || return 1
  have data data 1 2 3 4 && misses
}

# What was verified before the node died is not sent again.
comes_back_and_resumes() {
  begin 1 2
  meanwhile 1.2 kill -KILL "${receivers[2]}"
  expect 1 send data --to "$(nodes 1 2)" --linger 0 || return 1
  ended 1 0 || return 1
  [ -f root2/.data.dolly ] || { echo "nothing left to resume from"; return 1; }
  local before
  begin 2
  before=$(came 2)
  send data --to "$(nodes 2)" || return 1
  have data data 2 || return 1
  at_most 2 "$before" 44000000
}

master_killed() {
  begin 1 2 3
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --key key --quiet --patience 3 \
    --to "$(nodes 1 2 3)" 2> sender.log &
  meanwhile 1 kill -KILL $!
  ended 1 1 && ended 2 1 && ended 3 1 && grep -q "sender is gone" r1.log r2.log r3.log
}

# A slow node is left out so that the others need not wait for it, and served after them.
slow_one_is_served_last() {
  begin 1 2 3 4
  meanwhile 0.7 shape 3 30mbit
  send data --to "$(nodes 1 2 3 4)" || return 1
  shape 3 200mbit
  have data data 1 2 3 4 && misses || return 1
  python3 - <<'PYTHON'
import json
events = [json.loads(line) for line in open("sent.json")]
told = [(e["node"], e["state"]) for e in events if e["event"] == "node" and e["state"] in ("slow", "done")]
assert ("n3", "slow") in told and told[-1] == ("n3", "done"), told
assert all(node == "n3" for node, state in told if state == "slow"), told
PYTHON
}

# A master that is started again goes on where it was.
master_back() {
  local before
  begin 1 2 3
  before=$(came 3)
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --key key --quiet --to "$(nodes 1 2 3)" 2> sender.log &
  meanwhile 1 kill -KILL $!
  sleep 2
  send data --to "$(nodes 1 2 3)" || return 1
  have data data 1 2 3 || return 1
  # 48 MB with their headers, and at most the chunk that was under way once more.
  at_most 3 "$before" 58000000
}

# The second one to send the same goes on with it; the first one is told.
two_masters() {
  begin 1 2 3
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --key key --quiet --to "$(nodes 1 2 3)" 2> sender.log &
  local first=$!
  echo $first >> pids
  sleep 0.7
  send data --to "$(nodes 1 2 3)" && have data data 1 2 3 || return 1
  wait $first
  [ $? -eq 1 ] && grep -q "another sender sends the same files" sender.log || { cat sender.log; return 1; }
}

for test in all_get_it events_are_records several_files killed_in_the_middle killed_and_stopped \
  cut_off stopped_for_a_while comes_back_and_resumes slow_one_is_served_last \
  master_killed master_back two_masters; do
  [ "$test" = events_are_records ] || fresh
  step "${test//_/ }" "$test"
done
fresh
finish
