# Sourced after tests/tap.sh: a lab whose server has Lucie's packages, LMPs and a cluster applied, made with the
# commands that an administrator types.
#   cluster_conf KIND NODES SERVICES    definitions of so many nodes of that kind on standard output
#   make_debs                   Lucie's own packages in TEST_DIR/debs
#   make_lmps NAME…             LMPs in TEST_DIR/lmp-debs, and in the cache every package that they lock
#   cluster_up                  the lab, of TEST_DIR/cluster.conf
#   cluster_apply               its server: LMPs installed, definitions locked and applied
# "in_server COMMAND…" runs a command there. LUCIE_LAB is set.
export LUCIE_LAB=$TEST_DIR/lab
lab=$BUILD/src/lab/lucie-lab
trap '"$lab" down >/dev/null 2>&1; rm -rf "$TEST_DIR"' EXIT

in_server() { "$lab" exec -- "$@"; }

cluster_conf() {
  local last=$(($2 - 1)) services=$3
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
  members        node[00-$(printf %02d $last)]
  lucie_group    lucie1
  services       $services
  installer      full
  disk_layout    single-disk
}
define host{
  host_name      node[00-$(printf %02d $last)]
  address        192.168.10.[1-$2]
  mac_address    52:54:00:12:34:[01-$(printf %02d $2)]
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
