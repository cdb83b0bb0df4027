#!/usr/bin/env bash
# A node without a machine is installed by a real lucied, damaged, and repaired: modules of an LMP and of the
# administrator's own, their hooks, remotelogin, and the host keys that the server keeps. All of it lies in namespaces
# and a memory file system, so that nothing stays behind however the test ends.
here=$SOURCE/tests/system/installer

if [ -z "${LUCIE_TEST_INSIDE:-}" ]; then
  skip() { echo "1..0 # SKIP $1"; exit 0; }
  [ "$(id -u)" = 0 ] || skip "needs root"
  for program in unshare mmdebstrap sfdisk mkfs.ext4 zstd curl ssh-keygen sshd ip; do
    command -v "$program" > /dev/null || skip "needs $program"
  done
  unshare --mount --net --pid --uts --fork true || skip "needs namespaces"
  . "$here/base_archive.sh"
  LUCIE_TEST_BASE=$(base_archive) || skip "no base archive could be made"
  export LUCIE_TEST_BASE LUCIE_TEST_INSIDE=1
  exec unshare --mount --net --pid --uts --fork --kill-child --mount-proc bash "$0"
fi

mount -t tmpfs -o size=4G tmpfs /run || exit 1
export TMPDIR=/run
. "${SOURCE:?is set by ./test}/tests/tap.sh" || exit 1
server=192.168.10.250 address=192.168.10.1 mac=52:54:00:12:34:01
ip link set lo up
ip link add br0 type bridge
ip address add "$server/24" dev br0
ip address add "$address/24" dev br0
ip link set br0 up
# What this machine says to the server comes from the node's address.
ip route change local "$server" dev br0 src "$address" table local

lucie=$BUILD/src/control/lucie
installer=$BUILD/src/installer/lucie-installer
export LUCIE_STATE=$TEST_DIR/state LUCIE_ETC=$TEST_DIR/etc LUCIE_TEMPLATES=$SOURCE/templates LUCIE_RUN=$TEST_DIR/run
node_run=$TEST_DIR/node-run
has() { grep -qF -- "$2" "$1" || { cat "$1"; return 1; }; }
is() { [ "$1" = "$2" ] || { echo "'$1', wanted '$2'"; return 1; }; }

# --- the node's disk, and the server's definitions
truncate -s 1200M "$TEST_DIR/disk"
coproc disks { exec "$BUILD/tests/system/installer/node_server" "$TEST_DIR/none" 8081 "$TEST_DIR/disk" 2>&1; }
read -r disk <&"${disks[0]}"
case $disk in /dev/loop*) ;; *) echo "Bail out! $disk"; exit 1 ;; esac
mkdir -p "$LUCIE_STATE"/{base,lmp} "$LUCIE_ETC/modules.d"
cp "$LUCIE_TEST_BASE" "$LUCIE_STATE/base/full.tar.zst"
cp -r "$SOURCE/lmps/hello" "$LUCIE_STATE/lmp/hello"
ssh-keygen -q -t ed25519 -N '' -C admin -f "$TEST_DIR/admin"
ssh-keygen -q -t ed25519 -N '' -f "$TEST_DIR/stranger"
cat > "$LUCIE_ETC/lucie.conf" << END
define host{
    host_name     cnode00
    address       $address
    mac_address   $mac
    lucie_group   lucie1
    services      hello
    disk_layout   small
}
define lucie_group{
    name          lucie1
    domain_name   cluster.example.org
    gateway       192.168.10.254
    subnet        255.255.255.0
    lucie_address $server
}
define installer{
    installer_name       full
    target               debian-12
    modules              init, partition, mount, extrbase, remotelogin, install, hello, mark, configure, finalize
    ssh_authorized_keys  $(cat "$TEST_DIR/admin.pub")
}
define disk_layout{
    layout_name   small
    disk          $disk
    label         msdos
    partition     /  700M-  ext4
}
END

# The administrator's own: a module, and a hook of a shipped one.
cat > "$LUCIE_ETC/modules.d/mark" << 'END'
#!/bin/sh
. "$LUCIE_MODULE_LIBRARY"
needs=target after=base produces=
run() { fetch host-keys.tar | tar -tf - | in_target tee /etc/marked; }
module "$@"
END
cat > "$LUCIE_ETC/modules.d/configure.after" << 'END'
#!/bin/sh
echo "hook of $LUCIE_MODULE" >> "$LUCIE_TARGET/etc/hooked"
END
chmod 755 "$LUCIE_ETC"/modules.d/*

compiled() { "$BUILD/tests/system/daemon/compile_sample" "$LUCIE_ETC/lucie.conf" "$LUCIE_STATE" --no-packages; }
step "the cluster is compiled" compiled
"$BUILD/src/daemon/lucied" --listen "$server" --port 8080 2> "$TEST_DIR/lucied.log" &
answers() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    "$lucie" status > /dev/null 2>&1 && return
    sleep 0.1
  done
  cat "$TEST_DIR/lucied.log"
  return 1
}
step "lucied answers" answers

# power_on INSTALLER: arms the node and does what its firmware, kernel and init would do.
power_on() {
  "$lucie" install cnode00 --installer "$1" || return
  curl -sS --interface "$address" "http://$server:8080/boot/$mac" > "$TEST_DIR/script"
  grep -o 'lucie\.[a-z]*=[^ ]*' "$TEST_DIR/script" | paste -sd' ' > "$TEST_DIR/cmdline"
  rm -rf "$node_run/slice.json" "$node_run/log" "$node_run/journal.json"
  LUCIE_CMDLINE=$TEST_DIR/cmdline LUCIE_RUN=$node_run LUCIE_TARGET=$TEST_DIR/target LUCIE_KEEP_CLOCK=1 "$installer"
}
# The modules that have ended since event $since, sorted: some run side by side.
since=0
modules_run() {
  "$lucie" events --json | tr '{' '\n' | grep '"kind":"module_done"' |
    sed -E 's/.*"id":([0-9]+).*"module":"([a-z]+)".*/\1 \2/' | awk -v since="$since" '$1 > since { print $2 }' | sort |
    paste -sd' '
}
seconds() { "$lucie" status --json | grep -oE '"seconds":[0-9.]+' | cut -d: -f2; }
root=$TEST_DIR/installed
mkdir "$root"
look() { mount -o ro "${disk}p1" "$root"; }

