#!/usr/bin/env bash
# Datasets during installation: nodes in network namespaces run the real installer with the module dolly, and a real
# lucied starts the rings. In place of `mount` stands a module that makes a folder: this is about data, not disks.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
make_network 3
lucied=$BUILD/src/daemon/lucied
lucie=$BUILD/src/control/lucie
export LUCIE_STATE=$TEST_DIR/state LUCIE_RUN=$TEST_DIR/run LUCIE_ETC=$TEST_DIR/etc LUCIE_TEMPLATES=$SOURCE/templates
mkdir -p "$LUCIE_STATE"/{boot/full,base,pool/debian-12} "$LUCIE_ETC" modules tree/folder
for file in boot/full/vmlinuz boot/full/initrd.img base/full.tar.zst; do echo x > "$LUCIE_STATE/$file"; done

head -c 30000000 /dev/urandom > genome
head -c 1000000 /dev/urandom > tree/folder/inside
tar -cf tree.tar -C tree folder

cat > modules/mount << 'END'
#!/bin/sh
. "$LUCIE_MODULE_LIBRARY"
needs= produces=target
run() { mkdir -p "$LUCIE_TARGET"; }
module "$@"
END
chmod 755 modules/mount

definitions() { # lines of dataset genome, and of tree
  cat > "$LUCIE_ETC/lucie.conf" << END
define lucie_group{
    name          lucie1
    gateway       10.77.0.254
    subnet        255.255.255.0
    lucie_address 10.77.0.254
}
define installer{
    installer_name data
    modules        mount, dolly
}
define host{
    host_name     cnode[1-3]
    address       10.77.0.[1-3]
    mac_address   52:54:00:00:00:[01-03]
}
define dataset{
    dataset_name  genome
    source        $TEST_DIR/genome
    destination   /data/genome
    $1
}
define dataset{
    dataset_name  tree
    source        $TEST_DIR/tree.tar
    destination   /srv/tree
    members       cnode[2-3]
    unpack        yes
    ${2:-}
}
END
  "$BUILD/tests/system/daemon/compile_sample" "$LUCIE_ETC/lucie.conf" "$LUCIE_STATE"
}

# Not within `step`: lucied dies with the shell that starts it.
start_lucied() {
  nsenter --target "${holders[254]}" --net "$lucied" --listen 10.77.0.254 --port 8080 2>> lucied.log &
  lucied_pid=$!
  until [ -S "$LUCIE_RUN/lucied.sock" ] && grep -q "listening on" lucied.log; do sleep 0.05; done
}

# install NUMBER: the node boots and runs its installer in the background; the log is nN.log.
install() {
  local token
  token=$(on "$1" curl -sS "http://10.77.0.254:8080/boot/52:54:00:00:00:0$1" | sed -n 's/.*lucie\.token=\([0-9a-f]*\).*/\1/p')
  [ -n "$token" ] || { echo "cnode0$1 gets no token"; return 1; }
  LUCIE_RUN=$TEST_DIR/run$1 LUCIE_TARGET=$TEST_DIR/target$1 LUCIE_MODULES=$BUILD/src/installer/modules:$TEST_DIR/modules \
    nsenter --target "${holders[$1]}" --net "$BUILD/src/installer/lucie-installer" --server http://10.77.0.254:8080 \
    --host "cnode$1" --token "$token" --verbose > "n$1.log" 2>&1 &
  installers[$1]=$!
}
installed() {
  local node
  for node; do
    wait "${installers[$node]}" || { cat "n$node.log" lucied.log; return 1; }
  done
}
events() { "$lucie" events --json > events.json; python3 - "$@" << 'PYTHON'
import json, sys
events = json.load(open("events.json"))["events"]
kind, node = sys.argv[1:3]
print("\n".join(e["message"] for e in events if e["kind"] == kind and e.get("node") == node))
PYTHON
}
is() { [ "$1" = "$2" ] || { printf '%s\n' "'$1', wanted '$2'"; return 1; }; }

