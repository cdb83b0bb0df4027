#!/usr/bin/env bash
# lucie-setup lock and apply with real packages and mmdebstrap, for the example cluster and the LMPs that ship:
# what is in the base archive, the NFS root and the initrd. Packages and images are kept in the cache.
if [ "${1-}" != inside ]; then
  TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/lucie-images-XXXXXX")
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
  trap 'exit 130' INT TERM HUP
  chmod 755 "$TMPDIR"
  # The outer step may reach package servers; the inner one has a network of its own.
  export LUCIE_ETC=$TMPDIR/etc LUCIE_STATE=$TMPDIR/state LUCIE_RUN=$TMPDIR/run LUCIE_LMPS=$SOURCE/lmps
  export LUCIE_NODE=$TMPDIR/node
  node=$TMPDIR/lucie-node
  mkdir -p "$LUCIE_NODE/debian-12" "$node/DEBIAN" "$node/usr/lib/lucie"
  cp -r "$SOURCE/data/example" "$LUCIE_ETC"
  sed -i "/^define dataset{/,/^}/d" "$LUCIE_ETC/lucie.conf" # its source is not on this machine
  printf '%s\n' 'Package: lucie-node' 'Version: 1' 'Architecture: all' 'Maintainer: A <a@example.org>' \
    'Description: stand-in' > "$node/DEBIAN/control"
  printf '#!/bin/sh\n' > "$node/usr/lib/lucie/node-init"
  chmod 755 "$node/usr/lib/lucie/node-init"
  SOURCE_DATE_EPOCH=1 dpkg-deb --root-owner-group -b "$node" "$LUCIE_NODE/debian-12/lucie-node_1_all.deb" \
    > /dev/null 2>&1
  "$BUILD/src/setup/lucie-setup" lock > "$TMPDIR/lock" 2>&1
  echo $? > "$TMPDIR/lock-status"
  setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" inside &
  wait $!
  exit
fi
. "${SOURCE:?is set by ./test}/tests/tap.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for program in mmdebstrap dpkg-deb ganesha.nfsd dnsmasq zstd cpio setpriv ip; do
  command -v $program > /dev/null || skip_all "needs $program"
done
[ "$(cat "$TMPDIR/lock-status")" -ne 3 ] || skip_all "no package server: $(tail -n 1 "$TMPDIR/lock")"
ip link set lo up && ip link add br0 type bridge && ip address add 192.168.10.250/24 dev br0 &&
  ip link set br0 up || skip_all "needs a bridge"
setup=$BUILD/src/setup/lucie-setup

locked() { cat "$TMPDIR/lock" && [ "$(cat "$TMPDIR/lock-status")" -eq 0 ]; }
step "the example cluster and the LMPs that ship can be locked" locked

step "apply builds from the pool, without network" "$setup" apply

base_archive() {
  tar --zstd -tvf "$LUCIE_STATE/base/data.tar.zst" > "$TEST_DIR/list" || return 1
  grep -q ' \./boot/vmlinuz-' "$TEST_DIR/list" && grep -q ' \./boot/initrd.img-' "$TEST_DIR/list" &&
    grep -q 'multi-user.target.wants/systemd-networkd.service' "$TEST_DIR/list" &&
    grep -q ' 0 .* \./etc/machine-id$' "$TEST_DIR/list" &&
    ! grep -E 'ssh_host_|99mmdebstrap|\./etc/hostname$|\./var/cache/apt/archives/.*\.deb' "$TEST_DIR/list"
}
step "base archive: kernel and initrd, nothing that must differ between nodes" base_archive

nfsroot() {
  local root=$LUCIE_STATE/nfsroot/data
  [ -x "$root/usr/lib/lucie/node-init" ] && [ -u "$root/bin/mount" ] && [ -d "$root/target" ] &&
    [ "$(readlink "$root/etc/resolv.conf")" = /run/resolv.conf ] && [ ! -s "$root/etc/machine-id" ] &&
    ! ls "$root"/boot/initrd* 2> /dev/null && [ -z "$(ls -A "$root/proc")$(ls -A "$root/sys")" ]
}
step "NFS root: node programs, set-uid programs, nothing mounted" nfsroot

initrd() {
  zstd -dc "$LUCIE_STATE/boot/data/initrd.img" | cpio --quiet -t > "$TEST_DIR/list" || return 1
  for name in virtio_net virtio_pci nfsv4 sunrpc; do
    grep -q "/$name.ko" "$TEST_DIR/list" || { echo "$name is missing"; return 1; }
  done
  [ "$(stat -c %s "$LUCIE_STATE/boot/data/initrd.img")" -lt 20000000 ]
}
step "initrd: the drivers that a node needs to reach its root" initrd

nothing_mounted() { ! grep -e "$TMPDIR" -e mmdebstrap /proc/mounts; }
step "the build leaves no mount" nothing_mounted

for name in lucie-dhcp lucie-nfs lucied; do
  [ ! -e "$LUCIE_RUN/$name.pid" ] || kill "$(cut -d' ' -f1 "$LUCIE_RUN/$name.pid")"
done
finish
