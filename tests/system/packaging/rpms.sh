#!/usr/bin/env bash
# Lucie's own rpms, made from the build at hand; the file trigger of LMPs, fired by rpm itself in a root of its own.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/lmp/rpm_root.sh"
for tool in rpmbuild busybox; do command -v $tool >/dev/null || skip_all "$tool is not installed"; done
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000
rpms=$TEST_DIR/rpms
root=$TEST_DIR/rpm-root
mkdir "$TEST_DIR/debs"
echo deb >"$TEST_DIR/debs/lucie-node_1_amd64.deb"

step "the packages build" "$SOURCE/packaging/build-rpms" "$BUILD" "$rpms" "$TEST_DIR/debs"
package() { echo "$rpms/$1"-*.x86_64.rpm; }
four() { [ "$(find "$rpms" -name '*.rpm' | wc -l)" = 4 ] && rpm -K --nosignature "$rpms"/*.rpm; }
step "there are four, with right digests" four
contains() { rpm -qlp "$(package "$1")" | grep -qx -- "$2" || { echo "$1 has no $2"; return 1; }; }
step "the server holds lucie-setup" contains lucie-server /usr/bin/lucie-setup
step "and its templates" contains lucie-server /usr/share/lucie/templates/initrd/init
step "and what Debian nodes run" contains lucie-server /usr/share/lucie/node/debian-12/lucie-node_1_amd64.deb
step "lmp has a package of its own" contains lucie-lmp /usr/bin/lmp
no_overlap() {
  rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$rpms"/*.rpm | grep -v '^d' | sort >"$TEST_DIR/files"
  [ "$(wc -l <"$TEST_DIR/files")" -gt 50 ] && [ -z "$(uniq -d "$TEST_DIR/files")" ]
}
step "no file is in two packages" no_overlap

# A root with a shell, and with the libraries that lucie-setup needs. A wrapper counts how often it is called.
rpm_root
its_rpm -i --nodeps --noscripts --notriggers "$(package lucie-server)"
prepare() {
  mkdir -p "$root/bin" "$root/tmp" && cp "$(command -v busybox)" "$root/bin/busybox" || return 1
  for name in sh touch cat echo; do ln -sf busybox "$root/bin/$name"; done
  ldd "$root/usr/bin/lucie-setup" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")" && cp -L "$library" "$root$library" || exit 1
  done
  mv "$root/usr/bin/lucie-setup" "$root/usr/bin/lucie-setup.real" || return 1
  printf '#!/bin/sh\nunset LUCIE_ETC LUCIE_LMPS LUCIE_CACHE\necho "$@" >>/tmp/calls\nexec lucie-setup.real "$@" >>/tmp/said 2>&1\n' >"$root/usr/bin/lucie-setup"
  chmod +x "$root/usr/bin/lucie-setup"
}
step "a root in which lucie-setup runs" prepare

small_server
new_lmp "$TEST_DIR/lmps" one editor
new_lmp "$TEST_DIR/lmps" two editor
"$BUILD/src/lmp/lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$TEST_DIR/out" --format rpm --quiet >/dev/null
sed -i 's/version     1.0/version     2.0/' "$TEST_DIR/lmps/one/lmp.conf"
"$BUILD/src/lmp/lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$TEST_DIR/out" --format rpm --quiet >/dev/null
# fires MARKS COMMAND…: the command's transaction calls `lucie-setup refresh` once, which leaves these marks.
fires() {
  local marks=$1
  shift
  rm -f "$root/tmp/calls" "$root/tmp/said"
  "$@" || return 1
  cat "$root/tmp/calls" "$root/tmp/said"
  [ "$(cat "$root/tmp/calls")" = refresh ] && [ "$(cat "$root/run/lucie/out-of-date" 2>/dev/null)" = "$marks" ]
}
lmp_rpm() { echo "$TEST_DIR/out/lmp-$1-$2-0.noarch.rpm"; }
step "installing two fires the trigger once" fires $'lmp one 1.0 is new\nlmp two 1.0 is new' \
  its_rpm -i "$(lmp_rpm one 1.0)" "$(lmp_rpm two 1.0)"
step "so does an upgrade" fires $'lmp one 2.0 is new\nlmp two 1.0 is new' its_rpm -U "$(lmp_rpm one 2.0)"
step "and removing one" fires 'lmp two 1.0 is new' its_rpm -e lmp-one
step "and removing the last" fires '' its_rpm -e lmp-two
failing() { # a refresh that cannot run stops nobody
  rm "$root/usr/bin/lucie-setup"
  its_rpm -i "$(lmp_rpm one 1.0)" && its_rpm -q lmp-one
}
step "a trigger that fails does not stop rpm" failing
unrelated() { rpm -qp --filetriggers "$(package lucie-server)" | grep -q '/usr/share/lucie/lmp$'; }
step "the trigger is about LMPs alone" unrelated
step "a folder that is no build is refused" expect 3 "$SOURCE/packaging/build-rpms" "$TEST_DIR" "$TEST_DIR/none"
finish
