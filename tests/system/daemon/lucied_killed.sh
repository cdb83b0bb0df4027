#!/usr/bin/env bash
# lucied is killed with SIGKILL at bad moments; the one after it goes on where it was.
. "$SOURCE/tests/system/daemon/lucied_tap.sh"

write_sample
compile
start_lucied
kill_and_restart() {
  kill -KILL $lucied_process
  wait $lucied_process 2> /dev/null
  start_lucied
}

"$lucie" install cnode00 2> /dev/null
kill_and_restart
step "armed stays armed" state_is cnode00 armed
boot 0
kill_and_restart
step "booting stays booting" state_is cnode00 booting
node 0 /v1/nodes/cnode00/slice > /dev/null
"$lucie" wait cnode00 > "$TEST_DIR/wait.out" 2> "$TEST_DIR/wait.err" &
waiting=$!
jobs_to_end+=("$waiting")

# Events are sent one after another until lucied dies; each that was answered for must be there afterwards.
# A lucied that is back before the next event leaves no gap that the sender could see, so it is also told to stop.
sender() {
  local number
  for ((number = 1; ; number++)); do
    [ ! -e "$TEST_DIR/stop" ] || return
    [ "$(send_events 0 "{\"kind\":\"note\",\"message\":\"round $1 number $number\"}" 2> /dev/null)" = 204 ] || return
    echo "$number" > "$TEST_DIR/answered"
  done
}
for round in 1 2 3; do
  : > "$TEST_DIR/answered"
  rm -f "$TEST_DIR/stop"
  sender $round &
  sending=$!
  jobs_to_end+=("$sending")
  until_true grep -q '[3-9]' "$TEST_DIR/answered"
  kill_and_restart
  : > "$TEST_DIR/stop"
  wait $sending
  step "round $round: what was answered for is kept" \
    test "$("$lucie" events --node cnode00 | grep -c " note round $round number ")" -ge "$(cat "$TEST_DIR/answered")"
done
step "installing stays installing" state_is cnode00 installing
step "the token still holds" is "$(node_status 0 /v1/nodes/cnode00/slice)" 200
step "it finishes" is "$(send_events 0 '{"kind":"finished"}')" 204
kill_and_restart
step "installed stays installed" state_is cnode00 installed
not_armed() { node 0 /boot/52:54:00:00:00:10 > "$TEST_DIR/script" && has "$TEST_DIR/script" sanboot; }
step "and disarmed" not_armed
wait $waiting
step "lucie wait has lived through it" is "$(without_times < "$TEST_DIR/wait.out")" "cnode00 installed TIME"
finish