# first_bytes PORT SECONDS: what begins each connection to 10.77.0.2:8090 that is seen at a bridge's port until all are known.
first_bytes() {
  timeout "$2" python3 - "$1" << 'PYTHON'
import socket, sys
seen = {}
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
link.bind((sys.argv[1], 0))
while len(set(seen.values())) < 2:
    packet = link.recv(70000)[14:]
    if packet[9] != 6 or packet[16:20] != bytes([10, 77, 0, 2]): continue
    tcp = packet[(packet[0] & 15) * 4:]
    content = tcp[(tcp[12] >> 4) * 4:int.from_bytes(packet[2:4], "big") - (packet[0] & 15) * 4]
    if content and tcp[2:4] == (8090).to_bytes(2, "big"): seen.setdefault((packet[12:16], tcp[:2]), content[0])
print(*sorted(set(seen.values())))
PYTHON
}

together() {
  local -a installers
  first_bytes up2 120 > first.bytes 2> first.log &
  "$lucie" install 'cnode[1-3]' --installer data && install 1 && install 2 && install 3 && installed 1 2 3 || return 1
  for node in 1 2 3; do cmp genome "target$node/data/genome" || return 1; done
}
unpacked() {
  cmp tree/folder/inside target2/srv/tree/folder/inside && cmp tree/folder/inside target3/srv/tree/folder/inside &&
    [ ! -e target1/srv ] && [ -z "$(find target? -name '.*dataset*' -o -name '.*.dolly')" ]
}
# A greeting of the ring's own (1) for one dataset, of TLS (22) for the other.
one_is_encrypted() { is "$(cat first.bytes first.log)" "1 22"; }
one_ring_each() {
  is "$(events ring_started cnode2)" "dataset 'genome': ring of 3 nodes
dataset 'tree': ring of 2 nodes" &&
    is "$(events ring_node_done cnode1)" "dataset 'genome' received" &&
    is "$(events ring_done cnode3)" "dataset 'genome': 3 of 3 nodes have it
dataset 'tree': 2 of 2 nodes have it"
}
signed_by_lucied() {
  is "$(stat -c %a "$LUCIE_RUN/ring-sign.key")" 600 &&
    openssl pkey -in "$LUCIE_RUN/ring-sign.key" -pubout | cmp - run1/ring.pub && ! grep -q "PRIVATE" run?/ring*
}
# Somebody who has the ring's key, as every node has, sends it something else: it waits for lucied's.
forged() {
  local -a installers
  rm -rf target? run?
  echo forged > forged
  "$lucie" install cnode1 --installer data && install 1 || return 1
  for ((tries = 0; tries < 600; tries++)); do
    on 1 ss -Hlt "sport = 8090" | grep -q LISTEN && break
    sleep 0.05
  done
  on 2 "$dollyplus" send forged --to cnode1=10.77.0.1 --dest data/genome --key "$LUCIE_RUN/ring.key" --linger 0 --json \
    > forged.json 2> forged.log && return 1
  grep -q "takes only what is signed" forged.json || { cat forged.json forged.log; return 1; }
  installed 1 && cmp genome target1/data/genome
}
key_is_secret() { is "$(stat -c %a "$LUCIE_RUN/ring.key")" 600 && ! grep -rq "$(cat "$LUCIE_RUN/ring.key")" lucied.log n?.log; }

# cnode3 boots, but never gets to its data; the others do not wait for it longer than they should, and it gets a ring
# of its own later.
late_one() {
  local -a installers
  rm -rf target? run?
  "$lucie" install 'cnode[1-3]' --installer data || return 1
  on 3 curl -sS "http://10.77.0.254:8080/boot/52:54:00:00:00:03" > script3 || return 1
  install 1 && install 2 && installed 1 || return 1
  cmp genome target1/data/genome || return 1
  is "$(events ring_started cnode1 | tail -1)" "dataset 'genome': ring of 2 nodes" || return 1
  on 3 env LUCIE_RUN="$TEST_DIR/run3" LUCIE_TARGET="$TEST_DIR/target3" \
    LUCIE_MODULES="$BUILD/src/installer/modules:$TEST_DIR/modules" "$BUILD/src/installer/lucie-installer" \
    --server http://10.77.0.254:8080 --host cnode3 \
    --token "$(sed -n 's/.*lucie\.token=\([0-9a-f]*\).*/\1/p' script3)" > n3.log 2>&1 || { cat n3.log; return 1; }
  installed 2 && cmp genome target3/data/genome && cmp genome target2/data/genome
}

