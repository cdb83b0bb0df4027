#!/usr/bin/env bash
# Versions, epochs, revisions, architectures, upgrades, downgrades and removal, with dpkg and rpm in roots of their own.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/lmp/rpm_root.sh"
for need in dpkg rpm; do
  command -v $need >/dev/null || skip_all "needs $need"
done
lmp=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed
cd "$TEST_DIR" || exit 1
small_server

# package FOLDER VERSION CONTENT [ATTRIBUTE…]: both packages of LMP 'xx' with one file.
package() {
  local out=$1 version=$2 content=$3
  shift 3
  rm -rf source && new_lmp source xx editor && sed -i "s/version .*/version $version/" source/xx/lmp.conf
  [ $# -eq 0 ] || sed -i "/version/a\\    $*" source/xx/lmp.conf
  mkdir -p source/xx/files/etc && echo "$content" >source/xx/files/etc/xx.conf
  "$lmp" -c "$definitions" build source -o "$out" --format deb,rpm --quiet >/dev/null
}
# In the order of Debian's policy, which rpm shares.
versions="1.0~rc1 1.0 1.0-1 1.0-1.1 1.0-2 1.0+git1-1 1.9-1 1.10-1 1:0.1-1 2:0.1-1"
all_built() {
  local version count=0
  for version in $versions; do
    count=$((count + 1))
    package "out/$count" "$version" "$version" || { echo "$version"; return 1; }
  done
}
step "packages of ten versions" all_built
deb() { echo "out/$1"/lmp-xx_*.deb; }
rpm_file() { echo "out/$1"/lmp-xx-*.rpm; }

names() {
  package named 3:1.2-4 x && same <(printf '%s\n' lmp-xx-1.2-4.noarch.rpm lmp-xx_1.2-4_all.deb) <(LC_ALL=C ls named) &&
    [ "$(dpkg-deb -f named/*.deb Version)" = 3:1.2-4 ] && [ "$(rpm -qp --qf '%{epoch} %{version} %{release}' named/*.rpm)" = "3 1.2 4" ]
}
step "an epoch is in the version and not in the name" names

its_dpkg() { LC_ALL=C.UTF-8 dpkg --root="$TEST_DIR/dpkg-root" --force-not-root --log=/dev/null "$@"; }
dpkg_root() {
  rm -rf "$TEST_DIR/dpkg-root"
  mkdir -p "$TEST_DIR"/dpkg-root/var/lib/dpkg/{info,updates,triggers}
  : >"$TEST_DIR/dpkg-root/var/lib/dpkg/status"
}
installed=usr/share/lucie/lmp/xx/files/etc/xx.conf
says() { same <(echo "$2") "$1/$installed"; }
dpkg_upgrades() {
  local count=0 version
  dpkg_root
  for version in $versions; do
    count=$((count + 1))
    its_dpkg --refuse-downgrade -i "$(deb $count)" && says dpkg-root "$version" || return 1
  done
}
step "dpkg upgrades through all of them" dpkg_upgrades
dpkg_downgrades() {
  its_dpkg --refuse-downgrade -i "$(deb 9)" 2>&1 | grep -qi "will not downgrade" && says dpkg-root 2:0.1-1 &&
    its_dpkg -i "$(deb 3)" && says dpkg-root 1.0-1
}
step "and goes back only when told to" dpkg_downgrades
dpkg_leaves() { (cd dpkg-root && find . -path './var/lib/dpkg' -prune -o -type f -print | sort); }
dpkg_removes() { its_dpkg -r lmp-xx && [ -z "$(dpkg_leaves)" ] && [ ! -e dpkg-root/usr/share/lucie ]; }
step "a removed package leaves nothing" dpkg_removes
dpkg_purges() {
  its_dpkg -i "$(deb 4)" && its_dpkg -P lmp-xx && [ -z "$(dpkg_leaves)" ] && [ ! -e dpkg-root/usr ] &&
    ! grep -q lmp-xx dpkg-root/var/lib/dpkg/status
}
step "nor does a purged one" dpkg_purges

rpm_upgrades() {
  local count=0 version
  rpm_root
  for version in $versions; do
    count=$((count + 1))
    its_rpm -U "$(rpm_file $count)" && says rpm-root "$version" || return 1
  done
}
step "rpm upgrades through all of them" rpm_upgrades
rpm_downgrades() {
  ! its_rpm -U "$(rpm_file 9)" 2>said && grep -q 'newer than lmp-xx-1:0.1-1.noarch' said &&
    its_rpm -U --oldpackage "$(rpm_file 3)" && says rpm-root 1.0-1
}
step "and goes back only when told to" rpm_downgrades
rpm_removes() { its_rpm -e lmp-xx && [ ! -e rpm-root/usr/share/lucie ] && [ -z "$(find rpm-root -path "*$rpm_database*" -prune -o -type f -print)" ]; }
step "a removed rpm leaves nothing" rpm_removes

# Architectures: names, what the package says, and whom dpkg and rpm let in.
own=$(dpkg --print-architecture)
case $own in amd64) foreign=arm64 ;; *) foreign=amd64 ;; esac
rpm_name() { case $1 in amd64) echo x86_64 ;; arm64) echo aarch64 ;; esac; }
built_for() { # ARCHITECTURE
  package "for-$1" 1.0-1 "$1" architecture "$1" && [ "$(dpkg-deb -f "for-$1"/*.deb Architecture)" = "$1" ] &&
    [ -e "for-$1/lmp-xx_1.0-1_$1.deb" ] && [ -e "for-$1/lmp-xx-1.0-1.$(rpm_name "$1").rpm" ] &&
    [ "$(rpm -qp --qf '%{arch}' "for-$1"/*.rpm)" = "$(rpm_name "$1")" ]
}
step "an LMP for amd64" built_for amd64
step "an LMP for arm64" built_for arm64
own_goes_in() { dpkg_root && its_dpkg -i "for-$own"/*.deb && rpm_root && its_rpm -i "for-$own"/*.rpm && says dpkg-root "$own" && says rpm-root "$own"; }
step "one for this machine is installed" own_goes_in
foreign_stays_out() {
  dpkg_root && rpm_root && ! its_dpkg -i "for-$foreign"/*.deb 2>said && grep -q "package architecture ($foreign) does not match system ($own)" said &&
    ! its_rpm -i "for-$foreign"/*.rpm 2>said && grep -q 'intended for a different architecture' said
}
step "one for another is refused" foreign_stays_out
foreign_goes_in() {
  dpkg_root && its_dpkg --add-architecture "$foreign" && new_lmp needing needs-xx editor &&
    sed -i '/license/a\    depends xx because it is a test' needing/needs-xx/lmp.conf &&
    "$lmp" -c "$definitions" build needing -o needing --collection source --quiet >/dev/null &&
    its_dpkg -i "for-$foreign"/*.deb needing/*.deb && says dpkg-root "$foreign"
}
step "unless dpkg knows it, and then it does for whoever needs it" foreign_goes_in
program_for_another() {
  package none 1.0 x && mkdir -p source/xx/files/opt && head -c 64 "$BUILD/src/lmp/lmp" >source/xx/files/opt/program &&
    expect 1 "$lmp" -c "$definitions" build source -o none2 --quiet 2>said && [ ! -e none2 ] &&
    same <(printf '%s\n' "source/xx/files/opt/program: error: it is a program for $own, and the LMP is for all" \
      "hint: write 'architecture $own' into lmp.conf") said
}
step "a program in an LMP for all is a fault" program_for_another
finish
