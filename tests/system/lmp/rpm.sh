#!/usr/bin/env bash
# LMPs as rpm packages, judged by rpm itself in a root of its own.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/lmp/rpm_root.sh"
command -v rpm >/dev/null || skip_all "rpm is not installed"
lmp=$BUILD/src/lmp/lmp
out=$TEST_DIR/out
small_server
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000

new_lmp "$TEST_DIR/lmps" clock chrony
new_lmp "$TEST_DIR/lmps" other-clock ntpsec
new_lmp "$TEST_DIR/lmps" plain editor
new_lmp "$TEST_DIR/lmps" needs-clock editor
sed -i '/license/a\    depends     clock | other-clock because it looks at the time' "$TEST_DIR/lmps/needs-clock/lmp.conf"
mkdir -p "$TEST_DIR"/lmps/{plain/files/etc,plain/scripts}
echo one >"$TEST_DIR/lmps/plain/files/etc/x"
printf '#!/bin/sh\ntrue\n' >"$TEST_DIR/lmps/plain/scripts/10-x"
package() { echo "$out/lmp-$1-1.0-0.noarch.rpm"; }

build() { "$lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$1" --format "$2" --quiet; }
step "debs and rpms are built at once" build "$out" deb,rpm
four_each() { [ "$(find "$out" -name '*.deb' | wc -l)" = 4 ] && [ "$(find "$out" -name '*.rpm' | wc -l)" = 4 ]; }
step "one of each format for each LMP" four_each
again() { (umask 077; TZ=Asia/Tokyo build "$TEST_DIR/again" rpm) && for file in "$TEST_DIR"/again/*.rpm; do
  cmp "$file" "$out/${file##*/}" || return 1; done; }
step "the same sources give the same bytes" again
step "rpm finds all digests right" rpm -K --nosignature "$out"/*.rpm

rpm_root
installs() { its_rpm -i "$(package plain)" && its_rpm -V lmp-plain; }
step "rpm installs and verifies one" installs
tree=$TEST_DIR/rpm-root/usr/share/lucie/lmp/plain
same_tree() { # as the deb lays it out, with the same modes
  dpkg-deb -x "$out/lmp-plain_1.0_all.deb" "$TEST_DIR/deb" && [ -x "$tree/scripts/10-x" ] &&
    diff <(cd "$TEST_DIR/deb/usr/share/lucie" && find . -printf '%p %m %y\n' | sort) \
      <(cd "$TEST_DIR/rpm-root/usr/share/lucie" && find . -printf '%p %m %y\n' | sort) &&
    diff -r "$TEST_DIR/deb/usr/share/lucie" "$TEST_DIR/rpm-root/usr/share/lucie"
}
step "both formats install the same tree" same_tree
seen() { LUCIE_LMPS=$TEST_DIR/rpm-root/usr/share/lucie/lmp "$lmp" show plain | grep -q '/etc/x'; }
step "lmp reads what rpm installed" seen
refuses_pair() { ! its_rpm -i "$(package clock)" "$(package other-clock)" 2>"$TEST_DIR/said" &&
  grep -q 'lmp-clock conflicts with lmp-other-clock' "$TEST_DIR/said"; }
step "rpm refuses the excluded pair" refuses_pair
needs_one() { ! its_rpm -i "$(package needs-clock)" 2>"$TEST_DIR/said" &&
  grep -q '(lmp-clock or lmp-other-clock) is needed by lmp-needs-clock' "$TEST_DIR/said"; }
step "rpm asks for one of two" needs_one
step "rpm is content with either" its_rpm -i "$(package needs-clock)" "$(package other-clock)"
gone() { its_rpm -e lmp-plain lmp-needs-clock lmp-other-clock && [ ! -e "$TEST_DIR/rpm-root/usr/share/lucie" ]; }
step "nothing is left when they are removed" gone
finish
