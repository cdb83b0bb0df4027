#!/usr/bin/env bash
# The main job: three machines, two with a BIOS and one with UEFI, install themselves over the network at once and
# start from their own disks. Then the same again, killed in the middle, of which nothing may stay.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/remains.sh"
[ "$(id -u)" -eq 0 ] || skip_all "the lab needs root"
for tool in mmdebstrap dpkg-buildpackage qemu-system-x86_64 unshare nsenter gpg; do
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
export LUCIE_LAB=$TEST_DIR/lab
lab=$BUILD/src/lab/lucie-lab
child=""
trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null; rm -rf "$TEST_DIR"' EXIT

journey() { "$lab" quickstart --source "$SOURCE" --build "$BUILD"; }
whole_journey() {
  journey >"$TEST_DIR/summary" 2>"$TEST_DIR/progress" && return
  cat "$TEST_DIR/progress" "$TEST_DIR/summary"
  return 1
}
summary_has() { grep -E "$1" "$TEST_DIR/summary" || { cat "$TEST_DIR/summary"; return 1; }; }
# What the nodes said of themselves after the start from their own disks.
firmware_is() { [ "$(grep -c "^$1 label, root on /dev/vda" "$TEST_DIR/progress")" = "$2" ]; }
log_has() { grep -E "$2" "${LUCIE_CACHE:-/var/cache/lucie}"/lab/log/*-"$1".log; }


# Module remotelogin: a login on a node that installs itself, whose root is the NFS root.
node_lets_in() {
  local tries
  for tries in $(seq 200); do
    "$lab" exec -- ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=5 root@192.168.10.2 \
      findmnt --noheadings --output FSTYPE / >"$TEST_DIR/let_in" 2>&1 && break
    sleep 0.5
  done
}
killed_while_installing() {
  local tries
  "$lab" quickstart --source "$SOURCE" --build "$BUILD" >"$TEST_DIR/killed" 2>&1 &
  child=$!
  for tries in $(seq 4000); do
    kill -0 "$child" 2>/dev/null || { cat "$TEST_DIR/killed"; return 1; }
    "$lab" exec -- lucie status --json 2>/dev/null | grep -q '"installing"' && break
    sleep 0.2
  done
  node_lets_in
  note_devices
  kill -9 "$child"
  wait "$child" 2>/dev/null
  child=""
  [ "$tries" -lt 4000 ] || { echo "the node never began to install"; cat "$TEST_DIR/killed"; return 1; }
}

step "the whole way" whole_journey
for node in cnode00 cnode01 cnode02; do
  step "$node is installed" summary_has "^$node installed( [0-9]+ s)?\$"
done
step "one started with a BIOS from an msdos label" firmware_is "BIOS, dos" 1
step "one started with a BIOS from a gpt label" firmware_is "BIOS, gpt" 1
step "one started with UEFI" firmware_is "UEFI, gpt" 1
step "a dataset went to all of them" summary_has '^a dataset that went round by Dolly\+ +.*genome on 3 nodes'
step "each told that it has it" log_has inspect 'cnode02 +ring_node_done'
step "an LMP needs another" summary_has '^an LMP that needs another +.*apt brings c-develop with c\+\+-develop'
step "a module of the administrator's own ran" log_has modules '^firmware UEFI$'
step "a module of an LMP ran" log_has modules '^installer data greeted cnode02$'
step "an LMP asked its question" summary_has '^an LMP that asks +.*mpich'
step "a stopped daemon was found and started again" summary_has '^a daemon that stops +.*chrony stopped on cnode01: found after'
step "a spoiled node was repaired in less time" summary_has '^a spoiled node is repaired +.*cnode00 is as it should be again after'
step "every state was told" log_has inspect 'armed'
step "every module ran" log_has inspect 'finalize'
step "nothing remains" nothing_remains
step "a second one is killed while its node installs" killed_while_installing
step "a login on it found the NFS root" grep -q '^nfs4$' "$TEST_DIR/let_in"
step "nothing remains after kill -9" nothing_remains
finish
