#!/usr/bin/env bash
# A node's way through an installation, as lucied and lucie see it.
. "$SOURCE/tests/system/daemon/lucied_tap.sh"

not_running() {
  expect 3 "$lucie" status > "$TEST_DIR/out" 2>&1 || return
  has "$TEST_DIR/out" "lucied is not running" && has "$TEST_DIR/out" "hint: "
}
step "lucie says that lucied is not running" not_running

start_lucied
nothing_compiled() {
  is "$(curl -s -w '%{http_code}' "http://127.0.0.1:$port/boot/52:54:00:00:00:10")" \
    "no cluster is compiled yet: run lucie-setup apply on the server
503" || return
  expect 1 "$lucie" status > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "no cluster is compiled yet"
}
step "it starts without a compiled cluster and says so" nothing_compiled

write_sample
step "a cluster is compiled" compile
reloaded() { kill -HUP $lucied_process && until_true "$lucie" status cnode00; }
step "SIGHUP reads it" reloaded

only_one() {
  expect 3 "$lucied" --port 0 > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "another lucied is running"
}
step "a second lucied is refused" only_one
port_taken() {
  LUCIE_RUN="$TEST_DIR/other" LUCIE_STATE="$TEST_DIR/other" \
    expect 3 "$lucied" --listen 127.0.0.1 --port "$port" > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "listen on 127.0.0.1:$port: Address already in use"
}
step "a taken port is told" port_taken
as_nobody() {
  chmod 755 "$TEST_DIR"
  expect 3 setpriv --reuid=65534 --regid=65534 --clear-groups "$lucie" status > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "no permission to use $LUCIE_RUN/lucied.sock"
}
if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$lucie"; then
  step "only root may use the admin socket" as_nobody
fi

unarmed() {
  node 0 /boot/52:54:00:00:00:10 > "$TEST_DIR/script" && has "$TEST_DIR/script" sanboot
}
step "an unarmed node boots its own disk" unarmed
unknown() {
  node 0 /boot/52:54:00:00:00:99 > "$TEST_DIR/script" && has "$TEST_DIR/script" "no host of this cluster"
}
step "an unknown MAC address is told and boots its own disk" unknown
wrong_name() {
  expect 1 "$lucie" install cnode0 > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "error: there is no host 'cnode0'" && has "$TEST_DIR/out" "did you mean 'cnode00'?"
}
step "a wrong name is told with the nearest one" wrong_name
guarded() {
  expect 1 "$lucie" install all > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "host 'cnode03' is protected" && ! "$lucie" status | grep -q ' armed '
}
step "a protected host is not armed, nor any other with it" guarded
no_name() {
  local command
  for command in install disarm wait; do
    expect 2 "$lucie" $command "" > "$TEST_DIR/out" 2>&1 && has "$TEST_DIR/out" "NODESET is empty" || return
  done
}
step "an empty node set is not every node" no_name
step "--protected arms it" "$lucie" install cnode03 --protected
step "disarm takes it back" "$lucie" disarm cnode03
step "its state is what it was" state_is cnode03 unknown

"$lucie" install @rack1 --wait --booted > "$TEST_DIR/wait.out" 2> "$TEST_DIR/wait.err" &
waiting=$!
jobs_to_end+=("$waiting")
until_true state_is cnode01 armed
"$lucie" events -f --node cnode00 --json > "$TEST_DIR/follow" 2> /dev/null &
jobs_to_end+=("$!")

