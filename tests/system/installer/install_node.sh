#!/usr/bin/env bash
# A node without a machine: in network, mount, PID and UTS namespaces of its own, with a file as its disk and a
# stand-in for lucied, all seven modules install a small Debian. Everything written lies in a memory file system
# of the namespace, so nothing stays behind however the test ends.
here=$SOURCE/tests/system/installer

if [ -z "${LUCIE_TEST_INSIDE:-}" ]; then
  skip() { echo "1..0 # SKIP $1"; exit 0; }
  [ "$(id -u)" = 0 ] || skip "needs root"
  for program in unshare mmdebstrap sfdisk mkfs.ext4 apt-ftparchive dpkg-deb zstd; do
    command -v "$program" > /dev/null || skip "needs $program"
  done
  unshare --mount --net --pid --uts --fork true || skip "needs namespaces"
  . "$here/base_archive.sh"
  LUCIE_TEST_BASE=$(base_archive) || skip "no base archive could be made"
  export LUCIE_TEST_BASE LUCIE_TEST_INSIDE=1
  exec unshare --mount --net --pid --uts --fork --kill-child --mount-proc bash "$0"
fi

mount -t tmpfs -o size=4G tmpfs /run
export TMPDIR=/run
. "${SOURCE:?is set by ./test}/tests/tap.sh"
ip link set lo up

installer=$BUILD/src/installer/lucie-installer
modules=$BUILD/src/installer/modules
served=$TEST_DIR/served
node=$served/v1/nodes/cnode00
address=127.0.0.1:8080
mkdir -p "$node" "$served/base" "$served/pool" "$TEST_DIR/build"
ln "$LUCIE_TEST_BASE" "$served/base/full.tar.zst" 2> /dev/null || cp "$LUCIE_TEST_BASE" "$served/base/full.tar.zst"

# --- the packages: an application that makes a user and depends on a library of an exact version
package() { # NAME VERSION FIELD…; maintainer script from standard input
  local folder=$TEST_DIR/build/$1
  mkdir -p "$folder/DEBIAN" "$folder/usr/share/$1"
  echo "$2" > "$folder/usr/share/$1/version"
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Test <test@example.org>\n' "$1" "$2"
    printf 'Description: for tests\n'
    [ -z "${3:-}" ] || printf '%s\n' "$3"
  } > "$folder/DEBIAN/control"
  cat > "$folder/DEBIAN/postinst"
  chmod 755 "$folder/DEBIAN/postinst"
  dpkg-deb --build --root-owner-group "$folder" "$served/pool/$1_$2_all.deb" > /dev/null
}
make_packages() {
  package lucie-test-library 2.0 "" <<< '#!/bin/sh'
  package lucie-test-application 1.0-1 'Depends: lucie-test-library (= 2.0)' << 'END'
#!/bin/sh
set -e
useradd --system --no-create-home munch
/usr/sbin/policy-rc.d munch start || echo $? > /var/lib/policy-status
cp /etc/fstab /var/lib/fstab-seen
cp /etc/ssh/ssh_host_ed25519_key /var/lib/key-seen
END
  mkdir -p "$served/pool/dists/lucie/main/binary-amd64"
  (
    cd "$served/pool" || exit
    apt-ftparchive packages . > dists/lucie/main/binary-amd64/Packages
    apt-ftparchive -o APT::FTPArchive::Release::Suite=lucie -o APT::FTPArchive::Release::Components=main \
      -o APT::FTPArchive::Release::Architectures=amd64 release dists/lucie > dists/lucie/Release
  )
}
make_packages

