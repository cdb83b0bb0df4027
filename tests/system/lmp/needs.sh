#!/usr/bin/env bash
# Rules 3 and 4, read off scripts, against the universe of this machine's own release; and package servers that lists
# name, on servers of text.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. /etc/os-release
program=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000
cd "$TEST_DIR" || exit 1

# new DIR NAME: an LMP without packages, for test-1 or the target given as third
new() {
  new_lmp "$1" "$2" editor
  sed -i "/packages/d; s/test-1/${3:-test-1}/" "$1/$2/lmp.conf"
}
script() {
  mkdir -p "$1/scripts"
  { echo '#!/bin/sh'; cat; } >"$1/scripts/50-test"
}

small_server
cat >server/Contents-amd64 <<'LIST'
etc/editor.conf   admin/editor
usr/bin/editor    admin/editor
usr/bin/cat       admin/base-files
LIST
lmp() { "$program" -c "$definitions" "$@"; }
new lmps aa
script lmps/aa <<'SH'
# editor in a comment
cat >/etc/own.conf <<TEXT
editor in a text
TEXT
f=/etc/editor.conf
sed -i s/a/b/ "$LUCIE_TARGET$f"
in_target editor --batch
SH
new_lmp lmps bb editor
cat >wanted <<'TEXT'
aa depends on bb: it uses what the other provides (rule 3)
  lmps/aa/scripts/50-test:7: aa edits /etc/editor.conf
  lmps/bb/lmp.conf:10: bb asks for editor, which has /etc/editor.conf
  neither the packages of aa nor the base set of test-1 have /etc/editor.conf
  lmps/aa/scripts/50-test:8: aa runs editor
  lmps/bb/lmp.conf:10: bb asks for editor, which has /usr/bin/editor
  neither the packages of aa nor the base set of test-1 have editor
TEXT
told() { lmp check lmps --quiet >told 2>err && [ ! -s err ] && same wanted told; }
step "what another LMP's packages have is depended on" told
built() { lmp build lmps -o debs --quiet && [ "$(dpkg-deb -f debs/lmp-aa_1.0_all.deb Depends)" = lmp-bb ]; }
step "the package says so" built
explained() { # from what the package recorded, without any package server
  dpkg-deb -x debs/lmp-aa_1.0_all.deb installed.aa && dpkg-deb -x debs/lmp-bb_1.0_all.deb installed.aa &&
    LUCIE_LMPS=$TEST_DIR/installed.aa/usr/share/lucie/lmp "$program" explain aa >told &&
    sed 's,lmps/,,' wanted | same - told
}
step "explain tells the evidence" explained
documented() { # the same chain is in the package's documentation
  sed 's,lmps/,,' wanted >chain && tail -n +5 installed.aa/usr/share/doc/lmp-aa/relations | same chain - &&
    grep -qx "Proved for test-1, universe [0-9a-f]\{64\}" installed.aa/usr/share/doc/lmp-bb/relations
}
step "and so does the package's documentation" documented
# as_schema FILE: it is what docs/lmp-check.schema.json allows
as_schema() {
  python3 - "$SOURCE/docs/lmp-check.schema.json" "$1" <<'PY'
import json, sys
import jsonschema
schema, record = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(record)
PY
}
data() {
  LUCIE_LMPS=$TEST_DIR/installed.aa/usr/share/lucie/lmp "$program" explain aa bb --json >explained.json && as_schema explained.json &&
    lmp check lmps --json --quiet >checked.json && as_schema checked.json && grep -q '"rule": 3' explained.json &&
    sed 's/"kind": "depends"/"kind": "likes"/' explained.json >wrong.json && ! as_schema wrong.json 2>/dev/null
}
step "explain and check as data, as the schema says" data
rm -r lmps/bb
cat >wanted <<'TEXT'
lmps/aa/scripts/50-test:7:15: error: 'aa' edits '/etc/editor.conf', which neither its packages nor the base set of test-1 have
    7 | sed -i s/a/b/ "$LUCIE_TARGET$f"
      |               ^
