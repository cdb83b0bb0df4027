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

# Who is not root cannot remove anything from a folder that it may not write to, and it may be in the way twice.
replaced_by_its_owner() {
  rm -rf closed && mkdir -p closed/in root1 && echo one > closed/in/file && chmod -R a-w closed && chown -R nobody closed root1 &&
    install -o nobody -m 600 key nobody.key && chmod 711 . || return 1
  local content
  for content in one two; do
    chmod u+w closed/in/file && echo $content > closed/in/file && chmod u-w closed/in/file
    nsenter --target "${holders[1]}" --net setpriv --reuid=nobody --regid=nogroup --clear-groups "$dollyplus" receive \
      --root root1 --once --key nobody.key 2> r1.log &
    receivers[1]=$!
    echo $! >> pids
    all_listen 1 && send closed --to "$(nodes 1)" && ended 1 0 && diff -r closed root1/closed || { cat r1.log; return 1; }
    equal "$(ls -A root1)" closed || return 1
  done
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
  expect 1 send tree --to "$(nodes 1)" --linger 1 && ended 1 1
  local status=$?
  umount root1/tree || return 1
  [ $status -eq 0 ] && says "$(cat r1.log)" "a file system is mounted there"
}

# What a killed receiver has, it has not to get again, although its tree is in pieces.
a_tree_goes_on() {
  local before
  mkdir -p many && head -c 60000000 /dev/urandom | split -b 90001 - many/part
  begin 1 2
  before=$(came 2)
  killed_and_back() { kill -KILL "${receivers[2]}"; sleep 0.2; receive 2; wait; }
  when_verified 2 20000000 killed_and_back
  send many --to "$(nodes 1 2)" --chunk 1M --linger 20 --rate 20M || return 1
  ended 1 0 && diff -r many root2/many && misses || return 1
  at_most 2 "$before" 70000000
}

# A tree that was changed between two transfers: what lies there belongs to another list.
another_tree_in_its_place() {
  rm -rf many && mkdir -p many && head -c 40000000 /dev/urandom | split -b 90001 - many/part
  begin 1
  when_verified 1 8000000 kill -KILL "${receivers[1]}"
  expect 1 send many --to "$(nodes 1)" --chunk 1M --linger 0 --rate 10M || return 1
  [ -d root1/.many.dolly ] || { echo "nothing was left"; return 1; }
  rm many/partaa many/partbb && echo new > many/partcc && mkdir many/partaa && ln -s x many/partbb && echo more > many/zzz
  begin 1
  send many --to "$(nodes 1)" --chunk 1M || return 1
  ended 1 0 && diff -r --no-dereference many root1/many
}

changed_while_it_is_sent() {
  rm -rf many && mkdir -p many && head -c 60000000 /dev/urandom | split -b 900001 - many/part
  begin 1
  when_verified 1 8000000 sh -c 'echo more >> many/partcm'
  expect 1 send many --to "$(nodes 1)" --chunk 1M --rate 10M 2> fault.log || return 1
  says "$(cat fault.log)" "many/partcm was changed while it was sent" && [ ! -e root1/many ]
}

# piped NODES command…: its output is sent as a stream, which becomes the file stream.
piped() {
  local to=$1
  shift
  "$@" | on 254 timeout 60 "$dollyplus" send - --dest stream --to "$to" --key key --quiet --json > sent.json
}

# Half of it can be made smaller, and then less than all of it comes; the node behind gets it so, too.
compressed() {
  { seq 3000000 | head -c 15000000; head -c 15000000 data; } > mixed
  local before verify
  shape 1 100mbit
  for verify in sha256 fast; do
    fresh
    begin 1 2
    before=$(came 2)
    send mixed --to "$(nodes 1 2)" --compress zstd --verify $verify && have mixed mixed 1 2 && misses &&
      at_most 2 "$before" 26000000 || return 1
  done
  shape 1 400mbit
}

standard_input() {
  begin 1 2 3
  piped "$(nodes 1 2 3)" cat data || return 1
  have data stream 1 2 3 && misses
}