# A node that dies in the ring: the others are installed all the same.
one_dies() {
  local -a installers
  rm -rf target? run?
  "$lucie" install 'cnode[1-3]' --installer data && install 1 && install 2 && install 3 || return 1
  for ((tries = 0; tries < 600; tries++)); do
    [ -s target2/data/.genome.dolly ] && break
    sleep 0.05
  done
  local victim
  victim=$(pgrep -f "receive --root $TEST_DIR/target2 ")
  kill -KILL "${installers[2]}" $victim
  installed 1 3 && cmp genome target1/data/genome && cmp genome target3/data/genome
}

# A firewall on the node: nobody can dial it. It dials lucied itself.
unreachable() {
  local -a installers
  rm -rf target? run?
  command -v nft > /dev/null || { echo "nftables is not installed"; return 1; }
  on 3 nft -f - <<< 'table inet firewall { chain in { type filter hook input priority 0; tcp dport 8090 drop; }; }' || return 1
  "$lucie" install 'cnode[1-3]' --installer data && install 1 && install 2 && install 3 && installed 1 2 3 || return 1
  on 3 nft delete table inet firewall
  for node in 1 2 3; do cmp genome "target$node/data/genome" || return 1; done
  cmp tree/folder/inside target3/srv/tree/folder/inside && [ -z "$(find target? -name '.*dataset*' -o -name '.*.dolly')" ] &&
    is "$(events ring_way_out cnode3)" "dataset 'genome': rings do not get it there, the node fetches it over HTTP
dataset 'tree': rings do not get it there, the node fetches it over HTTP" &&
    is "$(events ring_way_out cnode1)" ""
}