hint: add 'editor' to its packages for test-1
lmps/aa/scripts/50-test:8:11: error: 'aa' runs 'editor', which neither its packages nor the base set of test-1 have
    8 | in_target editor --batch
      |           ^
hint: add 'editor' to its packages for test-1
TEXT
refused() { expect 1 lmp check lmps --quiet >told 2>err && same wanted err; }
step "what nobody has is a fault" refused
noted() { lmp check lmps --verbose 2>&1 | grep -q "note: 'aa' runs '/bin/sh', which nothing in test-1 owns"; }
step "what nothing owns is a note with --verbose" noted
rm server/Contents-amd64
warned() {
  lmp check lmps --quiet >told 2>err && [ ! -s told ] &&
    grep -q "^warning: nobody knows which packages of test-1 have which files: " err
}
step "without Contents there is a warning and no fault" warned
broken() {
  script lmps/aa <<<'if true'
  expect 1 lmp check lmps --quiet 2>err && grep -q '^lmps/aa/scripts/50-test:2:1: error: the shell cannot read this: ' err
}
step "a script that no shell can read" broken
no_shfmt() {
  mkdir -p bin && ln -sf /bin/true bin/true
  PATH=$TEST_DIR/bin expect 3 lmp check lmps --quiet 2>err; grep -q "^hint: install the package 'shfmt'" err
}
step "without shfmt" no_shfmt

# A server that the LMP brings, and one that nobody knows.
mkdir other
printf 'Package: special\nVersion: 2\nArchitecture: all\nFilename: ./special.deb\nSize: 1\nSHA256: %064d\n' 0 >other/Packages
new_lmp brought cc special
cat >>brought/cc/lmp.conf <<CONF
define package_server{
    name    ours
    target  test-1
    kind    apt
    suite   ./
    uri     file:$TEST_DIR/other
}
CONF
sed -i 's/^    packages /    package_server ours\n&/' brought/cc/lmp.conf
step "packages come from the server that the LMP brings" lmp check brought --quiet
sed -i 's/package_server ours/package_server oura/' brought/cc/lmp.conf
unknown() {
  expect 1 lmp check brought --quiet 2>err &&
    grep -q "^brought/cc/lmp.conf:10:20: error: package server 'oura' is not known for test-1$" err &&
    grep -q "^hint: did you mean 'ours'?$" err
}
step "an unknown server" unknown

# The real universe.
if [ "$ID-$VERSION_ID" != debian-12 ]; then finish; fi
rm -f "$definitions"
export LUCIE_CACHE=${LUCIE_TEST_CACHE:-$TEST_DIR/cache}
real() { "$program" "$@"; }
new real aa debian-12
script real/aa <<'SH'
make -C /usr/src all
awk 1 /etc/hosts
[ -x /usr/bin/gcc ] && gcc --version
echo '/srv *' >>/etc/exports
if [ -d /run/systemd/system ]; then systemctl restart nfs-server; fi
SH
new_lmp real bb build-essential
new_lmp real cc nfs-kernel-server
sed -i s/test-1/debian-12/ real/*/lmp.conf
cat >wanted <<'TEXT'
aa depends on bb: it uses what the other provides (rule 3)
  real/aa/scripts/50-test:2: aa runs make
  real/bb/lmp.conf:10: bb asks for build-essential, which brings make with /usr/bin/make
  neither the packages of aa nor the base set of debian-12 have make
aa depends on cc: it uses what the other provides (rule 3)
  real/aa/scripts/50-test:5: aa edits /etc/exports
  real/cc/lmp.conf:10: cc asks for nfs-kernel-server, which has /etc/exports
  neither the packages of aa nor the base set of debian-12 have /etc/exports
TEXT
of_debian() { real check real --quiet >told && same wanted told; }
step "Debian's own files are known" of_debian
of_shipped() { real check "$SOURCE/lmps" --quiet; }
step "the shipped LMPs lack nothing" of_shipped
finish
