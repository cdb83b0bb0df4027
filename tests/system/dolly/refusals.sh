#!/usr/bin/env bash
# Who is not let into a ring, what is not written where, and what was damaged on its way.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
make_network 4
head -c 20000000 /dev/urandom > data
openssl rand -hex 32 > other

# why NODE: what the sender said of it last.
why() {
  python3 -c '
import json, sys
for each in [json.loads(line) for line in open("sent.json")][-1]["missing"]:
    if each["node"] == sys.argv[1]: print(each["state"] + ": " + each["why"])' "n$1"
}
says() { grep -qF -- "$2" <<< "$1" || { echo "'$1' does not say '$2'"; return 1; }; }
# Only these are left out: the ring goes on with the others, and the receiver that refused waits on.
alone() { misses "n2:$1" && says "$(why 2)" "$2" && have data data 1 3; }

other_key() {
  begin 1 3
  key=other receive 2
  all_listen 2
  expect 1 send data --to "$(nodes 1 2 3)" --linger 0 && alone failed "it does not have our key"
}

key_and_none() {
  begin 1 3
  nsenter --target "${holders[2]}" --net "$dollyplus" receive --root . --no-key > r2.log 2>&1 &
  echo $! >> pids
  all_listen 2
  expect 1 send data --to "$(nodes 1 2 3)" --linger 0 && alone failed "takes part in rings without a key only"
}

without_key() {
  begin 1
  on 254 "$dollyplus" send data --no-key --quiet --json --to "$(nodes 1)" --linger 0 > sent.json
  says "$(why 1)" "it wants a key" || return 1
  fresh
  mkdir root1
  nsenter --target "${holders[1]}" --net "$dollyplus" receive --root root1 --once --no-key > r1.log 2>&1 &
  echo $! >> pids
  receivers[1]=$!
  all_listen 1
  on 254 "$dollyplus" send data --no-key --quiet --to "$(nodes 1)" && have data data 1
}

# A dollyplus of another version, in both directions; and somebody who speaks something else.
other_version() {
  begin 1 3
  nsenter --target "${holders[2]}" --net python3 - << 'PYTHON' > fake.log 2>&1 &
import socket, struct
listening = socket.create_server(("10.77.0.2", 8090))
connection, _ = listening.accept()
connection.recv(100)
text = b"\x01it speaks version 7 of the ring's protocol, and was spoken to in version 5"
connection.sendall(struct.pack(">BI", 4, len(text)) + text)
connection.recv(100)
PYTHON
  echo $! >> pids
  all_listen 2
  expect 1 send data --to "$(nodes 1 2 3)" --linger 0 && alone failed "speaks version 7"
}

dialled_in_another_version() {
  begin 1
  on 254 python3 - << 'PYTHON' || return 1
import socket, struct
def said(hello):
    connection = socket.create_connection(("10.77.0.1", 8090))
    connection.sendall(struct.pack(">BI", 1, len(hello)) + hello)
    answer = b""
    while piece := connection.recv(1000): answer += piece
    return answer
answer = said(b"LUCIE-DOLLY" + struct.pack(">H", 7) + b"whatever version 7 says")
assert answer[0] == 4 and answer[5] == 1 and b"speaks version 5" in answer, answer
assert said(b"GET / HTTP/1.1\r\n\r\n") == b""
# A hello without any proof behind it, and a proof that is none.
connection = socket.create_connection(("10.77.0.1", 8090))
hello = b"LUCIE-DOLLY" + struct.pack(">HB", 5, 1) + bytes(16)
connection.sendall(struct.pack(">BI", 1, len(hello)) + hello + struct.pack(">BI", 3, 32) + bytes(32))
answer = b""
while piece := connection.recv(1000): answer += piece
assert answer[0] == 2 and b"it has another key" in answer, answer
# More than a stranger may send at all.
connection = socket.create_connection(("10.77.0.1", 8090))
connection.sendall(struct.pack(">BI", 1, 1 << 30))
assert connection.recv(1) == b""
PYTHON
  grep -q '"event":"refused".*"peer":"10.77.0.254"' r1.json || { cat r1.json; return 1; }
  send data --to "$(nodes 1)" && have data data 1
}

# outside PLACE: a receiver refuses to write there, and ends; nothing is written.
outside() {
  begin 1
  expect 1 send data --to "$(nodes 1)" --dest "$1" --linger 0 && ended 1 1 && says "$(why 1)" "failed: '$1' is no path" &&
    [ -z "$(find root1 -type f)" ]
}
climbing() { outside ../outside && fresh && outside a/../../outside && [ ! -e outside ]; }
absolute() { outside "$TEST_DIR/outside" && [ ! -e outside ]; }