boot 0
step "an armed node is told to install" has "$TEST_DIR/script" "lucie.host=cnode00 lucie.mac=52:54:00:00:00:10"
step "its state is booting" state_is cnode00 booting
slice() { node 0 /v1/nodes/cnode00/slice > "$TEST_DIR/slice" && has "$TEST_DIR/slice" '"bash=5.2-1"'; }
step "it gets its slice" slice
overlay() {
  node 0 /v1/nodes/cnode00/overlay.tar | tar -xOf - etc/motd > "$TEST_DIR/motd"
  is "$(cat "$TEST_DIR/motd")" "cnode00 at 127.0.0.10"
}
step "it gets its files, expanded" overlay
scripts() { is "$(node 0 /v1/nodes/cnode00/scripts.tar | tar -tf -)" motd/10-hello; }
step "it gets its scripts" scripts
modules() { is "$(node 0 /v1/nodes/cnode00/modules.tar | tar -tf -)" ""; }
step "it gets an empty archive of modules" modules
host_keys() {
  node 0 /v1/nodes/cnode00/host-keys.tar > "$TEST_DIR/keys.tar" &&
    is "$(tar -tf "$TEST_DIR/keys.tar" | grep -c '^etc/ssh/ssh_host_.*_key$')" 3 &&
    tar -xOf "$TEST_DIR/keys.tar" etc/ssh/ssh_host_rsa_key > "$TEST_DIR/key" && chmod 600 "$TEST_DIR/key" &&
    ssh-keygen -y -f "$TEST_DIR/key" | cmp - "$LUCIE_STATE/secrets/hosts/cnode00/ssh_host_rsa_key.pub"
}
step "it gets the host keys that are kept for it" host_keys
known() {
  local wanted
  wanted=$(cut -d' ' -f1,2 "$LUCIE_STATE/secrets/hosts/cnode01/ssh_host_ed25519_key.pub")
  is "$(node 0 /v1/nodes/cnode00/overlay.tar | tar -xOf - etc/known | sed -n 2p)" "cnode01 $wanted"
}
step "its templates know the other nodes' keys" known
refusals() {
  local right=${token[0]}
  token[0]=00 && is "$(node_status 0 /v1/nodes/cnode00/slice)" 403 || return
  token[0]= && is "$(node_status 0 /v1/nodes/cnode00/slice)" 403 || return
  token[0]=$right
  is "$(node_status 0 /v1/nodes/cnode01/slice)" 403 &&
    is "$(node_status 0 /v1/nodes/cnode00/slice --interface 127.0.0.11)" 403 &&
    is "$(node_status 0 /v1/nodes/cnode01/host-keys.tar)" 403 &&
    is "$(node_status 0 /v1/nodes/nobody/slice)" 404
}
step "a wrong token, a wrong node and a wrong address are refused" refusals
at_work() {
  is "$(send_events 0 '{"kind":"started"}' '{"kind":"module_started","module":"partition"}' \
    '{"kind":"progress","module":"partition","fraction":0.25}')" 204 &&
    is "$("$lucie" status cnode00 2> /dev/null | sed 1d | without_times)" \
      "cnode00 installing yes full partition 25% WHEN"
}
step "events change what status shows" at_work
step "lucie install --wait tells of it" until_true has "$TEST_DIR/wait.err" "cnode00 installing partition"
log() {
  is "$(node_status 0 /v1/nodes/cnode00/log/partition --data-binary $'one\ntwo\n')" 204 &&
    is "$(node_status 0 /v1/nodes/cnode00/log/partition --data-binary $'\e[31mthree\n')" 204 &&
    is "$("$lucie" logs cnode00 partition)" $'one\ntwo\n\\x1b[31mthree' &&
    is "$("$lucie" logs cnode00 | sed 1d | without_times)" "partition 19 B WHEN"
}
step "logs are kept, and shown without their escapes" log
finished() {
  is "$(send_events 0 '{"kind":"module_done","module":"partition","seconds":3.2}' '{"kind":"finished"}')" 204 &&
    is "$("$lucie" status cnode00 2> /dev/null | sed 1d | without_times)" \
      "cnode00 installed no full TIME WHEN not yet booted from its own disk"
}
step "finished: installed and disarmed" finished
ended() { is "$(node_status 0 /v1/nodes/cnode00/slice)" 403; }
step "the token has ended" ended
local_boot() { node 0 /boot/52:54:00:00:00:10 > "$TEST_DIR/script" && has "$TEST_DIR/script" sanboot; }
step "the next boot is from its own disk" local_boot

