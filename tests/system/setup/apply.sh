#!/usr/bin/env bash
# lucie-setup plan, apply, history, rollback and refresh with the real daemons, in a network namespace. A
# stand-in for mmdebstrap makes the images from a tiny distribution: the test is about what apply does with
# them (images.sh makes real ones).
if [ "${1-}" != inside ]; then
  # The outer process stays outside, to clean up when the namespaces are killed.
  TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/lucie-apply-XXXXXX")
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
  trap 'exit 130' INT TERM HUP
  chmod 755 "$TMPDIR"
  setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" inside &
  wait $!
  exit
fi
. "${SOURCE:?is set by ./test}/tests/tap.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for program in apt-ftparchive ganesha.nfsd dnsmasq busybox zstd cpio curl setpriv ip; do
  command -v $program > /dev/null || skip_all "needs $program"
done
[ -x "$BUILD/src/daemon/lucied" ] || skip_all "needs lucied"
. "$SOURCE/tests/system/setup/fixture.sh"
ip link set lo up && ip link add br0 type bridge && ip address add 192.168.10.250/24 dev br0 &&
  ip link set br0 up || skip_all "needs a bridge"
make_distribution
lmp time-chrony chrony
definitions time-chrony

# The stand-in: OUT is the last word but one. With $TEST_DIR/slow it never ends.
mkdir "$TEST_DIR/bin"
cat > "$TEST_DIR/bin/mmdebstrap" << 'END'
#!/bin/bash
set -e
out=${*: -2:1}
echo "$out" >> "$LUCIE_STATE/../built"
if [ -e "$LUCIE_STATE/../slow" ]; then touch "$LUCIE_STATE/../started"; exec sleep 12345; fi
root=$TMPDIR/root
mkdir -p "$root"/{boot,bin,dev,etc,proc,sys} "$root/lib/modules/6.1/kernel/fs/nfs"
echo kernel > "$root/boot/vmlinuz-6.1"
echo module > "$root/lib/modules/6.1/kernel/fs/nfs/nfs.ko"
echo 'kernel/fs/nfs/nfs.ko:' > "$root/lib/modules/6.1/modules.dep"
echo 'alias fs-nfs4 nfs' > "$root/lib/modules/6.1/modules.alias"
cp "$(command -v busybox)" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
printf '#!/bin/sh\necho "$*" > /dpkg-called\n' > "$root/bin/dpkg"
chmod 755 "$root/bin/dpkg"
tar --zstd -C "$root" -cf "$out" .
END
chmod 755 "$TEST_DIR/bin/mmdebstrap"
export PATH=$TEST_DIR/bin:$PATH

# What apply may change, without what daemons write while they run.
snapshot() {
  find "$LUCIE_STATE" -path "$LUCIE_STATE/log*" -prune -o -name 'lucied.db*' -prune -o -name leases -prune -o \
    -path "$LUCIE_STATE/secrets/hosts" -prune -o -type f -not -name apply.lock -exec sha256sum {} + | sort
  find "$LUCIE_STATE" "$LUCIE_CACHE/images" -path "$LUCIE_STATE/secrets/hosts" -prune -o \
    \( -name '.*-*' -o -name 'build-*' \) -print
}
first_word() { cut -d' ' -f1 "$1"; }

# Another recipe asks for new images.
cp -r "$SOURCE/templates" "$TEST_DIR/templates"
export LUCIE_TEMPLATES=$TEST_DIR/templates

step "lock" keep "$setup" lock

plans() {
  keep "$setup" plan --json || { cat "$TEST_DIR/err"; return 1; }
  for name in cnode00 base/full nfsroot/full "$LUCIE_STATE/dhcp/dnsmasq.conf" 'time-chrony 1.0-1'; do
    says "\"name\": \"$name\"" "$TEST_DIR/out" || return 1
  done
  [ ! -e "$LUCIE_STATE/cluster" ]
}
step "plan shows what is new and changes nothing" plans