streams_of_any_length() {
  local bytes
  for bytes in 0 1 65536 1048576 2097152 1048577; do
    fresh
    head -c "$bytes" data > part
    begin 1 2
    head -c "$bytes" data | send - --dest stream --to "$(nodes 1 2)" --chunk 1M || { echo "$bytes bytes"; return 1; }
    have part stream 1 2 || { echo "$bytes bytes"; return 1; }
  done
}

now_and_then() { for part in 1 2 3; do echo "$part"; sleep 2.5; done; }
a_stream_that_rests() {
  begin 1 2
  now_and_then | send - --dest stream --to "$(nodes 1 2)" --patience 4 || return 1
  seq 3 > lines
  have lines stream 1 2 && misses
}

a_named_pipe() {
  mkfifo pipe
  begin 1
  cat data > pipe &
  send pipe --to "$(nodes 1)" || return 1
  have data pipe 1
  local status=$?
  rm pipe
  return $status
}

a_node_of_a_stream_is_killed() {
  begin 1 2 3
  when_verified 2 8000000 kill -KILL "${receivers[2]}"
  expect 1 send - --dest stream --to "$(nodes 1 2 3)" --chunk 1M --linger 1 --rate 10M < data || return 1
  have data stream 1 3 && misses n2:gone
}

# What a stream left is used by the next one with the same bytes.
a_stream_again() {
  begin 1
  when_verified 1 8000000 kill -KILL "${receivers[1]}"
  expect 1 send - --dest stream --to "$(nodes 1)" --chunk 1M --linger 0 --rate 10M < data || return 1
  local before
  begin 1
  before=$(came 1)
  send - --dest stream --to "$(nodes 1)" --chunk 1M < data || return 1
  have data stream 1 || return 1
  at_most 1 "$before" 28000000
}

everybody_is_lost() {
  begin 1
  (sleep 0.4; kill -KILL "${receivers[1]}") &
  expect 1 piped "$(nodes 1)" sh -c 'cat data; exec sleep 30' && misses n1:gone
}

from_device_to_device() {
  truncate -s 40M disk && cp data image && truncate -s 32M image
  local from to status
  from=$(losetup --find --show --read-only image) && to=$(losetup --find --show disk) || return 1
  begin 2
  receive 1 --output "$to" && all_listen 1
  send "$from" --to "$(nodes 1 2)" --dest image
  status=$?
  ended 1 0 || status=1
  losetup --detach "$to" "$from"
  [ $status -eq 0 ] && cmp --bytes=$((32 << 20)) image disk && have image image 2
}

too_small_a_device() {
  truncate -s 10M disk
  local to
  to=$(losetup --find --show disk) || return 1
  receive 1 --output "$to" && all_listen 1
  expect 1 send data --to "$(nodes 1)" --linger 0
  local status=$?
  losetup --detach "$to"
  [ $status -eq 0 ] && ended 1 1 && says "$(cat r1.log)" "needs 29 MiB, but has only 10 MiB"
}

a_device_goes_on() {
  truncate -s 40M disk
  local to before
  to=$(losetup --find --show disk) || return 1
  receive 1 --output "$to" && all_listen 1
  when_verified 1 8000000 kill -KILL "${receivers[1]}"
  expect 1 send data --to "$(nodes 1)" --chunk 1M --linger 0 --rate 10M || return 1
  receive 1 --output "$to" --resume && all_listen 1
  before=$(came 1)
  send data --to "$(nodes 1)" --chunk 1M
  local status=$?
  ended 1 0 || status=1
  losetup --detach "$to"
  [ $status -eq 0 ] && cmp --bytes=30000000 data disk || return 1
  at_most 1 "$before" 28000000
}

to_a_pipe() {
  mkfifo pipe
  timeout 60 cat pipe > taken &
  receive 1 --output pipe && begin 2 && all_listen 1
  send data --to "$(nodes 1 2)"
  local status=$?
  ended 1 0 || status=1
  rm pipe
  [ $status -eq 0 ] && cmp data taken && have data data 2 && [ -z "$(ls -A root1)" ]
}

# Nobody waits for it: what comes is kept, also for the node behind.
to_a_slow_pipe() {
  mkfifo pipe
  (sleep 3; timeout 60 cat pipe > taken) &
  receive 1 --output pipe && begin 2 && all_listen 1
  send data --to "$(nodes 1 2)"
  local status=$?
  ended 1 0 || status=1
  rm pipe
  [ $status -eq 0 ] && cmp data taken && have data data 2
}

