#!/usr/bin/env bash
# What can be sent beside plain files, and where it can go.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
make_network 4 400mbit
trees=${0%/*}/trees.py

says() { case $1 in *"$2"*) ;; *) echo "'$2' is not in:"; echo "$1"; return 1 ;; esac }
equal() { [ "$1" = "$2" ] || { echo "$1, wanted $2"; return 1; }; }
attribute() { python3 -c 'import os, sys; print(os.getxattr(*sys.argv[1:]).decode())' "$@"; }

python3 "$trees" make tree
head -c 30000000 /dev/urandom > data

same_tree() { # PLACE NODE…
  local place=$1 node
  shift
  for node; do
    ended "$node" 0 || return 1
    python3 "$trees" compare tree "root$node/$place" || { echo "n$node has another tree"; return 1; }
    [ -z "$(find "root$node" -name '.*.dolly*')" ] || { echo "n$node left something beside"; return 1; }
  done
}

attributes_of_a_file() {
  cp data whole && chown 12:34 whole && chmod 640 whole && touch -d @1000000000.5 whole 
  python3 -c 'import os; os.setxattr("whole", "user.a", b"b")'
  begin 1 2
  send whole --to "$(nodes 1 2)" || return 1
  have whole whole 1 2 || return 1
  equal "$(stat -c '%u %g %a %.Y' root2/whole)" "12 34 640 1000000000.500000000" &&
    equal "$(attribute root2/whole user.a)" b
}

holes_stay_holes() {
  truncate -s 200M holes && printf abc | dd of=holes bs=1 seek=100000000 conv=notrunc status=none
  begin 1 2
  send holes --to "$(nodes 1 2)" || return 1
  have holes holes 1 2 || return 1
  [ "$(stat -c %b root2/holes)" -le 300 ] || { stat root2/holes; return 1; }
}

a_tree() {
  begin 1 2 3 4
  send tree --to "$(nodes 1 2 3 4)" --dest sets/tree --chunk 1M || return 1
  misses && same_tree sets/tree 1 2 3 4
}

a_tree_and_a_file() {
  begin 1 2
  send tree/ data --to "$(nodes 1 2)" --dest both || return 1
  cmp data root2/both/data && same_tree both/tree 1 2
}

a_tree_of_empty_things() {
  mkdir -p bare/a/b && touch bare/c
  begin 1
  send bare --to "$(nodes 1)" || return 1
  ended 1 0 && [ -d root1/bare/a/b ] && [ -f root1/bare/c ]
}

replaced_as_a_whole() {
  begin 1
  mkdir -p root1/tree/old && echo old > root1/tree/large
  send tree --to "$(nodes 1)" || return 1
  same_tree tree 1
}

no_folder_over_a_file() {
  begin 1
  echo mine > root1/tree
  expect 1 send tree --to "$(nodes 1)" --linger 1 || return 1
  ended 1 1 && misses n1:failed && equal "$(cat root1/tree)" mine && says "$(cat r1.log)" "Not a directory" &&
    [ -z "$(find root1 -name '.*.dolly*')" ]
}

no_folder_over_a_mount() {
  begin 1
  mkdir -p root1/tree && mount -t tmpfs other root1/tree
  expect 1 send tree --to "$(nodes 1)" --linger 1
  local status=$?
  umount root1/tree
  [ $status -eq 0 ] && ended 1 1 && says "$(cat r1.log)" "a file system is mounted there"
}

# What a killed receiver has, it has not to get again, although its tree is in pieces.
a_tree_goes_on() {
  local before after
  mkdir -p many && head -c 60000000 /dev/urandom | split -b 90001 - many/part
  begin 1 2
  before=$(on 2 cat /sys/class/net/ring/statistics/rx_bytes)
  (sleep 0.8; kill -KILL "${receivers[2]}"; sleep 0.2; receive 2; wait) &
  send many --to "$(nodes 1 2)" --chunk 1M --linger 20 || return 1
  after=$(on 2 cat /sys/class/net/ring/statistics/rx_bytes)
  ended 1 0 && diff -r many root2/many && misses || return 1
  [ $((after - before)) -lt 70000000 ] || { echo "$((after - before)) bytes came"; return 1; }
}

# A tree that was changed between two transfers: what lies there belongs to another list.
another_tree_in_its_place() {
  rm -rf many && mkdir -p many && head -c 40000000 /dev/urandom | split -b 90001 - many/part
  begin 1
  (sleep 0.5; kill -KILL "${receivers[1]}") &
  expect 1 send many --to "$(nodes 1)" --chunk 1M --linger 0 || return 1
  [ -d root1/.many.dolly ] || { echo "nothing was left"; return 1; }
  rm many/partaa many/partbb && echo new > many/partcc && mkdir many/partaa && ln -s x many/partbb && echo more > many/zzz
  begin 1
  send many --to "$(nodes 1)" --chunk 1M || return 1
  ended 1 0 && diff -r --no-dereference many root1/many
}

changed_while_it_is_sent() {
  rm -rf many && mkdir -p many && head -c 60000000 /dev/urandom | split -b 900001 - many/part
  begin 1
  (sleep 0.4; echo more >> many/partcm) &
  expect 1 send many --to "$(nodes 1)" --chunk 1M 2> fault.log || return 1
  says "$(cat fault.log)" "many/partcm was changed while it was sent" && [ ! -e root1/many ]
}

for test in attributes_of_a_file holes_stay_holes a_tree a_tree_and_a_file a_tree_of_empty_things replaced_as_a_whole \
  no_folder_over_a_file no_folder_over_a_mount a_tree_goes_on another_tree_in_its_place changed_while_it_is_sent; do
  fresh
  step "${test//_/ }" "$test"
done
fresh
finish
