#!/usr/bin/env bash
# What agents of nodes find gets to lucied by multicast over a bridge, is recorded, told and set right; and what
# others send is not. A real lucied, real lucie-agents, two nodes in namespaces.
here=$SOURCE/tests/system/agent
. "$here/node.sh"
inside_namespaces "$0"
. "$SOURCE/tests/system/daemon/lucied_tap.sh"

# --- the server: LMP motd with agents that look after a daemon, watches, and a sendmail that keeps its mail
write_sample
mkdir -p "$LUCIE_STATE/lmp/motd/agents" "$TEST_DIR/bin"
cat > "$LUCIE_STATE/lmp/motd/agents/daemon" << 'END'
#!/bin/sh
# recover: daemon.recover
. "${LUCIE_AGENT_LIBRARY:-/usr/share/lucie/agent.sh}"
pid_file_runs "$NODE/run/daemon.pid" || failure "the daemon is gone"
ok "the daemon runs"
END
cat > "$LUCIE_STATE/lmp/motd/agents/daemon.recover" << 'END'
#!/bin/sh
setsid sleep 1000 > /dev/null 2>&1 &
echo $! > "$NODE/run/daemon.pid"
echo started
END
cat > "$LUCIE_STATE/lmp/motd/agents/many" << 'END'
#!/bin/sh
cat "$NODE/many" 2> /dev/null || echo nothing
END
chmod 755 "$LUCIE_STATE"/lmp/motd/agents/*
cat > "$LUCIE_ETC/lucie.conf" << END
define host{
    host_name     cnode[00-01]
    address       10.77.0.[10-11]
    mac_address   52:54:00:00:00:[10-11]
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
    watch_name    restart
    agents        motd/daemon
    recover       yes
    mail          root
    command       "echo \$LUCIE_WATCH \$LUCIE_NODE \$LUCIE_AGENT \$LUCIE_STATE \$LUCIE_TEXT >> $TEST_DIR/commands"
}
END
printf '#!/bin/sh\n{ echo "$@"; cat; } >> %s/mails\n' "$TEST_DIR" > "$TEST_DIR/bin/sendmail"
chmod 755 "$TEST_DIR/bin/sendmail"

make_bridge 10.77.0.254/24
make_node cnode00 10.77.0.10/24
make_node cnode01 10.77.0.11/24
compile || { finish; exit 1; }
PATH=$TEST_DIR/bin:$PATH start_server

key_of() { sed -n 's/^key //p' "$TEST_DIR/$1/etc/agent.conf"; }
events_of() { "$lucie" events --node "$1" | sed -n 's/^[^ ]* [^ ]* \(agent_\|recovery_\|watch_\)/\1/p' | without_times; }

step "a node is installed" install cnode00 52:54:00:00:00:10
step "and another" install cnode01 52:54:00:00:00:11
lies_there() {
  test -x "$TEST_DIR/cnode00/usr/lib/lucie/agents/motd/daemon" &&
    grep -q '^address 239.192.76.67$' "$TEST_DIR/cnode00/etc/agent.conf" &&
    [ "$(key_of cnode00)" != "$(key_of cnode01)" ]
}
step "its agents, the group's address and a key of its own are there" lies_there
listed() { is "$(run_agents cnode00 --list)" $'motd/daemon\trecover: daemon.recover\nmotd/many'; }
step "lucie-agent lists them" listed

# --- detection and recovery
none_yet() { is "$("$lucie" agents 2>&1)" "no agent has told anything yet"; }
step "nothing was told yet" none_yet
healed() {
  run_agents cnode00 || return
  is "$(events_of cnode00 | grep -v watch_)" "agent_failure motd/daemon TIME the daemon is gone
agent_ok motd/many TIME nothing
recovery_ordered motd/daemon watch restart
recovery_done motd/daemon TIME started
agent_ok motd/daemon TIME the daemon runs"
}
step "what fails is told by multicast, and set right by the watch's order" healed
daemon_lives() { on cnode00 sh -c 'kill -0 "$(cat "$NODE/run/daemon.pid")"'; }
step "the daemon runs" daemon_lives
told() { is "$(cat "$TEST_DIR/commands")" "restart cnode00 motd/daemon failure the daemon is gone
restart cnode00 motd/daemon ok the daemon runs"; }
step "the watch's command was told of both" until_true told
mailed() {
  has "$TEST_DIR/mails" "-t -oi" && has "$TEST_DIR/mails" "To: root" &&
    has "$TEST_DIR/mails" "cnode00 motd/daemon: failure" && has "$TEST_DIR/mails" "the daemon is gone"
}
step "mail was sent" until_true mailed
told_events() {
  is "$("$lucie" events --node cnode00 | grep -c 'watch_told motd/daemon watch restart: mail to root (failure)')" 1
}
step "both are events" until_true told_events
shown() {
  "$lucie" agents cnode00 | sed 1d | without_times > "$TEST_DIR/out"
  is "$(cat "$TEST_DIR/out")" "cnode00 motd/daemon ok WHEN WHEN the daemon runs
cnode00 motd/many ok WHEN WHEN nothing" &&
    "$lucie" agents --json | grep -q '{"node":"cnode00","lmp":"motd","agent":"daemon","verdict":"ok",' &&
    "$lucie" status cnode00 --json | grep -q '"health":"ok"'
}
step "lucie shows it" shown
again() { run_agents cnode00 && run_agents cnode00 && is "$(events_of cnode00 | grep -vc watch_)" 5; }
step "what does not change is no event" again
gone() { ! on cnode00 sh -c '. "$LUCIE_AGENT_LIBRARY"; pid_file_runs "$NODE/run/daemon.pid"'; }
helpless() {
  printf '#!/bin/sh\necho "no way" >&2\nexit 9\n' > "$TEST_DIR/cnode00/usr/lib/lucie/agents/motd/daemon.recover"
  on cnode00 sh -c 'kill "$(cat "$NODE/run/daemon.pid")"'
  until_true gone || return
  run_agents cnode00 && is "$(events_of cnode00 | grep -v watch_ | tail -n 3)" \
    "agent_failure motd/daemon TIME the daemon is gone
recovery_ordered motd/daemon watch restart
recovery_failed motd/daemon TIME exit status 9: no way"
}
step "a recovery that fails is told" helpless
patient() {
  run_agents cnode00 && is "$(events_of cnode00 | grep -c recovery_ordered)" 2
}
step "within its repeat the watch orders nothing again" patient
ill() {
  "$lucie" status cnode00 | sed 1d | without_times > "$TEST_DIR/out"
  is "$(cat "$TEST_DIR/out")" "cnode00 installed no full TIME WHEN failure not yet booted from its own disk" &&
    "$lucie" status cnode00 --json | grep -q '"health":"failure","health_text":"motd/daemon: the daemon is gone"'
}
step "lucie status shows its health" ill

# --- other ways
long_text() {
  head -c 5000 /dev/zero | tr '\0' '&' > "$TEST_DIR/cnode01/many"
  run_agents cnode01 && "$lucie" agents cnode01 | grep -q '&&&\.\.\.'
}
step "long texts are cut, and need more datagrams" long_text
by_cron() {
  rm "$TEST_DIR/cnode01/many"
  run_agents cnode01 --cron && "$lucie" agents cnode01 | grep -q 'motd/many.*nothing'
}
step "cron's run tells, too" by_cron
directly() {
  sed -i 's/^address .*/address 239.192.1.1/' "$TEST_DIR/cnode01/etc/agent.conf"
  echo "server 10.77.0.254" >> "$TEST_DIR/cnode01/etc/agent.conf"
  echo "by its address" > "$TEST_DIR/cnode01/many"
  run_agents cnode01 && "$lucie" agents cnode01 | grep -q 'by its address'
}
step "where multicasts do not get through, lucied's own address is used" directly
nobody() {
  sed -i 's/^server .*/server 10.77.0.200/' "$TEST_DIR/cnode01/etc/agent.conf"
  expect 3 run_agents cnode01 > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "no lucied answers at 239.192.1.1 or 10.77.0.200, port 8082"
}
step "a lucied that does not answer is told" nobody
not_installed() {
  expect 3 env LUCIE_ETC="$TEST_DIR/none" "$agent" > "$TEST_DIR/out" 2>&1
  has "$TEST_DIR/out" "agent.conf does not exist" && expect 0 env LUCIE_ETC="$TEST_DIR/none" "$agent" --cron
}
step "without agent.conf nothing is run" not_installed

