#!/usr/bin/env bash
# lucie-setup check of hosts whose target has rpms.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/setup/fixture.sh"
. "$SOURCE/tests/system/universe/rpm_repository.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
step "a release of rpms" rpm_release "$TEST_DIR/repo"
lmp time-chrony chrony
lmp time-ntpsec ntpsec
sed -i 's/debian-12/rocky-9/' "$LUCIE_LMPS"/*/lmp.conf
rpm_definitions() {
  definitions "$1"
  sed -i 's/debian-12/rocky-9/; s/kind        apt/kind        rpm-md/; /suite  /d; /components /d; /kernel_package/d' "$LUCIE_ETC/lucie.conf"
}

rpm_definitions time-chrony
passes() {
  keep "$setup" check || { cat "$TEST_DIR/err"; return 1; }
  echo '1 host in 1 service set: all can be installed' > "$TEST_DIR/wanted"
  same "$TEST_DIR/wanted" "$TEST_DIR/out" &&
    says "warning: installer 'full': nodes of rocky-9, whose packages are rpms, cannot be installed yet" "$TEST_DIR/err"
}
step "check proves hosts with rpms" passes
not_locked() {
  expect 1 keep "$setup" lock && says "nodes of rocky-9, whose packages are rpms, cannot be installed yet" "$TEST_DIR/err" &&
    [ ! -e "$LUCIE_STATE/lock.json" ]
}
step "lock says that they cannot be installed yet" not_locked
rpm_definitions "time-chrony, time-ntpsec"
excluded() {
  expect 1 keep "$setup" check && says "services 'time-chrony' and 'time-ntpsec' exclude each other: chrony 4-1 conflicts with ntpsec 1-1" "$TEST_DIR/err"
}
step "services that exclude each other" excluded
lmp time-chrony "chrony, absent"
sed -i 's/debian-12/rocky-9/' "$LUCIE_LMPS"/*/lmp.conf
rpm_definitions time-chrony
absent() { expect 1 keep "$setup" check && says "package 'absent' is not in rocky-9" "$TEST_DIR/err"; }
step "a package that is not there" absent
finish
