#!/usr/bin/env bash
# Relations for a target of rpms, proved against an rpm-md server of real packages.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/universe/rpm_repository.sh"
program=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed LUCIE_CACHE=$TEST_DIR/cache
cd "$TEST_DIR" || exit 1
step "a release of rpms" rpm_release repo
cat > "$definitions" << CONF
define package_server{
    name     rpms
    target   rocky-9
    uri      file:$TEST_DIR/repo
}
CONF
lmp() { "$program" -c "$definitions" "$@"; }
# new NAME PACKAGES: an LMP for rocky-9
new() {
  new_lmp lmps "$1" "$2"
  sed -i 's/test-1/rocky-9/' "lmps/$1/lmp.conf"
}
new time-chrony chrony
new time-ntpsec ntpsec
new german "langs, german"
new watch dnf
mkdir -p lmps/watch/scripts
printf '%s\n' '#!/bin/sh' 'chronyc makestep' 'cat /etc/fstab' >lmps/watch/scripts/50-step
cat >wanted <<'TEXT'
german conflicts with time-ntpsec: their packages cannot be installed together (rule 2)
  lmps/german/lmp.conf:10: german asks for german
  lmps/german/lmp.conf:10: german asks for langs
  lmps/time-ntpsec/lmp.conf:10: time-ntpsec asks for ntpsec
  langs 1-1 depends on (langs-de if german)
  langs-de 1-1 conflicts with ntpsec 1-1
time-chrony conflicts with time-ntpsec: their packages cannot be installed together (rule 2)
  lmps/time-chrony/lmp.conf:10: time-chrony asks for chrony
  lmps/time-ntpsec/lmp.conf:10: time-ntpsec asks for ntpsec
  chrony 4-1 conflicts with ntpsec 1-1
watch depends on time-chrony: it uses what the other provides (rule 3)
  lmps/watch/scripts/50-step:2: watch runs chronyc
  lmps/time-chrony/lmp.conf:10: time-chrony asks for chrony, which has /usr/bin/chronyc
  neither the packages of watch nor the base set of rocky-9 have chronyc
TEXT
told() { lmp check lmps --quiet >told 2>err && [ ! -s err ] && same wanted told || { cat err; return 1; }; }
step "conflicts, rich dependencies and files are proved" told
recorded() {
  lmp check lmps --json >record.json && python3 - <<'PY'
import json
record = json.load(open("record.json"))
kinds = {(r["kind"], r["from"], r["to"], r["rule"]) for r in record["relations"]}
assert kinds == {("conflict", "german", "time-ntpsec", 2), ("conflict", "time-chrony", "time-ntpsec", 2),
                 ("depends", "watch", "time-chrony", 3)}, kinds
assert record["faults"] == []
PY
}
step "the same as data" recorded
built() {
  SOURCE_DATE_EPOCH=1700000000 lmp build lmps -o out --format deb,rpm --quiet &&
    dpkg-deb -f out/lmp-watch_1.0_all.deb Depends | grep -q lmp-time-chrony
}
step "packages of them carry the relations" built

rm -r lmps/time-chrony
unmet() {
  expect 1 lmp check lmps --quiet >told 2>err &&
    grep -qF "lmps/watch/scripts/50-step:2:1: error: 'watch' runs 'chronyc', which neither its packages nor the base set of rocky-9 have" err &&
    grep -qx "hint: add 'chrony' to its packages for rocky-9" err || { cat err; return 1; }
}
step "what nobody brings is a fault that names the package" unmet
rm -r lmps/watch
new wrong "ntpsec, langs, german"
cat >wanted <<'TEXT'
lmps/wrong/lmp.conf:8:8: error: the package list of 'wrong' cannot be installed in rocky-9:
  german was asked for
  langs was asked for
  langs 1-1 depends on (langs-de if german)
  ntpsec was asked for
  langs-de 1-1 conflicts with ntpsec 1-1
TEXT
impossible() { expect 1 lmp check lmps/wrong --quiet >told 2>err; grep -v ' | ' err | same wanted -; }
step "a list that cannot be installed is a fault with its reasons" impossible
new wrong chrny
nearest() { expect 1 lmp check lmps/wrong --quiet >told 2>err && grep -qx "hint: did you mean 'chrony'?" err; }
step "an unknown package, with the nearest name" nearest
rm repo/repodata/*filelists*
index_gone() { expect 3 lmp check lmps/wrong --quiet >told 2>err && grep -q "package server 'rpms': file://.*filelists" err; }
rm -r "$LUCIE_CACHE"
step "an index that is gone is told" index_gone
finish
