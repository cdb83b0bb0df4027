#!/usr/bin/env bash
# A node whose agents tell nothing for three of their intervals is told to the administrator, and so is its coming
# back. Takes four minutes of waiting.
here=$SOURCE/tests/system/agent
. "$here/node.sh"
inside_namespaces "$0"
. "$SOURCE/tests/system/daemon/lucied_tap.sh"
write_sample
mkdir -p "$LUCIE_STATE/lmp/motd/agents"
printf '#!/bin/sh\necho fine\n' > "$LUCIE_STATE/lmp/motd/agents/fine"
chmod 755 "$LUCIE_STATE/lmp/motd/agents/fine"
cat > "$LUCIE_ETC/lucie.conf" << END
define host{
    host_name     cnode00
    address       10.77.0.10
    mac_address   52:54:00:00:00:10
    services      motd
}
define lucie_group{
    name           lucie1
    gateway        10.77.0.254
    subnet         255.255.255.0
    lucie_address  10.77.0.254
    agent_interval 1m
}
define watch{
    watch_name    quiet
    on            silence
    command       "echo \$LUCIE_NODE \$LUCIE_STATE >> $TEST_DIR/commands"
}
END
make_bridge 10.77.0.254/24
make_node cnode00 10.77.0.10/24
compile || { finish; exit 1; }
start_server
step "a node is installed" install cnode00 52:54:00:00:00:10
step "its agent tells" run_agents cnode00
silent() { "$lucie" events | grep -q 'cnode00 agent_silent its agents have told nothing for 3 min'; }
wait_long() { until_true silent || until_true silent || until_true silent || until_true silent; }
step "three intervals later it is silent" wait_long
step "the watch's command was told" until_true has "$TEST_DIR/commands" "cnode00 silent"
shown() { "$lucie" status cnode00 | has /dev/stdin " silent "; }
step "lucie status shows it" shown
back() { run_agents cnode00 && until_true has "$TEST_DIR/commands" "cnode00 ok"; }
step "that it is back is told, too" back
well() { "$lucie" status cnode00 --json | grep -q '"health":"ok"'; }
step "and it is well again" well
finish
