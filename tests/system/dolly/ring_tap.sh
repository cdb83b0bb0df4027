# shellcheck shell=bash
# Sourced by the ring's tests: a master and nodes, each in a network namespace of its own, on one bridge. The whole
# test runs in namespaces that die with it. Nodes have the addresses 10.77.0.1, 10.77.0.2, …; the master 10.77.0.254.
if [ -z "${RING_INSIDE:-}" ]; then
  [ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP needs root"; exit 0; }
  command -v ip >/dev/null || { echo "1..0 # SKIP iproute2 is not installed"; exit 0; }
  RING_INSIDE=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
. "${SOURCE:?is set by ./test}/tests/tap.sh"
dollyplus=$BUILD/src/dolly/dollyplus
cd "$TEST_DIR" || exit 1
holders=()
declare -A receivers

# make_network NODES [RATE]: one namespace for each; RATE shapes every link in both directions.
make_network() {
  local node
  ip link set lo up
  ip link add ring0 type bridge
  ip link set ring0 up
  for node in $(seq "$1") 254; do
    unshare --net sleep infinity &
    holders[node]=$!
    # unshare has made its namespace when it has become sleep.
    until [ "$(cat "/proc/${holders[node]}/comm")" = sleep ]; do sleep 0.02; done
    ip link add "up$node" type veth peer name ring netns "${holders[node]}"
    ip link set "up$node" master ring0 up
    on "$node" ip link set lo up
    on "$node" ip address add "10.77.0.$node/24" dev ring
    on "$node" ip link set ring up
    [ -z "${2:-}" ] || shape "$node" "$2"
  done
}

# shape NODE RATE: its link, both ways.
shape() {
  tc qdisc replace dev "up$1" root tbf rate "$2" burst 256k latency 100ms
  on "$1" tc qdisc replace dev ring root tbf rate "$2" burst 256k latency 100ms
}

# on NODE command…: in its network.
on() {
  local node=$1
  shift
  nsenter --target "${holders[node]}" --net "$@"
}

# receive NODE [option…]: a receiver begins there, with the key in the file $key; its output is in rN.log, its events in rN.json.
receive() {
  local node=$1
  shift
  mkdir -p "root$node"
  # No function: its subshell would be what $! names.
  nsenter --target "${holders[node]}" --net "$dollyplus" receive --root "root$node" --once --key "${key:-key}" --json "$@" \
    > "r$node.json" 2> "r$node.log" &
  receivers[$node]=$!
  echo $! >> pids
}

# all_listen NODE…: waits until they do.
all_listen() {
  local node tries
  for node; do
    for ((tries = 0; tries < 600; tries++)); do
      on "$node" ss -Hlt "sport = 8090" | grep -q LISTEN && continue 2
      sleep 0.05
    done
    echo "n$node does not listen"
    cat "r$node.log"
    return 1
  done
}

begin() {
  for node; do receive "$node"; done
  all_listen "$@"
}

# nodes A B …: what --to wants, n1=10.77.0.1,…
nodes() {
  local node list=
  for node; do list=$list,n$node=10.77.0.$node; done
  echo "${list#,}"
}

send() { on 254 timeout 120 "$dollyplus" send --key key --quiet --json "$@" > sent.json; }

# ended NODE STATUS: its receiver ends with this status.
ended() {
  local status=0
  wait "${receivers[$1]}" || status=$?
  [ "$status" -eq "$2" ] || { echo "n$1 ended with $status, wanted $2:"; tail -5 "r$1.log"; return 1; }
}

# have FILE PLACE NODE…: each has it, whole, and its receiver says so.
have() {
  local file=$1 place=$2 node
  shift 2
  for node; do
    ended "$node" 0 || return 1
    cmp "$file" "root$node/$place" || return 1
    [ -z "$(find "root$node" -name '.*.dolly')" ] || { echo "n$node left something beside"; return 1; }
  done
}

# came NODE: the bytes that its link has brought it. (/sys shows the network that it was mounted in.)
came() { on "$1" awk '$1 == "ring:" { print $2; found = 1 } END { exit !found }' /proc/net/dev; }

# at_most NODE BEFORE BYTES: so many have come since it was BEFORE.
at_most() {
  local now
  now=$(came "$1") && [ -n "$2" ] || return 1
  [ $((now - $2)) -lt "$3" ] || { echo "$((now - $2)) bytes came to n$1"; return 1; }
}

# when_verified NODE BYTES command…: in the background, as soon as the node has said that it has so much.
when_verified() {
  local node=$1 bytes=$2
  shift 2
  {
    local tries
    for ((tries = 0; tries < 1200; tries++)); do
      grep -o '"verified":[0-9]*' "r$node.json" 2>/dev/null | awk -F: -v least="$bytes" '$2 >= least { found = 1 } END { exit !found }' && break
      sleep 0.05
    done
    "$@"
  } &
}

# missing: the nodes that the sender says are missing, with their states.
missing() {
  python3 -c '
import json
end = [json.loads(line) for line in open("sent.json")][-1]
assert end["event"] == "ended" and end["version"] == 1, end
print(" ".join(sorted(each["node"] + ":" + each["state"] for each in end["missing"])))'
}

misses() { [ "$(missing)" = "$*" ] || { echo "missing: $(missing); wanted: $*"; tail -1 sent.json; return 1; }; }

# fresh: nothing of the step before is left. Steps run in subshells, so the receivers are known from a file.
fresh() {
  local process
  [ -f pids ] && while read -r process; do
    kill -KILL "$process" 2>/dev/null
    while [ -d "/proc/$process" ]; do sleep 0.02; done
  done < pids
  rm -rf root* r*.json r*.log sent.json pids
}

openssl rand -hex 32 > key
