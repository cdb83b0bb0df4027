# shellcheck shell=bash
# Sourced by tests of agents: nodes in network, mount and PID namespaces of their own, on a bridge with the server,
# which is this namespace. All of it is in namespaces of the test and ends with it.

inside_namespaces() { # TEST: runs itself again inside
  [ -z "${LUCIE_TEST_INSIDE:-}" ] || return 0
  skip() { echo "1..0 # SKIP $1"; exit 0; }
  [ "$(id -u)" = 0 ] || skip "needs root"
  unshare --mount --net --pid --fork true || skip "needs namespaces"
  LUCIE_TEST_INSIDE=1 exec unshare --mount --net --pid --fork --kill-child --mount-proc bash "$1"
}

has_child() { [ -n "$(cat "/proc/$1/task/$1/children")" ]; }
declare -A node_process
make_bridge() { # ADDRESS/PREFIX
  ip link set lo up && ip link add lucie0 type bridge && ip addr add "$1" dev lucie0 && ip link set lucie0 up
}
make_node() { # NAME ADDRESS/PREFIX: its files are in TEST_DIR/NAME
  local process
  mkdir -p "$TEST_DIR/$1"/{etc,run,state}
  unshare --net --mount --pid --fork --kill-child --mount-proc sleep infinity &
  process=$!
  jobs_to_end+=("$process")
  until_true has_child $process || return
  node_process[$1]=$(cat "/proc/$process/task/$process/children")
  node_process[$1]=${node_process[$1]% }
  ip link add "to-$1" type veth peer name eth0 netns "${node_process[$1]}" || return
  ip link set "to-$1" master lucie0 up
  on "$1" sh -c "ip link set lo up && ip addr add $2 dev eth0 && ip link set eth0 up && ip route add default dev eth0"
}
on() { # NAME COMMAND…: runs it on the node
  local name=$1
  shift
  LUCIE_ETC="$TEST_DIR/$name/etc" LUCIE_STATE="$TEST_DIR/$name/state" LUCIE_RUN="$TEST_DIR/$name/run" \
    NODE="$TEST_DIR/$name" LUCIE_AGENT_LIBRARY="$SOURCE/include/lucie/agent.sh" \
    nsenter --target "${node_process[$name]}" --net --mount --pid "$@"
}

# A lucied that nodes reach; not within `step`, as in lucied_tap.sh, which is sourced behind this file.
start_server() {
  agent=$BUILD/src/agent/lucie-agent
  setpriv --pdeathsig KILL "$lucied" 2> "$TEST_DIR/lucied.log" &
  lucied_process=$!
  until_true healthy
}

# What an installation leaves on a node.
ask() { on "$1" curl -sS --max-time 20 -H "X-Lucie-Token: ${token[$1]:-}" "http://10.77.0.254:8080$2"; }
install() { # NAME MAC: files of the overlay below TEST_DIR/NAME, agent.conf from the slice
  "$lucie" install "$1" || return
  token[$1]=$(ask "$1" "/boot/$2" | sed -n 's/.*lucie\.token=\([0-9a-f]*\).*/\1/p')
  ask "$1" "/v1/nodes/$1/slice" > "$TEST_DIR/$1/slice" || return
  ask "$1" "/v1/nodes/$1/overlay.tar" | tar --extract --directory "$TEST_DIR/$1" || return
  python3 -c 'import json, sys
slice = json.load(open(sys.argv[1])); agent = slice["agent"]
print("host", slice["host"]); print("source", slice["address"])
for key in ["address", "port", "interval", "key"]: print(key, agent[key])' "$TEST_DIR/$1/slice" > "$TEST_DIR/$1/etc/agent.conf"
  on "$1" curl -sS -H "X-Lucie-Token: ${token[$1]}" --data-binary '{"version":1,"events":[{"kind":"finished"}]}' \
    "http://10.77.0.254:8080/v1/nodes/$1/events"
}
run_agents() { on "$1" "$agent" --agents "$TEST_DIR/$1/usr/lib/lucie/agents" "${@:2}"; }
