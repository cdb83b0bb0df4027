#!/usr/bin/env bash
# One fault after the other: in each every healthy node ends with the right bytes, the sender names each dead one with the
# right reason, and nobody gets the data from the start again. SEED (printed) says when they happen.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
SEED=${SEED:-$(date +%N | sed 's/^0*//')}
RANDOM=$SEED
echo "# SEED=$SEED"
make_network 32 200mbit
head -c 48000000 /dev/urandom > data

says() { case $1 in *"$2"*) ;; *) echo "'$2' is not in: $1"; return 1 ;; esac }
# why NODE TEXT: the sender says it of the node, at any time.
why() {
  local told
  told=$(python3 -c '
import json, sys
for each in map(json.loads, open("sent.json")):
    if each["event"] == "node" and each["node"] == sys.argv[1] and each.get("why"): print(each["state"] + ": " + each["why"])' "n$1")
  says "$told" "$2"
}

# crashed NODE: what the sender says of it shows that its connection ended.
crashed() { why "$1" "gone: the connection was closed" || why "$1" "gone: Connection reset by peer" || why "$1" "gone: Broken pipe"; }

# soon: when the transfer, which takes about two seconds, is somewhere in its first half; in REPLY.
soon() {
  local hundredths=$((20 + RANDOM % 70))
  REPLY=0.$(printf %02d "$hundredths")
}
# meanwhile command…: then.
meanwhile() {
  soon
  (sleep "$REPLY"; "$@") &
}

# once NODE BEFORE: since then it was sent the data once, with the headers and what was under way when something happened.
once() { at_most "$1" "$2" 70000000; }
# For one that was stopped or cut off itself: what lay in its sockets then is lost, each time that it was tried.
nearly_once() { at_most "$1" "$2" 86000000; }

# to_four [option…]: to nodes 1 to 4, of which 3 has the fault; counts what comes to 4.
to_four() {
  before=$(came 4)
  send data --to "$(nodes 1 2 3 4)" "$@"
}

killed() {
  begin 1 2 3 4
  meanwhile kill -KILL "${receivers[3]}"
  expect 1 to_four --linger 1 && have data data 1 2 4 && misses n3:gone && crashed 3 && once 4 "$before"
}

stopped_for_ever() {
  begin 1 2 3 4
  meanwhile kill -STOP "${receivers[3]}"
  expect 1 to_four --linger 1 && have data data 1 2 4 && misses n3:gone && why 3 "gone: no sign of life" && once 4 "$before"
}

stopped_and_back() {
  begin 1 2 3 4
  meanwhile sh -c "kill -STOP ${receivers[3]}; sleep 5; kill -CONT ${receivers[3]}"
  local to_3
  to_3=$(came 3)
  to_four --linger 20 && have data data 1 2 3 4 && misses && once 4 "$before" && nearly_once 3 "$to_3"
}

link_down() {
  begin 1 2 3 4
  meanwhile ip link set up3 down
  expect 1 to_four --linger 1
  local status=$?
  ip link set up3 up
  [ $status -eq 0 ] && have data data 1 2 4 && misses n3:gone && why 3 "gone: no sign of life" && once 4 "$before"
}

link_down_and_up() {
  begin 1 2 3 4
  meanwhile sh -c 'ip link set up3 down; sleep 3; ip link set up3 up'
  local to_3
  to_3=$(came 3)
  to_four --linger 20 && have data data 1 2 3 4 && misses && once 4 "$before" && nearly_once 3 "$to_3"
}

# At a twentieth of its speed: it is left out, and served when the others have everything.
slow_link() {
  begin 1 2 3 4
  meanwhile shape 3 10mbit
  to_four
  local status=$?
  shape 3 200mbit
  [ $status -eq 0 ] && have data data 1 2 3 4 && misses && why 3 "slow: it takes" && once 4 "$before"
}

loss() {
  begin 1 2 3 4
  on 3 nft -f - <<< 'table inet lossy { chain in { type filter hook input priority 0; numgen random mod 100 < 1 drop; }; }'
  to_four
  local status=$?
  on 3 nft flush ruleset
  [ $status -eq 0 ] && have data data 1 2 3 4 && misses && once 4 "$before"
}

full_disk() {
  mkdir root3 && mount -t tmpfs -o size=10m small root3
  begin 1 2 3 4
  expect 1 to_four --linger 1 && ended 3 1
  local status=$?
  umount root3 || return 1
  [ $status -eq 0 ] && have data data 1 2 4 && misses n3:failed && why 3 "failed: data: needs" && once 4 "$before"
}

# Somebody else fills it while the data comes.
disk_fills_up() {
  mkdir root3 && mount -t tmpfs -o size=60m small root3
  begin 1 2 3 4
  meanwhile sh -c 'head -c 60000000 /dev/zero > root3/other 2> full.log'
  expect 1 to_four --linger 1 && ended 3 1
  local status=$? left
  left=$(ls -A root3)
  umount root3 || return 1
  [ $status -eq 0 ] && have data data 1 2 4 && misses n3:failed && why 3 "No space left on device" && once 4 "$before" &&
    { [ "$left" = other ] || { echo "left: $left"; return 1; }; }
}

read_only_disk() {
  mkdir root3 && mount -t tmpfs -o ro small root3
  begin 1 2 3 4
  expect 1 to_four --linger 1 && ended 3 1
  local status=$?
  umount root3 || return 1
  [ $status -eq 0 ] && have data data 1 2 4 && misses n3:failed && why 3 "failed: data: Read-only file system" && once 4 "$before"
}

# The kernel takes what is written, but the disk below cannot: a file system on a file that finds no room.
write_error() {
  local device
  mkdir -p root3 below && mount -t tmpfs -o size=16m small below && truncate -s 200M below/disk &&
    device=$(losetup --find --show below/disk) && mkfs.ext4 -q -E nodiscard,lazy_itable_init=1,lazy_journal_init=1 -J size=4 "$device" &&
    mount "$device" root3 || return 1
  losetup --detach "$device" # it goes when nobody uses it any more
  begin 1 2 3 4
  expect 1 to_four --linger 1 && ended 3 1
  local status=$?
  umount root3 && umount below || return 1
  [ $status -eq 0 ] && have data data 1 2 4 && misses n3:failed && why 3 "failed: fsync root3/data:" && once 4 "$before"
}

wrong_key() {
  openssl rand -hex 32 > other
  begin 1 2 4
  key=other receive 3 && all_listen 3
  expect 1 to_four --linger 1 && have data data 1 2 4 && misses n3:failed && why 3 "it does not have our key" && once 4 "$before"
}

two_masters() {
  begin 1 2 3 4
  before=$(came 4)
  on 254 "$dollyplus" send data --key key --quiet --to "$(nodes 1 2 3 4)" 2> sender.log &
  local first=$!
  soon && sleep "$REPLY"
  send data --to "$(nodes 1 2 3 4)" && have data data 1 2 3 4 && misses && once 4 "$before" || return 1
  wait $first
  [ $? -eq 1 ] && says "$(cat sender.log)" "another sender sends the same files"
}

master_killed_and_back() {
  begin 1 2 3 4
  before=$(came 4)
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --key key --quiet --to "$(nodes 1 2 3 4)" 2> sender.log &
  local first=$!
  soon && sleep "$REPLY"
  kill -KILL $first
  sleep 2
  send data --to "$(nodes 1 2 3 4)" && have data data 1 2 3 4 && misses && once 4 "$before"
}

# Whoever was asked first has it, too.
all_but_the_last_killed() {
  begin 1 2 3 4 5 6 7 8
  before=$(came 8)
  local node dead=()
  for node in 1 2 3 4 5 6 7; do dead+=("${receivers[$node]}"); done
  meanwhile kill -KILL "${dead[@]}"
  expect 1 send data --to "$(nodes 1 2 3 4 5 6 7 8)" --linger 1 && have data data 8 &&
    misses n1:gone n2:gone n3:gone n4:gone n5:gone n6:gone n7:gone && once 8 "$before"
}

a_third_of_32_killed() {
  local -a all dead=() healthy=()
  mapfile -t all < <(seq 32)
  begin "${all[@]}"
  local node status=0
  for node in "${all[@]}"; do
    if [ $((RANDOM % 10)) -lt 3 ]; then
      dead+=("$node")
      meanwhile kill -KILL "${receivers[$node]}"
    else
      healthy+=("$node")
    fi
  done
  send data --to "$(nodes "${all[@]}")" --linger 1 || status=$?
  # One that had everything before it was killed is none that is missing.
  have data data "${healthy[@]}" || return 1
  for node in $(missing); do
    case " ${dead[*]/#/n} " in *" ${node%:gone} "*) ;; *) echo "missing: $node, killed: ${dead[*]}"; return 1 ;; esac
  done
  [ "$status" -eq "$([ -z "$(missing)" ]; echo $?)" ] || { echo "ended with $status, missing: $(missing)"; return 1; }
}

for test in killed stopped_for_ever stopped_and_back link_down link_down_and_up slow_link loss full_disk disk_fills_up \
  read_only_disk write_error wrong_key two_masters master_killed_and_back all_but_the_last_killed a_third_of_32_killed; do
  fresh
  step "${test//_/ }" "$test"
done
fresh
finish