applies() {
  mkdir -p "$LUCIE_CACHE/images" && touch -d '40 days ago' "$LUCIE_CACHE/images/old.tar.zst"
  keep "$setup" apply || { cat "$TEST_DIR/err"; return 1; }
  says 'version 1 of the cluster is in force: 1 hosts' "$TEST_DIR/out" && [ ! -e "$LUCIE_CACHE/images/old.tar.zst" ]
}
step "apply" applies

in_place() {
  [ "$(readlink "$LUCIE_STATE/cluster/current")" = 1.json ] &&
    grep -q -- '--install /packages-.*/lucie-node.deb$' "$LUCIE_STATE/nfsroot/full/dpkg-called" &&
    [ -z "$(ls -d "$LUCIE_STATE/nfsroot/full/packages-"* 2> /dev/null)" ] &&
    [ -x "$LUCIE_STATE/nfsroot/full/bin/busybox" ] &&
    [ "$(cat "$LUCIE_STATE/boot/full/vmlinuz")" = kernel ] &&
    says "$(sha256sum < "$LUCIE_STATE/base/full.tar.zst" | cut -d' ' -f1)" "$LUCIE_STATE/cluster/1.json" &&
    zstd -dc "$LUCIE_STATE/boot/full/initrd.img" | cpio --quiet -t > "$TEST_DIR/list" &&
    says lib/modules/6.1/kernel/fs/nfs/nfs.ko "$TEST_DIR/list" && says etc/udhcpc "$TEST_DIR/list" &&
    says '52:54:00:12:34:01,192.168.10.1,cnode00,infinite' "$LUCIE_STATE/dhcp/hosts"
}
step "NFS root, boot files, base archive and compiled cluster are in place" in_place
with_agent() {
  python3 -c 'import json, sys
for each in json.load(open(sys.argv[1]))["service_sets"]:
    assert "lucie-agent" in [package["name"] for package in each["packages"]], each' "$LUCIE_STATE/cluster/1.json"
}
step "every node gets lucie-agent" with_agent

serves() {
  local name
  for name in lucie-dhcp lucie-nfs lucied; do
    [ -e "/proc/$(first_word "$LUCIE_RUN/$name.pid")/exe" ] || { echo "$name does not run"; return 1; }
  done
  curl -sf http://192.168.10.250:8080/boot-files/full/vmlinuz > "$TEST_DIR/vmlinuz" &&
    same "$TEST_DIR/vmlinuz" "$LUCIE_STATE/boot/full/vmlinuz" &&
    curl -sf http://192.168.10.250:8080/pool/debian-12/dists/lucie/main/binary-amd64/Packages > "$TEST_DIR/list" &&
    says 'Package: chrony' "$TEST_DIR/list" &&
    cat /proc/net/udp /proc/net/tcp /proc/net/tcp6 > "$TEST_DIR/ports" && grep -q ':0043 .* 07 ' "$TEST_DIR/ports" &&
    grep -q ':0801 .* 0A ' "$TEST_DIR/ports"
}
step "DHCP, NFS and lucied serve" serves

again() {
  snapshot > "$TEST_DIR/before"
  cp "$LUCIE_RUN/lucie-nfs.pid" "$TEST_DIR/nfs.pid"
  keep "$setup" plan && says 'nothing to change' "$TEST_DIR/out" || return 1
  keep "$setup" apply && snapshot > "$TEST_DIR/after"
  same "$TEST_DIR/before" "$TEST_DIR/after" && same "$TEST_DIR/nfs.pid" "$LUCIE_RUN/lucie-nfs.pid"
}
step "applied again, nothing changes" again

