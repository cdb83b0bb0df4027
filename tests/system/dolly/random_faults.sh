#!/usr/bin/env bash
# Rings in which random things happen at random times; every node that is healthy at the end gets everything.
# SEED (printed) and RUNS may be given.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
RUNS=${RUNS:-200}
SEED=${SEED:-$(date +%N | sed 's/^0*//')}
RANDOM=$SEED
echo "# SEED=$SEED RUNS=$RUNS"
make_network 8 200mbit
head -c 24000000 /dev/urandom > data

# between LEAST MOST: a number of tenths, as seconds, in REPLY (a subshell would have random numbers of its own).
between() {
  local tenths=$(($1 + RANDOM % ($2 - $1 + 1)))
  REPLY=$((tenths / 10)).$((tenths % 10))
}

# Every fault is a file faults/KIND.NODE with what happens: seconds from the start, and until it is over.
kinds=(kill stop cut pause flap slow loss back sender)
plan() {
  rm -rf faults && mkdir faults
  local count=$((1 + RANDOM % 3)) kind node at
  while [ "$count" -gt 0 ]; do
    kind=${kinds[RANDOM % ${#kinds[@]}]} node=$((1 + RANDOM % nodes))
    [ "$kind" = sender ] && node=254
    count=$((count - 1))
    compgen -G "faults/*.$node" > /dev/null && continue
    between 0 14
    at=$REPLY
    between 5 40
    echo "$at $REPLY" > "faults/$kind.$node"
  done
}

lossy() { on "$1" nft -f - <<< 'table inet lossy { chain in { type filter hook input priority 0; numgen random mod 100 < 1 drop; }; }'; }

# What is no more there cannot be killed; a node that has the file already is not asked to receive it again.
happen() {
  local kind=$1 node=$2 at=$3 lasts=$4
  sleep "$at"
  case $kind in
    kill) kill -KILL "${receivers[$node]}" 2>/dev/null ;;
    stop) kill -STOP "${receivers[$node]}" 2>/dev/null ;;
    cut) ip link set "up$node" down ;;
    slow) shape "$node" 10mbit ;;
    loss) lossy "$node" ;;
    pause) kill -STOP "${receivers[$node]}" 2>/dev/null && sleep "$lasts" && kill -CONT "${receivers[$node]}" ;;
    flap) ip link set "up$node" down && sleep "$lasts" && ip link set "up$node" up ;;
    back)
      kill -KILL "${receivers[$node]}" 2>/dev/null || return 0
      sleep "$lasts"
      [ -f "root$node/data" ] || receive "$node"
      echo "${receivers[$node]}" > "receiver$node" ;;
    sender)
      kill -KILL "$sender" 2>/dev/null || return 0
      sleep "$lasts"
      start_sender ;;
  esac
}

start_sender() {
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --key key --quiet --json --to "$to" > sent.json 2>> sender.log &
  sender=$!
  echo "$sender" | tee -a pids > sender
}

restore() {
  local node
  for node in "${all[@]}"; do
    ip link set "up$node" up
    shape "$node" 200mbit
    on "$node" nft flush ruleset
  done
  rm -rf faults receiver* sender
}

# Waits until the sender, or the one that was started after it, has ended.
sender_ends() {
  local tries
  for ((tries = 0; tries < 900; tries++)); do
    grep -q '"event":"ended"' sent.json && return 0
    sleep 0.1
  done
  echo "the sender did not end"
  tail -n 3 sent.json sender.log
  return 1
}

gets_it() {
  local node=$1 tries
  for ((tries = 0; tries < 100; tries++)); do
    [ -f "root$node/data" ] && break
    sleep 0.1
  done
  cmp data "root$node/data" || { echo "n$node:"; tail -n 3 "r$node.log" "r$node.json"; return 1; }
}

one_run() {
  local all to fault kind node at lasts
  mapfile -t all < <(seq 1 "$nodes")
  to=$(nodes "${all[@]}")
  begin "${all[@]}" || return 1
  start_sender
  for fault in faults/*; do
    kind=${fault#*/} node=${kind#*.} kind=${kind%.*}
    read -r at lasts < "$fault"
    happen "$kind" "$node" "$at" "$lasts" &
  done
  local outcome=0
  sender_ends || outcome=1
  for node in "${all[@]}"; do
    # For these there is nothing to be had; those that had it before are not said to be missing.
    compgen -G "faults/kill.$node" > /dev/null || compgen -G "faults/stop.$node" > /dev/null ||
      compgen -G "faults/cut.$node" > /dev/null && continue
    gets_it "$node" || outcome=1
    missing | grep -qw "n$node" && { echo "n$node is said to be missing"; outcome=1; }
  done
  [ $outcome -eq 0 ] || cat sent.json sender.log
  restore
  return $outcome
}

for ((run = 1; run <= RUNS; run++)); do
  nodes=$((3 + RANDOM % 6))
  plan
  step "run $run, $nodes nodes: $(cd faults && for each in *; do echo "$each at $(cut -d' ' -f1 "$each"),"; done | tr '\n' ' ')" one_run
  fresh
done
finish