to_a_pipe_that_breaks() {
  mkfifo pipe
  timeout 60 head -c 100 pipe > taken &
  receive 1 --output pipe && begin 2 && all_listen 1
  expect 1 send data --to "$(nodes 1 2)" --linger 1
  local status=$?
  rm pipe
  [ $status -eq 0 ] && ended 1 1 && says "$(cat r1.log)" "Broken pipe" && have data data 2 && misses n1:failed &&
    [ -z "$(ls -A root1)" ]
}

to_standard_output() {
  mkdir -p root1
  on 1 timeout 60 "$dollyplus" receive --root root1 --output - --once --key key > taken 2> r1.log &
  local process=$!
  all_listen 1
  send data --to "$(nodes 1)" && wait $process && cmp data taken
}

unpacked() {
  tar -C tree -czf tree.tar.gz .
  begin 1 2
  send tree.tar.gz --unpack --dest sets/tree --to "$(nodes 1 2)" || return 1
  # tar keeps no holes and no extended attributes unless it is asked to.
  ended 1 0 && ended 2 0 && diff -r --no-dereference --exclude=null --exclude=pipe --exclude=socket tree root2/sets/tree || return 1
  equal "$(stat -c '%u %g %a' root1/sets/tree/folder/007)" "1234 4321 644" &&
    equal "$(stat -c %a root1/sets/tree/large)" 4751 && equal "$(stat -c %h root1/sets/tree/large)" 2 &&
    equal "$(ls -A root1 root1/sets)" "$(printf 'root1:\nsets\n\nroot1/sets:\ntree')"
}

unpacked_while_it_arrives() {
  mkfifo source
  begin 1
  (tar -C tree -cf - folder; until [ -e seen ]; do sleep 0.1; done; head -c 1000 /dev/zero) > source &
  (cat source | send - --unpack --dest set --to "$(nodes 1)" --chunk 64K) &
  local sending=$! tries
  for ((tries = 0; tries < 400; tries++)); do
    sleep 0.1
    [ -s root1/.set.dolly/folder/250 ] && break
  done
  [ ! -e root1/set ] && touch seen
  [ $tries -lt 400 ] || { find root1 | tail -5; kill $sending; return 1; }
  wait $sending && diff -r tree/folder root1/set/folder
  local status=$?
  rm source
  return $status
}

into_the_root_itself() {
  mkdir -p many && seq 100000 > many/numbers
  begin 1
  echo stays > root1/other
  tar -cf - many | send - --unpack --dest . --to "$(nodes 1)" || return 1
  ended 1 0 && cmp many/numbers root1/many/numbers && equal "$(ls -A root1)" "$(printf 'many\nother')"
}

# Neither by a path, nor by a link that the archive makes itself, nor by one that was there.
no_archive_leads_out() {
  python3 - << 'PYTHON'
import io, tarfile
def archive(name, *entries):
    with tarfile.open(name, "w") as tar:
        for path, kind, target in entries:
            info = tarfile.TarInfo(path)
            info.type, info.linkname = kind, target
            content = b"out\n" if kind == tarfile.REGTYPE else b""
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
archive("dots.tar", ("../out", tarfile.REGTYPE, ""))
archive("link.tar", ("way", tarfile.SYMTYPE, "../.."), ("way/out", tarfile.REGTYPE, ""))
archive("hard.tar", ("hard", tarfile.LNKTYPE, "../../key"))
archive("top.tar", ("/out", tarfile.REGTYPE, ""))
PYTHON
  local name
  for name in dots link hard; do
    fresh
    begin 1
    expect 1 send $name.tar --unpack --dest set --to "$(nodes 1)" --linger 0 || return 1
    ended 1 1 && says "$(cat r1.log)" "unpack" && [ -z "$(ls -A root1)" ] && [ ! -e out ] || { find root1; return 1; }
  done
  fresh
  begin 1
  send top.tar --unpack --dest set --to "$(nodes 1)" && ended 1 0 && equal "$(cat root1/set/out)" out
}

