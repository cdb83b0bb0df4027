# Sourced after tests/tap.sh by tests with nodes made of namespaces: a lab whose server has Lucie's packages, LMPs and a cluster applied, made with the
# commands that an administrator types. Skips the test where the machine cannot make such nodes.
#   cluster_conf KIND NODES SERVICES    definitions of so many nodes of that kind on standard output
#   make_debs                   Lucie's own packages in TEST_DIR/debs
#   make_lmps NAME…             LMPs in TEST_DIR/lmp-debs, and in the cache every package that they lock
#   cluster_up                  the lab, of TEST_DIR/cluster.conf
#   cluster_apply               its server: LMPs installed, definitions locked and applied
#   install_all LIMIT           all nodes are armed, switched on, and installed and booted within that time
#   every_node COMMAND…         runs it with each node's name behind
#   none_crashed                neither the server's logs nor the consoles tell of a crash or of what a sanitizer found
# "in_server COMMAND…" runs a command there, "on NODE COMMAND…" on a node. LUCIE_LAB is set.
[ "$(id -u)" -eq 0 ] || skip_all "the lab needs root"
for tool in mmdebstrap dpkg-buildpackage unshare nsenter partx; do
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
grep -qw cgroup2 /proc/filesystems || skip_all "the kernel has no control groups of version 2"
. "$SOURCE/tests/remains.sh"
export LUCIE_LAB=$TEST_DIR/lab
lab=$BUILD/src/lab/lucie-lab
trap '"$lab" down >/dev/null 2>&1; rm -rf "$TEST_DIR"' EXIT

in_server() { "$lab" exec -- "$@"; }
on() {
  local node=$1
  shift
  "$lab" exec --node "$node" -- "$@"
}
console_of() { cat "$LUCIE_LAB/log/$1.console"; }
# eventually COMMAND…: within a minute
eventually() {
  local tries
  for tries in $(seq 240); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.25
  done
  echo "not after $tries tries:"
  "$@"
}

cluster_conf() {
  local last services=$3
  last=$(printf %02d $(($2 - 1)))
  all_nodes="node[00-$last]" number_of_nodes=$2
  cat <<CONF
define lucie_group{
  name           lucie1
  domain_name    cluster.example.org
  gateway        192.168.10.254
  subnet         255.255.255.0
  lucie_address  192.168.10.250
}
define host_group{
  hostgroup_name all-nodes
  members        $all_nodes
  lucie_group    lucie1
  services       $services
  installer      full
  disk_layout    single-disk
}
define host{
  host_name      $all_nodes
  address        192.168.10.[1-$2]
  mac_address    52:54:00:12:34:[01-$(printf %02d "$2")]
}
define installer{
  installer_name full
  kernel_package linux-image-cloud-amd64
  use            access
}
define disk_layout{
  layout_name    single-disk
  disk           first
  label          msdos
  partition      swap  64M   swap
  partition      /     1G-   ext4  noatime
  partition      /var/log  128M  ext4
}
define lab{
  kind           $1
  disk_size      3G
}
include "lab.d/*.conf"
CONF
  cp -r "$SOURCE/data/example/lab.d" "$TEST_DIR"  # the lab writes its own key there
}

make_debs() { "$SOURCE/packaging/build-debs" "$BUILD" "$TEST_DIR/debs"; }

# The same lock that the server will make, made where the network is.
make_lmps() {
  local name folders=()
  for name in "$@"; do folders+=("$SOURCE/lmps/$name"); done
  "$BUILD/src/lmp/lmp" build "${folders[@]}" -o "$TEST_DIR/lmp-debs" --format deb || return
  dpkg-deb -x "$TEST_DIR"/debs/lucie-server_*.deb "$TEST_DIR/server-files" || return
  LUCIE_ETC=$TEST_DIR/etc LUCIE_STATE=$TEST_DIR/state LUCIE_RUN=$TEST_DIR/run LUCIE_LMPS=$SOURCE/lmps \
    LUCIE_NODE=$TEST_DIR/server-files/usr/share/lucie/node \
    "$BUILD/src/setup/lucie-setup" -c "$TEST_DIR/cluster.conf" lock
}

cluster_up() { "$lab" up --debs "$TEST_DIR/debs" --detach "$TEST_DIR/cluster.conf"; }

cluster_apply() {
  tar -C "$TEST_DIR/lmp-debs" -c . | in_server sh -c 'mkdir -p /srv/lmp && tar -C /srv/lmp -x' &&
    in_server sh -c 'apt-get -qq -y install /srv/lmp/*.deb && lucie-setup lock && lucie-setup apply'
}

every_node() {
  local number
  for number in $(seq 0 $((number_of_nodes - 1))); do "$@" "node$(printf %02d "$number")" || return; done
}
install_all() {
  in_server lucie install "$all_nodes" && "$lab" power "$all_nodes" on &&
    in_server lucie wait --booted --timeout "$1" "$all_nodes" && return
  in_server lucie status
  every_node console_of
  return 1
}
# Inside a lab, the folder that ./test has for sanitizers' reports is not there.
none_crashed() {
  local told='Sanitizer: |: runtime error: |terminate called |Segmentation fault'
  expect 1 grep -rE "$told" "$LUCIE_LAB/log" &&
    expect 1 in_server sh -c 'mkdir -p /var/lib/lucie/logs && grep -rE "$1" /var/log/lucie /var/lib/lucie/logs' sh "$told"
}