boot 1
failing() {
  node 1 /v1/nodes/cnode01/slice > /dev/null
  is "$(node_status 1 /v1/nodes/cnode01/log/install --data-binary $'E: no space\n')" 204 &&
    is "$(send_events 1 '{"kind":"module_started","module":"install"}' \
      '{"kind":"module_failed","module":"install","message":"apt-get failed"}' '{"kind":"failed"}')" 204
}
step "another node fails" failing
wait $waiting
wait_status=$?
step "lucie install --wait ends with status 1" is $wait_status 1
outcomes() {
  is "$(without_times < "$TEST_DIR/wait.out")" "cnode00 installed TIME
cnode01 failed in install: apt-get failed"
}
step "each node has its line" outcomes
reasons() { has "$TEST_DIR/wait.err" "    E: no space"; }
step "the end of the failed module's log is shown" reasons
waited() {
  expect 0 "$lucie" wait cnode00 --booted > "$TEST_DIR/out" 2> /dev/null || return
  is "$(without_times < "$TEST_DIR/out")" "cnode00 installed TIME"
  expect 1 "$lucie" wait cnode02 > "$TEST_DIR/out" 2> /dev/null || return
  is "$(cat "$TEST_DIR/out")" "cnode02 was never armed"
}
step "lucie wait tells at once what has ended" waited
gives_up() {
  "$lucie" install cnode02 2> /dev/null || return
  expect 1 "$lucie" wait cnode02 --timeout 1s > "$TEST_DIR/out" 2>&1 || return
  has "$TEST_DIR/out" "the time is up, not installed: cnode02" && "$lucie" disarm cnode02
}
step "--timeout gives up" gives_up

cat > "$TEST_DIR/wanted" << 'EOF'
WHEN cnode00 boot_local
WHEN cnode00 armed
WHEN cnode00 boot
WHEN cnode00 slice
WHEN cnode00 started
WHEN cnode00 module_started partition
WHEN cnode00 progress partition 25%
WHEN cnode00 module_done partition TIME
WHEN cnode00 finished TIME
WHEN cnode00 boot_local TIME
EOF
events() { "$lucie" events --node cnode00 | without_times > "$TEST_DIR/out" && same "$TEST_DIR/wanted" "$TEST_DIR/out"; }
step "events tell it all" events
without_numbers() { sed -E 's/20[0-9]{2}-[0-9-]*T[0-9:]*Z/WHEN/g; s/"(seconds|id|last_event)":[0-9.]+/"\1":N/g'; }
records() {
  is "$("$lucie" status cnode00,cnode02 --json | without_numbers)" '{"version":1,"nodes":[{"name":"cnode00",'\
'"address":"127.0.0.10","mac_address":"52:54:00:00:00:10","installer":"full","state":"installed","armed":false,'\
'"fraction":1.0,"since":"WHEN","seconds":N},{"name":"cnode02","address":"127.0.0.12",'\
'"mac_address":"52:54:00:00:00:12","installer":"full","state":"unknown","armed":false,"since":"WHEN"}]}' || return
  "$lucie" events --node cnode00 --json | without_numbers > "$TEST_DIR/out"
  has "$TEST_DIR/out" '{"version":1,"events":[{"id":N,"time":"WHEN","node":"cnode00","kind":"boot_local"},' &&
    has "$TEST_DIR/out" '{"id":N,"time":"WHEN","node":"cnode00","kind":"finished","seconds":N},' || return
  is "$(admin http://lucied/v1/health | without_numbers)" \
    "{\"compiled\":1,\"last_event\":N,\"listen\":\"127.0.0.1:$port\",\"status\":\"ok\",\"version\":1}" &&
    is "$("$lucie" logs cnode01 --json | without_numbers)" \
      '{"logs":[{"modified":"WHEN","module":"install","size":12}],"version":1}' &&
    is "$(admin http://lucied/v1/nodes/nobody/logs | without_numbers)" \
      '{"error":"there is no host '"'nobody'"'","hint":"","version":1}'
}
step "JSON records are as docs/http-api.md says" records
follows() { is "$(grep -c '"node":"cnode00"' "$TEST_DIR/follow")" 10; }
step "events -f has told them as they came" until_true follows
nodes() {
  is "$("$lucie" nodes cnode00 | sed 1d | without_times)" "cnode00 127.0.0.10 52:54:00:00:00:10 full"
}
step "nodes lists addresses" nodes

ends() {
  kill -TERM $lucied_process
  until_true test ! -e "$LUCIE_RUN/lucied.sock" && has "$TEST_DIR/lucied.log" ending
}
step "SIGTERM ends it and takes the socket away" ends
wait $lucied_process
step "with status 0" is $? 0
finish