# --- the schema, and what must be refused
if command -v xmllint > /dev/null; then
  valid() {
    run_agents cnode00 --print > "$TEST_DIR/report.xml" &&
      xmllint --noout --schema "$SOURCE/docs/agent-report.xsd" "$TEST_DIR/report.xml"
  }
  step "a report is as its schema says" valid
  invalid() {
    sed 's/verdict="[a-z]*"/verdict="fine"/' "$TEST_DIR/report.xml" > "$TEST_DIR/wrong.xml"
    ! xmllint --noout --schema "$SOURCE/docs/agent-report.xsd" "$TEST_DIR/wrong.xml"
  }
  step "and the schema refuses another verdict" invalid
fi
attack() { on cnode00 python3 "$here/attack.py" 10.77.0.254 cnode00 "$(key_of cnode00)" "$(key_of cnode01)" "$@"; }
for kind in wrong-key other-host no-seal broken-xml wrong-version oversized empty replayed unknown-element; do
  step "$kind is refused without an answer" attack $kind
done
step "an old clock is refused with its reason" attack old-clock
nothing_recorded() { ! "$lucie" agents cnode00 | grep -q evil; }
step "nothing of it is recorded" nothing_recorded
log_says() { has "$TEST_DIR/lucied.log" "refused what agents of 10.77.0.10 tell: "; }
step "lucied's log says so" log_says
still() { run_agents cnode00 && healthy; }
step "lucied goes on" still
finish