new_host() {
  cat >> "$LUCIE_ETC/lucie.conf" << 'END'
define host{
    host_name   cnode01
    address     192.168.10.2
    mac_address 52:54:00:12:34:02
    lucie_group lucie1
    services    time-chrony
    installer   full
}
END
  local before
  before=$(cat "$LUCIE_RUN/lucie-dhcp.pid")
  keep "$setup" plan --diff && says '+52:54:00:12:34:02,192.168.10.2,cnode01,infinite' "$TEST_DIR/out" &&
    keep "$setup" apply && says 'version 2' "$TEST_DIR/out" || { cat "$TEST_DIR/err"; return 1; }
  [ "$before" = "$(cat "$LUCIE_RUN/lucie-dhcp.pid")" ] && [ "$(wc -l < "$TEST_DIR/built")" -eq 2 ] &&
    curl -s --unix-socket "$LUCIE_RUN/lucied.sock" http://lucied/v1/nodes > "$TEST_DIR/nodes" &&
    says cnode01 "$TEST_DIR/nodes"
}
step "a new host needs neither images nor restarts" new_host

broken() {
  cp "$LUCIE_ETC/lucie.conf" "$TEST_DIR/good.conf"
  echo 'define hots{' >> "$LUCIE_ETC/lucie.conf"
  snapshot > "$TEST_DIR/before"
  expect 1 keep "$setup" apply && says "did you mean 'host'?" "$TEST_DIR/err" && snapshot > "$TEST_DIR/after"
  local status=$?
  cp "$TEST_DIR/good.conf" "$LUCIE_ETC/lucie.conf"
  [ $status -eq 0 ] && same "$TEST_DIR/before" "$TEST_DIR/after"
}
step "wrong definitions change nothing" broken

unlocked() {
  sed -i 's/packages    chrony/packages    chrony, procps, fdisk/' "$LUCIE_LMPS/time-chrony/lmp.conf"
  snapshot > "$TEST_DIR/before"
  expect 1 keep "$setup" apply && says 'ask for other packages than were locked' "$TEST_DIR/err" &&
    says "run 'lucie-setup lock'" "$TEST_DIR/err" && snapshot > "$TEST_DIR/after" &&
    same "$TEST_DIR/before" "$TEST_DIR/after"
}
step "an LMP that asks for more than was locked is refused" unlocked

refreshes() {
  keep "$setup" refresh && says 'lmp time-chrony changed from 1.0-1 to 1.0-1' "$LUCIE_RUN/out-of-date" || return 1
  lmp time-chrony chrony
  keep "$setup" refresh && [ ! -e "$LUCIE_RUN/out-of-date" ] || return 1
  mkdir "$LUCIE_LMPS/broken" && echo 'define' > "$LUCIE_LMPS/broken/lmp.conf"
  keep "$setup" refresh && says broken/lmp.conf "$LUCIE_RUN/out-of-date"
  rm -r "$LUCIE_LMPS/broken"
}
step "refresh marks what differs, and never fails" refreshes

new_node_package() {
  deb "$LUCIE_NODE/debian-12" lucie-node 'Homepage: https://example.org/'
  echo old > "$LUCIE_STATE/nfsroot/full/mark"
  keep "$setup" lock && keep "$setup" apply || { cat "$TEST_DIR/err"; return 1; }
  keep "$setup" plan && says 'nothing to change' "$TEST_DIR/out" || { cat "$TEST_DIR/out"; return 1; }
  [ ! -e "$LUCIE_STATE/nfsroot/full/mark" ] && [ "$(wc -l < "$TEST_DIR/built")" -eq 2 ]
}
step "new node programs give a new NFS root without a new image" new_node_package