# A link that leads out of the root is followed as if the root were everything.
link_out() {
  mkdir -p root1 elsewhere
  ln -s "$TEST_DIR/elsewhere" root1/link
  mkdir -p "root1$TEST_DIR/elsewhere"
  begin 1
  send data --to "$(nodes 1)" --dest link/file && have data "$TEST_DIR/elsewhere/file" 1 && [ -z "$(ls elsewhere)" ]
}

folder_in_the_way() {
  mkdir -p root1/data
  begin 1
  expect 1 send data --to "$(nodes 1)" --linger 0 && ended 1 1 && says "$(why 1)" "data: Is a directory"
}

full_disk() {
  mkdir -p root2
  mount -t tmpfs -o size=10M tmpfs root2
  begin 1 2 3
  expect 1 send data --to "$(nodes 1 2 3)" --linger 0 && alone failed "needs 19 MiB, but only 10 MiB are free" &&
    ended 2 1 && [ -z "$(find root2 -type f)" ]
  local status=$?
  umount root2
  return $status
}

# relay OFFSET TIMES: a way to n1 that damages the byte at this place of each of the first connections.
relay() {
  nsenter --target "${holders[254]}" --net python3 - "$@" << 'PYTHON' > relay.log 2>&1 &
import socket, sys, threading
place, times = int(sys.argv[1]), int(sys.argv[2])
listening = socket.create_server(("127.0.0.1", 8090))
def carry(source, target, damage):
    seen = 0
    try:
        while piece := bytearray(source.recv(65536)):
            if damage and seen <= place < seen + len(piece):
                piece[place - seen] ^= 0x10
                print("damaged", flush=True)
            seen += len(piece)
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
while True:
    down, _ = listening.accept()
    up = socket.create_connection(("10.77.0.1", 8090))
    threading.Thread(target=carry, args=(down, up, times > 0), daemon=True).start()
    threading.Thread(target=carry, args=(up, down, False), daemon=True).start()
    times -= 1
PYTHON
  echo $! >> pids
  all_listen 254
}

damaged_on_the_way() {
  begin 1 2
  relay 9000000 1
  send data --to "n1=127.0.0.1,n2=10.77.0.2" || return 1
  grep -q damaged relay.log || { echo "nothing was damaged"; return 1; }
  have data data 1 2
}

# A frame with a seal, the first one after the greeting: the connection ends, and another try succeeds.
damaged_seal() {
  begin 1
  relay 120 1
  send data --to "n1=127.0.0.1" || { cat relay.log sent.json r1.json; return 1; }
  grep -q damaged relay.log && have data data 1 || { cat relay.log sent.json r1.json; return 1; }
}

nobody_there() { expect 1 send data --to "$(nodes 1)" --linger 0 && says "$(why 1)" "gone: Connection refused"; }

no_such_name() {
  expect 1 send data --to "no-such-host.invalid" --linger 0 && grep -q "has no address" sent.json
}

# The command line.
wrong() { # STATUS TEXT option…
  local status=$1 text=$2
  shift 2
  expect "$status" "$dollyplus" "$@" 2> wrong.log && says "$(cat wrong.log)" "$text"
}
command_line() {
  echo short > short
  wrong 2 "say either --key FILE or --no-key" send data --to 10.0.0.1 &&
    wrong 1 "short holds no key" send data --to 10.0.0.1 --key short &&
    wrong 1 "no regular file" send /dev/null --to 10.0.0.1 --no-key &&
    wrong 3 "open missing" send missing --to 10.0.0.1 --no-key &&
    wrong 2 "is no size of a chunk" send data --to 10.0.0.1 --no-key --chunk 1T &&
    wrong 1 "3-1 runs downward" send data --to "n[3-1]" --no-key &&
    wrong 1 "there is no host group 'rack1'" send data --to @rack1 --no-key &&
    wrong 3 "is no folder" receive --root missing --no-key
}

# Names come from the definitions, groups too.
by_definitions() {
  printf '%s\n' 'define lucie_group{' 'name lucie1' 'gateway 10.77.0.254' 'subnet 255.255.255.0' '}' \
    'define host{' 'host_name cnode[1-3]' 'address 10.77.0.[1-3]' '}' \
    'define host_group{' 'hostgroup_name rack1' 'members cnode[2-3]' '}' > lucie.conf
  begin 1 2 3
  send data -c lucie.conf --to cnode1,@rack1 && have data data 1 2 3 && grep -q '"node":"cnode3","state":"done"' sent.json
}

for test in other_key key_and_none without_key other_version dialled_in_another_version climbing absolute link_out \
  folder_in_the_way full_disk damaged_on_the_way damaged_seal nobody_there no_such_name command_line by_definitions; do
  fresh
  step "${test//_/ }" "$test"
done
fresh
finish
