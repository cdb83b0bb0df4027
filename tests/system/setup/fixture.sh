# Sourced by the tests of lucie-setup, after tests/tap.sh: a place of its own for everything that Lucie keeps,
# and a tiny distribution of empty packages, so that nothing is fetched.
chmod 755 "$TEST_DIR"
export LUCIE_ETC=$TEST_DIR/etc LUCIE_STATE=$TEST_DIR/state LUCIE_RUN=$TEST_DIR/run LUCIE_LMPS=$TEST_DIR/lmp
export LUCIE_NODE=$TEST_DIR/node LUCIE_CACHE=$TEST_DIR/cache
mkdir -p "$LUCIE_ETC" "$LUCIE_LMPS" "$LUCIE_NODE/debian-12"
setup=$BUILD/src/setup/lucie-setup

# deb OUT NAME [FIELD…]: an empty package, version 1.
deb() {
  local out=$1 name=$2 root
  shift 2
  root=$(mktemp -d "$TEST_DIR/deb-XXXXXX")
  mkdir -p "$root/DEBIAN" "$out"
  printf '%s\n' "Package: $name" 'Version: 1' 'Architecture: amd64' 'Maintainer: A <a@example.org>' "$@" \
    'Description: sample' > "$root/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone -b "$root" "$out/${name}_1_amd64.deb" > /dev/null
  rm -r "$root"
}

# A distribution with what base archives and NFS roots are made of, and two packages that exclude each other.
make_distribution() {
  local pool=$TEST_DIR/repo/pool lists=$TEST_DIR/repo/dists/stable name
  deb "$pool" base-files 'Essential: yes' 'Priority: required'
  for name in apt linux-image-sample initramfs-tools iproute2 kmod systemd systemd-sysv udev zstd busybox-static \
    dosfstools e2fsprogs fdisk mount procps psmisc tar util-linux chrony-core; do
    deb "$pool" "$name"
  done
  deb "$pool" chrony 'Depends: chrony-core' 'Conflicts: ntpsec'
  deb "$pool" ntpsec
  # Three that fit two by two, but not together.
  deb "$pool" either 'Depends: left | right'
  deb "$pool" no-left 'Conflicts: left'
  deb "$pool" no-right 'Conflicts: right'
  deb "$pool" left
  deb "$pool" right
  mkdir -p "$lists/main/binary-amd64"
  (
    cd "$TEST_DIR/repo" || exit 1
    apt-ftparchive packages pool > "$lists/main/binary-amd64/Packages"
    apt-ftparchive -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable \
      -o APT::FTPArchive::Release::Components=main -o APT::FTPArchive::Release::Architectures=amd64 \
      release dists/stable > Release.new
    mv Release.new dists/stable/Release
  )
  deb "$LUCIE_NODE/debian-12" lucie-node
  deb "$LUCIE_NODE/debian-12" lucie-agent
}

# lmp NAME PACKAGE: an installed LMP with one list and one template.
lmp() {
  mkdir -p "$LUCIE_LMPS/$1/files/etc"
  cat > "$LUCIE_LMPS/$1/lmp.conf" << END
define lmp{
    lmp_name    $1
    version     1.0-1
    summary     sample
    description A sample.
    maintainer  A <a@example.org>
    license     GPL-3.0-or-later
}
define package_list{
    target      debian-12
    packages    $2
}
END
  echo "name = @{host.name}" > "$LUCIE_LMPS/$1/files/etc/$1.conf.in"
}

# definitions SERVICES: one host that asks for them.
definitions() {
  cat > "$LUCIE_ETC/lucie.conf" << END
define package_server{
    name        sample
    target      debian-12
    kind        apt
    uri         file://$TEST_DIR/repo
    suite       stable
    components  main
    trusted     yes
}
define lucie_group{
    name        lucie1
    domain_name cluster.example.org
    gateway     192.168.10.254
    subnet      255.255.255.0
}
define installer{
    installer_name  full
    target          debian-12
    kernel_package  linux-image-sample
}
define host{
    host_name   cnode00
    address     192.168.10.1
    mac_address 52:54:00:12:34:01
    lucie_group lucie1
    services    $1
    installer   full
}
END
}

# Runs a command and keeps what it says: $TEST_DIR/out, $TEST_DIR/err.
keep() { "$@" > "$TEST_DIR/out" 2> "$TEST_DIR/err"; }

# says TEXT FILE: the file has that text; else it is shown.
says() { grep -qF -- "$1" "$2" || { cat "$2"; return 1; }; }

# A network namespace (and mount, process namespaces, which end with the test) with the server's address.
# in_cluster COMMAND…
in_cluster() {
  setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc bash -c '
    ip link set lo up && ip link add br0 type bridge && ip address add 192.168.10.250/24 dev br0 &&
    ip link set br0 up && exec "$@"' in_cluster "$@"
}