# --- full
step "a node is installed" power_on full
every_module() {
  is "$(modules_run)" "configure extrbase finalize hello init install mark mount partition remotelogin"
}
step "with all its modules" every_module
full_seconds=$(seconds)
look
step "the module that an LMP brings has run" has "$root/var/lib/lucie/greeting" "installer full greeted cnode00"
step "the administrator's own module has run, and fetched from the server" \
  has "$root/etc/marked" "etc/ssh/ssh_host_ed25519_key"
step "so has the hook" is "$(cat "$root/etc/hooked")" "hook of configure"
kept=$LUCIE_STATE/secrets/hosts/cnode00
step "the host key is the server's" cmp "$kept/ssh_host_rsa_key" "$root/etc/ssh/ssh_host_rsa_key"
step "root's key is the cluster's" cmp "$LUCIE_STATE/secrets/login/id_ed25519" "$root/root/.ssh/id_ed25519"
private() { is "$(stat -c '%a %U' "$root/root/.ssh" "$root/root/.ssh/id_ed25519" | paste -sd' ')" "700 root 600 root"; }
step "and for root alone" private
lets_in() {
  cmp "$LUCIE_STATE/secrets/login/id_ed25519.pub" "$root/root/.ssh/authorized_keys2" &&
    has "$root/root/.ssh/authorized_keys" " admin"
}
step "the node lets the other nodes and the administrator in" lets_in
umount "$root"

# --- the login while it is installed: sshd is still there, since nobody started the machine anew
log_in() { # KEY
  ssh -F none -i "$1" -o BatchMode=yes -o UserKnownHostsFile="$TEST_DIR/known" -o GlobalKnownHostsFile=/dev/null \
    -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes "root@$address" 'echo "$(id -un), token: ${LUCIE_TOKEN:-none}"'
}
echo "$address $(cut -d' ' -f1,2 "$kept/ssh_host_ed25519_key.pub")" > "$TEST_DIR/known"
enters() { is "$(log_in "$1")" "root, token: none"; }
step "whoever has the cluster's key logs in, and knows the host" enters "$LUCIE_STATE/secrets/login/id_ed25519"
step "so does the administrator" enters "$TEST_DIR/admin"
step "a stranger does not" expect 255 log_in "$TEST_DIR/stranger"

# --- repair
mount "${disk}p1" "$root"
rm "$root/etc/hello" "$root/etc/ssh/ssh_host_rsa_key"
echo "users' work" > "$root/root/work"
umount "$root"
since=$("$lucie" events --json | grep -oE '"id":[0-9]+' | tail -1 | cut -d: -f2)
step "a damaged node is repaired" power_on repair
few_modules() { is "$(modules_run)" "configure finalize init mount"; }
step "without partition, extrbase and install" few_modules
look
step "its templates are back" has "$root/etc/hello" "Hello from cnode00.cluster.example.org."
step "its scripts ran again" is "$(cat "$root/var/lib/lucie/hello")" 2
step "its host key is back" cmp "$kept/ssh_host_rsa_key" "$root/etc/ssh/ssh_host_rsa_key"
step "what users left is untouched" has "$root/root/work" "users' work"
step "what says how it was installed tells of the repair" has "$root/etc/lucie/installed.json" '"installer": "repair"'
umount "$root"
faster() { awk -v full="$full_seconds" -v repair="$(seconds)" 'BEGIN { exit !(repair > 0 && repair < full) }'; }
step "in less time than a full installation" faster
step "the node is installed, as lucied sees it" is "$("$lucie" status cnode00 | awk 'NR == 2 { print $2 }')" installed

# --- installed again, it is still the same
step "a second full installation" power_on full
look
step "has the same host key" cmp "$kept/ssh_host_ed25519_key" "$root/etc/ssh/ssh_host_ed25519_key"
step "and nothing of before" expect 1 test -e "$root/root/work"
umount "$root"

# --- a disk that was never partitioned cannot be repaired, and says why
dd if=/dev/zero of="${disk:?}p1" bs=1M count=16 status=none
no_file_system() {
  expect 1 power_on repair > "$TEST_DIR/said" 2>&1 && has "$TEST_DIR/said" "needs the module 'partition' before 'mount'"
}
step "a disk without file systems is told" no_file_system
finish