# fetch TOKEN ROOT [option…]: by hand, what the installer does.
fetch() {
  local token=$1 root=$2
  shift 2
  echo "$token" > token
  mkdir -p "$root"
  on 1 "$dollyplus" fetch http://10.77.0.254:8080/v1/nodes/cnode1/datasets/genome --root "$root" --token token --patience 20 "$@"
}
token_of_1() {
  "$lucie" install cnode1 --installer data > /dev/null &&
    on 1 curl -sS "http://10.77.0.254:8080/boot/52:54:00:00:00:01" | sed -n 's/.*lucie\.token=\([0-9a-f]*\).*/\1/p'
}
by_hand() {
  local token
  token=$(token_of_1)
  # What a ring had brought, but for one damaged byte, lies there.
  mkdir -p hand/data
  head -c 20000000 genome > hand/data/.genome.dolly
  printf x | dd of=hand/data/.genome.dolly bs=1 seek=5000000 conv=notrunc status=none
  fetch "$token" hand --trust run1/ring.pub --name cnode1 --json > fetched.json 2> fetched.log || { cat fetched.log; return 1; }
  cmp genome hand/data/genome && [ ! -e hand/data/.genome.dolly ] && python3 - << 'PYTHON'
import json
records = [json.loads(line) for line in open("fetched.json")]
assert all(r["version"] == 1 for r in records), records
start = next(r for r in records if r["event"] == "started")
assert start["files"] == ["data/genome"] and start["bytes"] == 30000000 and start["trusted"], start
# Chunk 1 was damaged, of chunk 4 a part was there.
assert start["found"] == 3 * (4 << 20), start
assert records[-1]["event"] == "done", records
PYTHON
}
not_trusted() {
  local token
  token=$(token_of_1)
  openssl genpkey -algorithm ed25519 2> /dev/null | openssl pkey -pubout > other.pub
  expect 1 fetch "$token" other --trust other.pub > other.log 2>&1 && grep -q "does not trust the key" other.log &&
    expect 1 fetch "$token" other --name cnode2 > other.log 2>&1 && grep -q "was taken for 'cnode1'" other.log &&
    expect 1 fetch wrong other > other.log 2>&1 && grep -q "the token is not that of cnode1" other.log && [ -z "$(ls other)" ]
}
# The disk is too small: said at once, and nothing stays there.
no_room() {
  local token
  token=$(token_of_1)
  mkdir -p small
  mount -t tmpfs -o size=8M none small || return 1
  expect 3 fetch "$token" small > small.log 2>&1 && grep -q "needs 29 MiB, but only 8.0 MiB are free" small.log || { cat small.log; return 1; }
  [ -z "$(find small -name '.*.dolly')" ] && umount small
}
# lucied is killed while a node fetches, and comes back. Not within `step`, see above.
begin_fetch() {
  shape 1 60mbit
  fetch "$(token_of_1)" back --trust run1/ring.pub > back.log 2>&1 &
  fetching=$!
  for ((tries = 0; tries < 600; tries++)); do
    [ -s back/data/.genome.dolly ] && break
    sleep 0.05
  done
}
kill_lucied() {
  kill -KILL "$lucied_pid"
  wait "$lucied_pid" 2> /dev/null
  rm "$LUCIE_RUN/lucied.sock"
  : > lucied.log
  for ((tries = 0; tries < 300; tries++)); do
    grep -q "asking again" back.log && break
    sleep 0.05
  done
}
outlives_lucied() { grep -q "asking again" back.log && cmp genome back/data/genome && [ ! -e back/data/.genome.dolly ]; }

not_for_it() {
  local token status
  "$lucie" install cnode1 --installer data || return 1
  token=$(on 1 curl -sS "http://10.77.0.254:8080/boot/52:54:00:00:00:01" | sed -n 's/.*lucie\.token=\([0-9a-f]*\).*/\1/p')
  for dataset in tree unknown; do
    status=$(on 1 curl -sS -o answer -w '%{http_code}' -X POST -H "X-Lucie-Token: $token" \
      "http://10.77.0.254:8080/v1/nodes/cnode1/datasets/$dataset/ready")
    is "$status" 422 || return 1
    status=$(on 1 curl -sS -o refused -w '%{http_code}' -H "X-Lucie-Token: $token" \
      "http://10.77.0.254:8080/v1/nodes/cnode1/datasets/$dataset/content")
    is "$status" 422 || return 1
  done
  grep -q "there is no dataset 'unknown'" answer
}

definitions 'ring_wait 60s' 'encrypt yes' || exit 1
start_lucied
step "three nodes get a dataset at once" together
step "an archive is unpacked, on its members alone" unpacked
step "the one that shall be encrypted is" one_is_encrypted
step "there was one ring for each dataset" one_ring_each
step "the ring's key is for root alone" key_is_secret
step "rings are signed by lucied, and nodes know with which key" signed_by_lucied
step "another node cannot send it anything in lucied's name" forged
definitions 'ring_wait 3s' || exit 1
"$lucie" --version > /dev/null && kill -HUP "$(pgrep -x lucied)"
sleep 0.5
step "a node that is late gets the next ring" late_one
step "a node that dies does not hold up the others" one_dies
step "a node that nobody can dial fetches its datasets over HTTP" unreachable
step "what a ring has brought is not fetched again" by_hand
step "what is signed by somebody else, or for somebody else, is not taken" not_trusted
step "a disk that is too small is told at once" no_room
step "a node is ready for its own datasets only" not_for_it
begin_fetch
kill_lucied
start_lucied
fetched=0
wait "$fetching" || fetched=$?
step "a fetch waits for lucied to come back" is "$fetched" 0
step "and goes on where it was" outlives_lucied
finish
