#!/usr/bin/env bash
# Many nodes made of namespaces install themselves at once; says how long it took. NODES=N sets how many (32).
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lab/cluster.sh"
: "${NODES:=32}"
cluster_conf namespace "$NODES" base,ssh >"$TEST_DIR/cluster.conf"

timed_installation() {
  local begin=$SECONDS
  install_all 60m && echo "$NODES nodes in $((SECONDS - begin)) s" >"$TEST_DIR/time"
}
lets_server_in() { eventually in_server ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new "$1" true; }

step "Lucie's packages are made" make_debs
step "LMPs are made" make_lmps base ssh
step "a lab comes up" cluster_up
step "its server is ready" cluster_apply
step "$NODES nodes install themselves at once" timed_installation
[ ! -e "$TEST_DIR/time" ] || sed 's/^/# /' "$TEST_DIR/time"
step "every node lets the server in" every_node lets_server_in
step "its devices are known" note_devices
step "the lab ends" "$lab" down
step "nothing remains" nothing_remains
finish