no_archive() {
  begin 1 2
  expect 1 send data --unpack --dest set --to "$(nodes 1 2)" --linger 0 || return 1
  misses n1:failed n2:failed && ended 1 1 && says "$(cat r1.log)" "Unrecognized archive format" && [ -z "$(ls -A root1)" ]
}

# An archive that ends too early, although every byte of it came.
a_broken_archive() {
  tar -C tree -cf - folder large | head -c 5000000 > broken.tar
  begin 1
  mkdir root1/set && echo old > root1/set/old
  expect 1 send broken.tar --unpack --dest set --to "$(nodes 1)" --linger 0 || return 1
  ended 1 1 && says "$(cat r1.log)" "Truncated" && equal "$(cat root1/set/old)" old && equal "$(ls -A root1)" set
}

# with_disk SIZE: node 1 has a disk of its own.
with_disk() { mkdir -p root1 && mount -t tmpfs -o "size=$1" small root1; }

no_room() {
  with_disk 20m
  begin 1 2
  expect 1 send data --to "$(nodes 1 2)" --linger 0 && ended 1 1
  local status=$?
  umount root1 || return 1
  [ $status -eq 0 ] && have data data 2 && misses n1:failed && says "$(cat r1.log)" "but only"
}

# That there is no room shows in the middle: how much a stream has nobody knows.
the_disk_becomes_full() {
  with_disk 12m
  begin 1 2
  expect 1 send - --dest stream --to "$(nodes 1 2)" --linger 0 < data && ended 1 1
  local status=$?
  local left
  left=$(ls -A root1)
  umount root1 || return 1
  [ $status -eq 0 ] && have data stream 2 && misses n1:failed && says "$(cat r1.log)" "No space left" &&
    equal "$left" ""
}

a_disk_that_is_read_only() {
  with_disk 100m && mount -o remount,ro root1
  begin 1 2
  expect 1 send data --to "$(nodes 1 2)" --linger 0 && ended 1 1
  local status=$?
  umount root1 || return 1
  [ $status -eq 0 ] && have data data 2 && misses n1:failed && says "$(cat r1.log)" "Read-only file system"
}

wrong() { # STATUS TEXT option…
  local status=$1 text=$2
  shift 2
  expect "$status" "$dollyplus" "$@" 2> wrong.log && says "$(cat wrong.log)" "$text"
}
command_line() {
  mkdir -p root1
  wrong 1 "cannot be sent with others" send - data --to 10.0.0.1 --no-key --dest x < /dev/null &&
    wrong 1 "has no name of its own" send - --to 10.0.0.1 --no-key < /dev/null &&
    wrong 1 "two files would become x/data" send data ./data --dest x --to 10.0.0.1 --no-key &&
    wrong 1 "--unpack takes one FILE, and --dest" send data tree --unpack --to 10.0.0.1 --no-key --dest x &&
    wrong 1 "tree is a folder, no archive" send tree --unpack --to 10.0.0.1 --no-key --dest x &&
    wrong 2 "say --root DIR" receive --no-key &&
    wrong 2 "say --root DIR" receive --no-key --output /dev/null &&
    wrong 2 "is no device or pipe" receive --no-key --root root1 --output data &&
    wrong 2 "--resume needs a block device" receive --no-key --root root1 --resume &&
    wrong 2 "want the same standard output" receive --no-key --root root1 --output - --json &&
    wrong 2 "is no device or pipe" receive --no-key --root root1 --output nothing/x
}

for test in attributes_of_a_file holes_stay_holes a_tree a_tree_and_a_file a_tree_of_empty_things replaced_as_a_whole replaced_by_its_owner \
  no_folder_over_a_file no_folder_over_a_mount a_tree_goes_on another_tree_in_its_place changed_while_it_is_sent \
  compressed standard_input streams_of_any_length a_stream_that_rests a_named_pipe a_node_of_a_stream_is_killed a_stream_again \
  everybody_is_lost from_device_to_device too_small_a_device a_device_goes_on to_a_pipe to_a_slow_pipe \
  to_a_pipe_that_breaks to_standard_output unpacked unpacked_while_it_arrives into_the_root_itself no_archive_leads_out \
  no_archive a_broken_archive no_room the_disk_becomes_full a_disk_that_is_read_only command_line; do
  fresh
  step "${test//_/ }" "$test"
done
fresh
finish
