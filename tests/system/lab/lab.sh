#!/usr/bin/env bash
# A lab comes up with Lucie's own packages installed in its server, and nothing of it stays, however it ends.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/remains.sh"
[ "$(id -u)" -eq 0 ] || skip_all "the lab needs root"
for tool in mmdebstrap dpkg-buildpackage qemu-system-x86_64 unshare nsenter; do
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
export LUCIE_LAB=$TEST_DIR/lab
lab=$BUILD/src/lab/lucie-lab
trap '"$lab" down >/dev/null 2>&1; rm -rf "$TEST_DIR"' EXIT

cat >"$TEST_DIR/cluster.conf" <<'CONF'
define lucie_group{
  name           lucie1
  domain_name    example.org
  gateway        192.168.10.254
  subnet         255.255.255.0
  lucie_server   lucie1.example.org
  lucie_address  192.168.10.250
}
define host{
  host_name      cnode[00-01]
  address        192.168.10.[1-2]
  mac_address    52:54:00:12:34:[01-02]
  lucie_group    lucie1
}
CONF
sed 's/lucie_address.*//' "$TEST_DIR/cluster.conf" >"$TEST_DIR/wrong.conf"

up() { "$lab" up --debs "$TEST_DIR/debs" --detach "$TEST_DIR/cluster.conf"; }
in_server() { "$lab" exec -- "$@"; }

owner() { "$lab" status --json | sed -n 's/.*"process": \([0-9]*\).*/\1/p'; }
kill_owner() { note_devices && kill -9 "$(owner)"; }
kill_first_process() { note_devices && kill -9 "$(cut -d' ' -f1 "$LUCIE_LAB/keeper")"; }

refused_without_address() {
  expect 1 "$lab" up --debs "$TEST_DIR/debs" "$TEST_DIR/wrong.conf" 2>&1 | grep -F "has no lucie_address"
}
network_is_its_own() { in_server ip -brief address | grep -F "192.168.10.250/24" && ! ip -brief address | grep -F lucie0; }
processes_are_its_own() { test "$(in_server sh -c 'ls -d /proc/[0-9]* | wc -l')" -lt 10; }
state_is_plain() { in_server findmnt -no FSTYPE --target /var/lib/lucie | grep -x ext4; }
root_is_overlay() { in_server findmnt -no FSTYPE / | grep -x overlay; }
machine_goes_on_and_off() {
  "$lab" power cnode01 on && "$lab" status | grep -E "^cnode01 +machine +on " &&
    "$lab" power cnode01 off && "$lab" status | grep -E "^cnode01 +machine +off "
}
# The new QEMU gets what the old one held; a machine that ended by itself is off.
machine_cycles() {
  local tries entered
  "$lab" power cnode01 on && "$lab" power cnode01 cycle && "$lab" power cnode01 cycle &&
    "$lab" status | grep -E "^cnode01 +machine +on " || return 1
  entered=$(cat "$LUCIE_LAB/machines/cnode01")
  kill -KILL "$(tr -d ' ' <"/proc/$entered/task/$entered/children")" || return 1
  for tries in $(seq 50); do
    "$lab" status | grep -E "^cnode01 +machine +off " && break
    sleep 0.1
  done
  "$lab" power cnode01 on && "$lab" power cnode01 off
}
unknown_machine() { expect 1 "$lab" power cnode77 on 2>&1 | grep -F "no machine 'cnode77'"; }

step "Lucie's packages are made" "$SOURCE/packaging/build-debs" "$BUILD" "$TEST_DIR/debs"
step "without a lab, exec says what to do" expect 1 "$lab" exec -- true
step "down without a lab is no fault" "$lab" down
step "definitions without the server's address are refused" refused_without_address
step "a lab comes up" up
step "a second one is refused" expect 1 up
step "Lucie's packages are installed in it" in_server dpkg --verify lucie-server lucie-lmp
step "apt finds nothing wrong there" in_server apt-get check
step "the machine has not got them" expect 1 test -e /usr/bin/lucie-setup
step "its network is its own" network_is_its_own
step "its processes are its own" processes_are_its_own
step "its root is a view" root_is_overlay
step "its state is on a plain file system" state_is_plain
step "exec hands on the exit status" expect 7 in_server sh -c "exit 7"
step "machines go on and off" machine_goes_on_and_off
step "machines are switched off and on in one go" machine_cycles
step "a wrong machine is refused" unknown_machine
step "a daemon in the server" in_server sh -c "setsid sleep 4711 >/dev/null 2>&1 &"
step "its devices are known" note_devices
step "down ends it" "$lab" down
step "nothing remains after down" nothing_remains
step "it comes up again" up
step "a machine runs" "$lab" power cnode00 on
step "its owner is killed" kill_owner
step "nothing remains after kill -9 of the owner" nothing_remains
step "it comes up once more" up
step "its keeper is killed" kill_first_process
step "nothing remains after kill -9 of the keeper" nothing_remains
finish
