#!/usr/bin/env bash
# Figure 3 of the paper, as it stands there, with the LMPs that ship: their packages are built, unpacked as a server has
# them, and the cluster is proved against the universe of this machine's own release.
. "${SOURCE:?is set by ./test}/tests/tap.sh" || exit 1
. "$SOURCE/tests/system/setup/fixture.sh"
. /etc/os-release
[ "$ID-$VERSION_ID" = debian-12 ] || skip_all "the shipped LMPs are for debian-12, this is $ID-$VERSION_ID"
lmp=$BUILD/src/lmp/lmp
for package in lucie-node lucie-dolly lucie-agent; do deb "$LUCIE_NODE/debian-12" "$package"; done

installed() {
  "$lmp" build "$SOURCE/lmps" -o "$TEST_DIR/debs" --quiet || return
  local package
  for package in "$TEST_DIR"/debs/*.deb; do dpkg-deb -x "$package" "$TEST_DIR/server"; done
}
step "the LMPs that ship are built and unpacked" installed
export LUCIE_LMPS=$TEST_DIR/server/usr/share/lucie/lmp

cp "$SOURCE/tests/unit/config/figure3.conf" "$LUCIE_ETC/lucie.conf"
passes() { keep "$setup" check --json || { cat "$TEST_DIR/err" "$TEST_DIR/out"; return 1; }; }
step "the figure passes" passes
one_set() { says '"hosts": 2' "$TEST_DIR/out" && says '"service_sets": 1' "$TEST_DIR/out" && says '"faults": []' "$TEST_DIR/out"; }
step "both hosts are one service set" one_set

# A third node with everything else that ships and can be together.
cat >> "$LUCIE_ETC/lucie.conf" << 'END'
define host{
    host_name     files
    address       192.168.10.3
    mac_address   00:50:56:40:40:b8
    use           hosttemplate
    services      + base, network, ssh, nfs-client, nfs-server, ganglia, time-chrony, hello
}
END
step "so does a node with nearly all of them" passes
sed -i 's/time-chrony, hello/time-chrony, time-ntpsec, hello/' "$LUCIE_ETC/lucie.conf"
both_clocks() {
  expect 1 keep "$setup" check && says "time-chrony" "$TEST_DIR/err" && says "time-ntpsec" "$TEST_DIR/err"
}
step "two clocks on one node do not" both_clocks
finish