# --- what LMPs bring: a secret of a user that only the package makes, scripts, a module written in shell
make_overlay() { # TEXT
  local folder=$TEST_DIR/overlay
  rm -rf "$folder" && mkdir -p "$folder/etc/munch" "$folder/usr/lib/lucie/agents/alpha"
  echo "$1" > "$folder/etc/munch/key"
  chmod 400 "$folder/etc/munch/key"
  tar -cf "$node/overlay.tar" -C "$folder" --owner=munch:4242 --group=munch:4242 etc/munch/key
  printf '#!/bin/sh\n' > "$folder/usr/lib/lucie/agents/alpha/$1"
  chmod 755 "$folder/usr/lib/lucie/agents/alpha/$1"
  tar -rf "$node/overlay.tar" -C "$folder" --owner=root:0 --group=root:0 "usr/lib/lucie/agents/alpha/$1"
}
make_scripts() { # STATUS of the second
  local folder=$TEST_DIR/scripts
  mkdir -p "$folder/alpha" "$folder/beta"
  cat > "$folder/alpha/20-first" << 'END'
#!/bin/sh
set -eu
test -z "$LUCIE_TARGET"
test -z "$LUCIE_TOKEN"
in_target test -b "$LUCIE_DISK"
echo "alpha $LUCIE_HOST $LUCIE_GROUP $LUCIE_INSTALLER $LUCIE_ANSWER_colour" >> /var/lib/script-order
END
  printf '#!/bin/sh\necho beta >> /var/lib/script-order\necho "the oven is cold" >&2\nexit %s\n' "$1" \
    > "$folder/beta/10-second"
  chmod 755 "$folder"/*/*
  tar -cf "$node/scripts.tar" -C "$folder" alpha/20-first beta/10-second
}
make_module() {
  mkdir -p "$TEST_DIR/modules/alpha"
  cat > "$TEST_DIR/modules/alpha/greet" << 'END'
#!/bin/sh
. "$LUCIE_MODULE_LIBRARY"
needs=target after=packages produces=
run() {
  progress 0.5 greeting
  note "greeting $(slice host)"
  in_target sh -c 'echo hello > /etc/greeting'
}
module "$@"
END
  chmod 755 "$TEST_DIR/modules/alpha/greet"
  tar -cf "$node/modules.tar" -C "$TEST_DIR/modules" alpha/greet
}
# Host keys: the package with a postinst sees them already (like openssh-server's, which makes those that lack).
make_host_keys() {
  mkdir -p "$TEST_DIR/keys/etc/ssh"
  echo "kept by the server" > "$TEST_DIR/keys/etc/ssh/ssh_host_ed25519_key"
  chmod 600 "$TEST_DIR/keys/etc/ssh/ssh_host_ed25519_key"
  tar -cf "$node/host-keys.tar" --owner=root:0 --group=root:0 -C "$TEST_DIR/keys" etc/ssh/ssh_host_ed25519_key
}
make_host_keys
make_overlay one
make_scripts 5
make_module

truncate -s 1500M "$TEST_DIR/disk"
coproc server { exec "$BUILD/tests/system/installer/node_server" "$served" 8080 "$TEST_DIR/disk" 2>&1; }
read -r disk <&"${server[0]}"
read -r _ <&"${server[0]}"

make_slice() { # MODULES as a JSON list
  cat > "$node/slice" << END
{"version": 1, "host": "cnode00", "domain": "cluster.example.org", "mac_address": "00:50:56:40:40:b6",
 "address": "192.0.2.10", "netmask": "255.255.255.0", "gateway": "192.0.2.254", "dns": ["192.0.2.1"], "ntp": [],
 "lucie_group": "lucie1", "installer": "full", "target": "debian-12", "architecture": "amd64", "modules": $1,
 "disk": "$disk", "label": "msdos", "partitions": [
  {"mount_point": "/", "file_system": "ext4", "least": 700000000, "most": 0, "options": ["errors=remount-ro"]},
  {"mount_point": "/var/log", "file_system": "ext4", "least": 67108864, "most": 67108864, "options": []},
  {"mount_point": "swap", "file_system": "swap", "least": 67108864, "most": 67108864, "options": []}],
 "base_url": "http://$address/base/full.tar.zst", "base_size": $(stat -c %s "$LUCIE_TEST_BASE"),
 "base_sha256": "$(sha256sum < "$LUCIE_TEST_BASE" | cut -d' ' -f1)",
 "repository_url": "http://$address/pool", "repository_suite": "lucie",
 "packages": ["lucie-test-application=1.0-1", "lucie-test-library=2.0"],
 "host_keys_url": "http://$address/v1/nodes/cnode00/host-keys.tar",
 "overlay_url": "http://$address/v1/nodes/cnode00/overlay.tar",
 "scripts_url": "http://$address/v1/nodes/cnode00/scripts.tar",
 "scripts": [{"lmp": "alpha", "name": "20-first", "path": "alpha/20-first"},
             {"lmp": "beta", "name": "10-second", "path": "beta/10-second"}],
 "environment": {"LUCIE_GROUP": "lucie1"}, "answers": {"alpha": {"colour": "green"}},
 "root_password_hash": "\$6\$salt\$hash", "ssh_authorized_keys": ["ssh-ed25519 AAAA one", "ssh-ed25519 BBBB two"],
 "kernel_options": "", "timeouts": {}, "retries": {"extrbase": 0},
 "agent": {"address": "239.192.76.67", "port": 8082, "server": "192.0.2.254", "interval": 60,
           "key": "0123456789abcdef0123456789abcdef"},
 "server_time": "$(date -u +%Y-%m-%dT%H:%M:%SZ)"}
END
}
echo "lucie.server=http://$address lucie.host=cnode00 lucie.token=secret console=ttyS0,115200" > "$TEST_DIR/cmdline"
export LUCIE_CMDLINE=$TEST_DIR/cmdline LUCIE_RUN=$TEST_DIR/node-run LUCIE_TARGET=$TEST_DIR/target LUCIE_KEEP_CLOCK=1
full='["init","partition","mount","extrbase","install","greet","configure","finalize"]'

posted() { cat "$served/posted/v1_nodes_cnode00_$1"; }
# The kinds of the events that were told, with their modules, progress left out.
told() { posted events | grep -oE '"kind": ?"[a-z_]+"|"module": ?"[a-z]*"' | sed -E 's/.*: ?"(.*)"/\1/' | paste -sd' '; }
forget() { rm -rf "$served"/posted/*; }
# says TEXT COMMAND…: the command's output has the text; its status is status 1's.
says() {
  local text=$1
  shift
  "$@" > "$TEST_DIR/said" 2>&1
  grep -qF -- "$text" "$TEST_DIR/said" || { cat "$TEST_DIR/said"; return 1; }
}
has() { grep -qF -- "$2" "$1" || { cat "$1"; return 1; }; }

# --- before anything is run
make_slice '["init","mount","partition"]'
step "an impossible order ends before anything is run" expect 1 "$installer"
order_is_told() {
  says "module 'mount' must run after 'partition', which makes 'disk', but stands before it" "$installer" &&
    posted events > "$TEST_DIR/events" && has "$TEST_DIR/events" '"failed"' && ! told | grep -q module_started
}
step "it is told on console and server" order_is_told
make_slice '["init","partition","moutn"]'
step "an unknown module is told with the nearest name" says "did you mean 'mount'?" "$installer"
step "a wrong token is told" says "wrong token" env LUCIE_TOKEN=other "$installer"

make_slice "$full"
"$installer" --plan > "$TEST_DIR/plan"
cat > "$TEST_DIR/plan.wanted" << 'END'
init
partition after init
mount after init, partition
extrbase after mount
install after mount, extrbase
greet after mount, install
configure after mount, extrbase, install
finalize after init, partition, mount, extrbase, install, greet, configure
END
step "the plan shows who waits for whom" same "$TEST_DIR/plan.wanted" "$TEST_DIR/plan"

dry_run() {
  LUCIE_SLICE=$LUCIE_RUN/slice.json "$modules/partition" --dry-run > "$TEST_DIR/dry" || return
  has "$TEST_DIR/dry" "${disk}p3 : start=1436MiB, size=64MiB, type=S" && ! blkid -p "$disk"
}
step "a dry run shows the partitions and writes nothing" dry_run

# --- the installation, with a script that fails
forget
step "a failing script fails the installation" expect 1 "$installer"
cp "$TEST_DIR/served/posted/v1_nodes_cnode00_events" "$TEST_DIR/events"
step "the failure names script, status and last lines" has "$TEST_DIR/events" \
  'script beta/10-second failed: exit status 5\nthe oven is cold'
state_is_failed() {
  case "$(told) " in "started module_started init "*" module_failed configure failed configure ") ;; *) told; return 1 ;; esac
}
step "the server is told of the failure" state_is_failed
step "the modules' logs arrive" has "$served/posted/v1_nodes_cnode00_log_install" "Setting up lucie-test-application"
step "a module written in shell has run" has "$served/posted/v1_nodes_cnode00_log_greet" "greeting cnode00"
step "logs are kept on the node" has "$LUCIE_RUN/log/install" "Setting up lucie-test-application"
step "the secret slice is for root alone" test "$(stat -c %a "$LUCIE_RUN/slice.json")" = 600

in_use() {
  says "disk $disk is in use: ${disk}p1 on $LUCIE_TARGET" env LUCIE_SLICE="$LUCIE_RUN/slice.json" "$modules/partition"
}
step "a disk in use is refused" in_use
step "the target is still mounted, for whoever looks after it" mountpoint -q "$LUCIE_TARGET/var/log"

# --- resumed when the cause is gone
forget
make_scripts 0
step "resume goes on" "$installer" --resume
only_the_rest() {
  [ "$(told | sed -E 's/progress [a-z]+ ?//g')" = \
    "started module_started configure module_done configure module_started finalize module_done finalize finished" ] ||
    { told; return 1; }
}
step "only what was not done is run" only_the_rest
step "nothing stays mounted" expect 32 mountpoint -q "$LUCIE_TARGET"

# --- the disk, as the node will find it
table() { sfdisk --dump "$disk" | sed -nE 's/ +/ /g; s/^.*(start=.*)$/\1/p'; }
table > "$TEST_DIR/table"
cat > "$TEST_DIR/table.wanted" << 'END'
start= 2048, size= 2807808, type=83, bootable
start= 2809856, size= 131072, type=83
start= 2940928, size= 131072, type=82
END
step "the partition table" same "$TEST_DIR/table.wanted" "$TEST_DIR/table"
step "the root file system is whole" e2fsck -fn "${disk}p1"
step "the swap area" test "$(blkid -p -s TYPE -o value "${disk}p3")" = swap

root=$TEST_DIR/installed
mkdir "$root"
mount -o ro "${disk}p1" "$root"
cat > "$TEST_DIR/fstab.wanted" << END
# <file system> <mount point> <type> <options> <dump> <pass>
UUID=$(blkid -p -s UUID -o value "${disk}p1") / ext4 errors=remount-ro 0 1
UUID=$(blkid -p -s UUID -o value "${disk}p2") /var/log ext4 defaults 0 2
UUID=$(blkid -p -s UUID -o value "${disk}p3") none swap sw 0 0
END
step "fstab" same "$TEST_DIR/fstab.wanted" "$root/etc/fstab"
step "packages were configured with it" same "$TEST_DIR/fstab.wanted" "$root/var/lib/fstab-seen"
packages() {
  dpkg-query --root="$root" --show --showformat='${Package} ${Version} ${db:Status-Status}\n' 'lucie-test-*'
}
packages > "$TEST_DIR/packages"
printf '%s\n' "lucie-test-application 1.0-1 installed" "lucie-test-library 2.0 installed" > "$TEST_DIR/packages.wanted"
step "the locked packages are installed" same "$TEST_DIR/packages.wanted" "$TEST_DIR/packages"
all_whole() { [ -z "$(dpkg --root="$root" --audit)" ]; }
step "dpkg has nothing to complain of" all_whole
step "services were kept from starting" test "$(cat "$root/var/lib/policy-status")" = 101
step "the policy is gone" expect 1 test -e "$root/usr/sbin/policy-rc.d"
sources() {
  printf '%s\n' "# The packages that are locked for this cluster." \
    "deb [trusted=yes] http://$address/pool lucie main" | diff - "$root/etc/apt/sources.list"
}
step "the sources are the locked packages" sources
munch() { sed -nE "s/^munch:x:([0-9]+):([0-9]+):.*/$1/p" "$root/etc/passwd"; }
owner() {
  [ "$(stat -c '%u %g %a' "$root/etc/munch/key")" = "$(munch '\1') $(munch '\2') 400" ] && [ "$(munch '\1')" != 4242 ]
}
step "a template has its mode and the owner that the node knows" owner
printf '%s\n' "alpha cnode00 lucie1 full green" beta "alpha cnode00 lucie1 full green" beta > "$TEST_DIR/order.wanted"
step "scripts ran in order, with their answers" same "$TEST_DIR/order.wanted" "$root/var/lib/script-order"
step "the module in shell reached the node" test "$(cat "$root/etc/greeting")" = hello
step "the host name" test "$(cat "$root/etc/hostname")" = cnode00
step "the host key was there before the packages" test "$(cat "$root/var/lib/key-seen")" = "kept by the server"
step "it is for root alone" test "$(stat -c '%a %U' "$root/etc/ssh/ssh_host_ed25519_key")" = "600 root"
step "the address" has "$root/etc/systemd/network/10-lucie.network" "Address=192.0.2.10/24"
step "the name servers" has "$root/etc/resolv.conf" "nameserver 192.0.2.1"
step "root's password" has "$root/etc/shadow" 'root:$6$salt$hash:'
step "root's keys are for root alone" test "$(stat -c '%a %U' "$root/root/.ssh/authorized_keys")" = "600 root"
step "both keys" test "$(wc -l < "$root/root/.ssh/authorized_keys")" = 2
step "agents are there" test -x "$root/usr/lib/lucie/agents/alpha/one"
step "and know whom to tell" has "$root/etc/lucie/agent.conf" "address 239.192.76.67"
step "their settings are for root alone" test "$(stat -c '%a %U' "$root/etc/lucie/agent.conf")" = "600 root"
digests() {
  has "$root/var/lib/lucie/files.json" "  \"/etc/munch/key\": \"$(sha256sum < "$root/etc/munch/key" | cut -d' ' -f1)\"" &&
    has "$root/var/lib/lucie/files.json" '"/usr/lib/lucie/agents/alpha/one": "'
}
step "what Lucie wrote can be told from what was changed" digests
step "the machine id is the node's to make" test ! -s "$root/etc/machine-id"
step "what was installed is noted" has "$root/etc/lucie/installed.json" '"lucie-test-application=1.0-1"'
nothing_left() {
  [ -z "$(find "$root/run" "$root/proc" "$root/tmp" "$root/var/cache/apt/archives" -type f -not -name lock -print)" ]
}
step "nothing of the installer is left in it" nothing_left
umount "$root"
mount -o ro "${disk}p2" "$root"
step "the logs went with the node" has "$root/lucie/install.log" "Setting up lucie-test-application"
umount "$root"

# --- a repair leaves the disk as it is
uuid=$(blkid -p -s UUID -o value "${disk}p1")
forget
make_overlay two
mount "${disk}p1" "$root" && rm "$root/etc/ssh/ssh_host_ed25519_key" && umount "$root"
make_slice '["init","mount","configure","finalize"]'
step "a repair runs without partitioning" "$installer"
mount -o ro "${disk}p1" "$root"
repaired() { [ "$(cat "$root/etc/munch/key")" = two ] && [ "$(blkid -p -s UUID -o value "${disk}p1")" = "$uuid" ]; }
step "it brings new templates and keeps the disk" repaired
agents_changed() { [ "$(ls "$root/usr/lib/lucie/agents/alpha")" = two ]; }
step "agents that no LMP brings any more are gone" agents_changed
step "it brings a lost host key back" test "$(cat "$root/etc/ssh/ssh_host_ed25519_key")" = "kept by the server"
umount "$root"

# --- an owner that nobody knows
tar -cf "$node/overlay.tar" -C "$TEST_DIR/overlay" --owner=nobody-knows:1 --group=root:0 etc/munch/key
step "a template of an unknown owner is refused" says "/etc/munch/key: the node has no user 'nobody-knows'" "$installer"

# --- a base archive that is not the locked one
mkdir "$TEST_DIR/empty"
echo spoiled > "$TEST_DIR/spoiled" && tar --zstd -cf "$served/base/full.tar.zst.new" -C "$TEST_DIR" spoiled
mv "$served/base/full.tar.zst.new" "$served/base/full.tar.zst"
spoiled() {
  says "is not the archive that was locked" env LUCIE_TARGET="$TEST_DIR/empty" LUCIE_SLICE="$LUCIE_RUN/slice.json" \
    "$modules/extrbase"
}
step "another archive than the locked one is refused" spoiled
rm "$served/base/full.tar.zst"
missing() {
  says "status 404" env LUCIE_TARGET="$TEST_DIR/empty" LUCIE_SLICE="$LUCIE_RUN/slice.json" "$modules/extrbase"
}
step "a missing archive is told" missing

# --- a server that is away for a while
touch "$served/down"
step "a server that does not answer is waited for, not for ever" expect 3 "$installer" --patience 2
rm "$served/down"
umount -R "$LUCIE_TARGET"
finish
