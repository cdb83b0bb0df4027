#!/usr/bin/env bash
# Answers through upgrades, downgrades, removal and purge, with the real dpkg and rpm in views of this machine's root:
# what somebody wrote is never lost, and a purge leaves nothing.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/view_root.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for need in dpkg debconf ucf rpm unshare; do
  command -v $need >/dev/null || skip_all "needs $need"
done
program=$BUILD/src/lmp/lmp
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed
view_root
cd "$TEST_DIR" || exit 1

# versions of one LMP: 1 asks for mode and extras, 2 also for more, 3 asks nothing
"$program" new asking --questions --quiet
sed -i 's/^    packages .*//' asking/lmp.conf
built() { # VERSION
  sed -i "s/^    version .*/    version $1/" asking/lmp.conf &&
    "$program" -c /dev/null build asking -o out --format deb,rpm --quiet >/dev/null
}
three_versions() {
  built 1 || return 1
  printf '\nTemplate: lmp-asking/more\nType: string\nDefault: something\nDescription: What more?\n More of it.\n' >>asking/debconf/templates
  sed -i '$a db_input medium lmp-asking/more || true\ndb_go || true' asking/debconf/config
  echo 'more @{answer.more}' >>asking/files/etc/asking.conf.in
  built 2 || return 1
  rm -r asking/debconf && echo 'nothing is asked' >asking/files/etc/asking.conf.in
  sed -i '/^define package_list/,$d' asking/lmp.conf && built 3
}
step "three versions" three_versions
file=/etc/lucie/lmp/asking/answers.conf
edit="sed -i 's/quiet/talkative/; s/^define/# mine\n&/' $file; cp $file /out/mine"
deb() { echo "dpkg --force-depends -i /out/lmp-asking_$1_all.deb >/out/log 2>&1 || { cat /out/log; exit 1; }"; }
rpm_do() { echo "rpm --dbpath /tmp/rpm $* >/out/log 2>&1 || { cat /out/log; exit 1; }"; }
rpm_of() { echo "/out/lmp-asking-$1-0.noarch.rpm"; }
view() { { echo 'export DEBIAN_FRONTEND=noninteractive'; printf '%s\n' "$@"; } | in_view; }

# What was edited is there in an upgrade, word by word; a new question adds its answer only when it is not the default.
step "dpkg: an upgrade" view "$(deb 1)" "$edit" "$(deb 2)" "cmp $file /out/mine"
step "dpkg: with a new answer" view "$(deb 1)" "$edit" \
  "echo 'lmp-asking lmp-asking/more string other' | debconf-set-selections" "$(deb 2)" \
  "grep -v ' more ' $file | diff - /out/mine && grep -q '^ *more  *other$' $file"
step "dpkg: a downgrade" view "$(deb 2)" "$edit" "$(deb 1)" "cmp $file /out/mine"
step "dpkg: to a version that asks nothing" view "$(deb 1)" "$edit" "$(deb 3)" "cmp $file /out/mine"
step "dpkg: removed and installed again" view "$(deb 1)" "$edit" "dpkg -r lmp-asking >/dev/null" "cmp $file /out/mine" "$(deb 2)" "cmp $file /out/mine"
step "dpkg: a purge leaves nothing" view "$(deb 1)" "$edit" "dpkg -P lmp-asking >/dev/null" "[ ! -e /etc/lucie/lmp/asking ]" \
  'if find /etc /usr /var -xdev -newer /out/script -name "*asking*" | grep .; then exit 1; fi' 'if debconf-show lmp-asking | grep .; then exit 1; fi' \
  'if grep asking /var/lib/ucf/hashfile /var/lib/ucf/registry /var/lib/dpkg/status; then exit 1; fi'

step "rpm: an upgrade" view "$(rpm_do -i --nodeps "$(rpm_of 1)")" "$edit" "$(rpm_do -U --nodeps "$(rpm_of 2)")" "cmp $file /out/mine"
step "rpm: a downgrade" view "$(rpm_do -i --nodeps "$(rpm_of 2)")" "$edit" "$(rpm_do -U --nodeps --oldpackage "$(rpm_of 1)")" "cmp $file /out/mine"
# rpm keeps what was changed under another name, as its configuration files.
step "rpm: to a version that asks nothing" view "$(rpm_do -i --nodeps "$(rpm_of 1)")" "$edit" "$(rpm_do -U --nodeps "$(rpm_of 3)")" \
  "cmp $file /out/mine || cmp $file.rpmsave /out/mine"
step "rpm: removed" view "$(rpm_do -i --nodeps "$(rpm_of 1)")" "$edit" "$(rpm_do -e lmp-asking)" "cmp $file /out/mine || cmp $file.rpmsave /out/mine"
step "rpm: removed, the defaults untouched" view "$(rpm_do -i --nodeps "$(rpm_of 1)")" "$(rpm_do -e lmp-asking)" \
  "if find /usr/share/lucie /usr/share/doc/lmp-asking | grep .; then exit 1; fi 2>/dev/null" "rpm --dbpath /tmp/rpm -q lmp-asking | grep 'not installed'"
finish
