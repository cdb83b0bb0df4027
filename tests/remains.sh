# Sourced after tests/tap.sh by tests of the lab: what a lab may leave behind.
#   note_devices       while the lab is up: remembers the loop devices it has now
#   nothing_remains    the lab in LUCIE_LAB is gone with all it had; the kernel gets ten seconds to take it down
# Looked for: processes with the lab's or the test's folder on their command line, mounts, the noted loop
# devices and those over files of the test, control groups.
note_devices() {
  loop_devices | grep -F -e "$TEST_DIR" -e "$("$BUILD/src/lab/lucie-lab" exec -- findmnt -no SOURCE /srv | sed 's/\[.*//') " \
    >>"$TEST_DIR/devices"
}
loop_devices() { losetup --list --noheadings --raw --output NAME,BACK-INO,BACK-FILE; }

remains() {
  local found=1 group
  pgrep -a -f "$LUCIE_LAB" && found=0
  grep -F "$TEST_DIR" /proc/mounts && found=0
  loop_devices | grep -F "$TEST_DIR" && found=0
  [ ! -s "$TEST_DIR/devices" ] || { loop_devices | grep -F -x -f "$TEST_DIR/devices" && found=0; }
  group=lucie-lab.$(printf %s "$LUCIE_LAB" | sha256sum | head -c 8)
  find /sys/fs/cgroup -maxdepth 2 -name "$group" | grep . && found=0
  return $found
}
nothing_remains() {
  local tries
  for tries in $(seq 100); do
    remains >/dev/null || return 0
    sleep 0.1
  done
  echo "after $tries tries these remain:"
  ! remains
}