# interrupted SIGNAL STATUS: the signal comes while an image is built; nothing of the build stays.
interrupted() {
  printf '\n# %s\n' "$1" >> "$TEST_DIR/templates/image/nfsroot"
  touch "$TEST_DIR/slow"
  rm -f "$TEST_DIR/started"
  snapshot > "$TEST_DIR/before"
  keep "$setup" apply &
  local process=$! status=0
  until [ -e "$TEST_DIR/started" ]; do sleep 0.1; done
  kill -"$1" "$(cat /proc/$process/task/$process/children)"
  wait $process || status=$?
  rm "$TEST_DIR/slow"
  [ $status -eq "$2" ] || { echo "status $status"; return 1; }
  while pgrep -x sleep -a | grep 12345; do sleep 0.1; done
}
stopped() {
  interrupted INT 3 && says 'interrupted; nothing was changed' "$TEST_DIR/err" && snapshot > "$TEST_DIR/after" &&
    same "$TEST_DIR/before" "$TEST_DIR/after"
}
step "stopped by Ctrl-C, apply leaves what was" stopped
killed() {
  interrupted KILL 137 && keep "$setup" apply && says 'version 3' "$TEST_DIR/out" &&
    [ "$(wc -l < "$TEST_DIR/built")" -eq 5 ] && [ -z "$(find "$LUCIE_CACHE/images" "$LUCIE_STATE" -name 'build-*' -o -name '.full-*')" ]
}
step "killed, it leaves no process; the next one cleans up and goes on" killed

rolls_back() {
  keep "$setup" rollback 1 || { cat "$TEST_DIR/err"; return 1; }
  says 'version 4 is in force, with the content of version 1' "$TEST_DIR/out" &&
    ! grep -q cnode01 "$LUCIE_STATE/dhcp/hosts" && keep "$setup" history --json &&
    says '"hosts": 1' "$TEST_DIR/out" && expect 1 keep "$setup" rollback 99 &&
    says 'there is no version 99' "$TEST_DIR/err"
}
step "rollback deploys an earlier version" rolls_back

# A stand-in for the NFS server ends the program that starts it: files have changed, services have not read them.
killed_late() {
  local before
  before=$(cat "$LUCIE_RUN/lucie-dhcp.pid")
  printf '\n# late\n' >> "$TEST_DIR/templates/image/nfsroot"
  sed -i 's/gateway .*/gateway 192.168.10.253/' "$LUCIE_ETC/lucie.conf"
  mkdir -p "$LUCIE_STATE/pool/.debian-12-left" && touch "$LUCIE_CACHE/images/half.tar.zst.new-01234567"
  printf '#!/bin/sh\nkill -KILL "$PPID"\n' > "$TEST_DIR/bin/ganesha.nfsd" && chmod 755 "$TEST_DIR/bin/ganesha.nfsd"
  expect 137 keep "$setup" apply
  local status=$?
  rm "$TEST_DIR/bin/ganesha.nfsd"
  [ $status -eq 0 ] && says 192.168.10.253 "$LUCIE_STATE/dhcp/dnsmasq.conf" &&
    [ "$before" = "$(cat "$LUCIE_RUN/lucie-dhcp.pid")" ] || return 1
  keep "$setup" apply || { cat "$TEST_DIR/err"; return 1; }
  [ "$before" != "$(cat "$LUCIE_RUN/lucie-dhcp.pid")" ] && [ ! -e "$LUCIE_STATE/pool/.debian-12-left" ] || return 1
  before=$(cat "$LUCIE_RUN/lucie-dhcp.pid")
  keep "$setup" apply && [ "$before" = "$(cat "$LUCIE_RUN/lucie-dhcp.pid")" ]
}
step "killed before services are restarted, the next apply restarts them, once" killed_late

own_root() {
  sed -i 's/installer_name  full/&\n    lmp_root own/' "$LUCIE_ETC/lucie.conf"
  keep "$setup" in full sh -c 'read -r name < /proc/1/comm && echo "$1 $name" && busybox mount -t tmpfs x /etc' sh -n
  local status=$?
  [ $status -eq 0 ] && says '-n bash' "$TEST_DIR/out" || { cat "$TEST_DIR/err"; return 1; }
  ! grep "$LUCIE_STATE/root" /proc/mounts && [ -e "$LUCIE_STATE/root/full/etc/resolv.conf" ] &&
    expect 7 keep "$setup" in full sh -c 'exit 7' && expect 3 keep "$setup" in full no-such-program
}
step "in runs a command in an installer's own root, and its mounts go with it" own_root

for name in lucie-dhcp lucie-nfs lucied; do kill "$(first_word "$LUCIE_RUN/$name.pid")"; done
finish
