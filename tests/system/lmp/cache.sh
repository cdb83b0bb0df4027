#!/usr/bin/env bash
# `lmp check` and `lmp build` take what earlier runs found from the cache, and only that: whatever an answer depends on
# being changed, it is worked out anew. Outputs are compared with those of --no-cache.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
shfmt=$(command -v shfmt) || skip_all "needs shfmt"
program=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed LUCIE_TEMPLATES=$SOURCE/templates SOURCE_DATE_EPOCH=1700000000
cd "$TEST_DIR" || exit 1
mkdir bin
cat >bin/shfmt <<SH
#!/bin/sh
echo read >>$TEST_DIR/read
exec $shfmt "\$@"
SH
chmod +x bin/shfmt
PATH=$TEST_DIR/bin:$PATH

small_server
cat >server/Contents-amd64 <<'LIST'
etc/editor.conf   admin/editor
usr/bin/editor    admin/editor
usr/bin/chronyc   net/chrony
LIST
script() {
  mkdir -p "lmps/$1/scripts"
  { echo '#!/bin/sh'; cat; } >"lmps/$1/scripts/50-$1"
}
new_lmp lmps aa base-files
script aa <<'SH'
sed -i s/a/b/ /etc/editor.conf
cat "$unknown"
SH
new_lmp lmps bb editor
new_lmp lmps cc chrony
new_lmp lmps dd ntpsec
script dd <<'SH'
chronyc -n || :
SH

lmp() { "$program" -c "$definitions" "$@"; }
readings() { [ -e read ] && wc -l <read || echo 0; }
# found FILE OPTION…: all that check says goes to FILE, with its status.
found() {
  local file=$1 status=0
  shift
  lmp check lmps --json --verbose "$@" >"$file" 2>"$file.said" || status=$?
  echo "status $status" >>"$file"
  grep -vE '^ +(asking|reading) |^ *[0-9]+% ' "$file.said" >>"$file"
}
# answers READINGS: as without the cache, and scripts are read by that many runs of shfmt.
answers() {
  rm -f read
  found with
  local done
  done=$(readings)
  found without --no-cache
  same without with && { [ "$done" -eq "$1" ] || { echo "$done runs of shfmt, wanted $1"; false; }; }
}
# differs: what was found last differs from what was found before.
differs() { ! cmp -s with before; }

step "nothing is there yet" answers 1
step "relations and faults are found" grep -q "chronyc" with
cp with before
step "the same is found again, and no script is read" answers 0
step "--no-cache reads scripts" eval 'rm -f read; found again --no-cache; [ "$(readings)" -eq 1 ]'

# Nothing but the cache can answer now: the indices cannot be read.
spoil() { cp -a cache/universe whole && find cache/universe -name '*.solv' -exec sh -c 'echo spoilt >"$1"' _ {} \; ; }
heal() { rm -r cache/universe && mv whole cache/universe; }
spoil
found with
heal
step "indices are not read when nothing has changed" same before with

sed -i 's/editor.conf/other.conf/' lmps/aa/scripts/50-aa
step "one changed script is read, and the others are not" answers 1
step "what it needs is found anew" differs
cp with before
sed -i 's/packages *editor/packages    chrony/' lmps/bb/lmp.conf
step "a changed list is proved anew" answers 0
step "bb excludes dd now" eval 'differs && grep -q "\"from\": \"bb\"" with'
cp with before
chmod +x lmps/aa/scripts/50-aa
new_lmp lmps ee needy
step "an LMP more is proved with all others" eval 'answers 0 && differs && grep -q "\"ee\"" with'
cp with before
sed -i 's/^Provides: time-daemon$/Provides: clock/; s/^Conflicts: time-daemon$/Conflicts: calendar/' server/Packages
step "a changed index is read" eval 'answers 0 && differs'
cp with before
sed -i 's/etc.other.conf/etc.none.conf/; s/editor.conf/other.conf/' server/Contents-amd64
step "a changed list of files is read" eval 'answers 0 && differs'
cp with before

cat >>"$definitions" <<CONF
define package_server{
    name     more
    target   test-1
    kind     apt
    uri      file:$TEST_DIR/more
    suite    ./
    trusted  yes
}
define package_server{
    name     text-2
    target   test-2
    kind     apt
    uri      file:$TEST_DIR/more
    suite    ./
    trusted  yes
}
CONF
mkdir more
cat server/Packages - >more/Packages <<'LIST'
Package: absent
Version: 1
Architecture: all
Filename: ./absent.deb
Size: 1
SHA256: 0000000000000000000000000000000000000000000000000000000000000001

LIST
step "what another server has is there" eval 'answers 0 && differs && grep -q "needy.*absent" before'
cp with before
sed -i 's/test-1/test-2/' lmps/*/lmp.conf
step "another target is proved for itself" eval 'answers 0 && differs'
cp with before

# A choice: what holds for one answer only.
sed -i 's/clock/time-daemon/; s/calendar/time-daemon/' more/Packages
mkdir -p lmps/cc/debconf
cat >lmps/cc/debconf/templates <<'TEXT'
Template: lmp-cc/clock
Type: select
Choices: fine, coarse
Default: fine
Description: Which clock is kept?
 Fine clocks drift less.
TEXT
cat >lmps/cc/debconf/config <<'SH'
#!/bin/sh
. /usr/share/debconf/confmodule
db_input medium lmp-cc/clock || true
db_go || true
SH
sed -i 's/packages    chrony/when        clock = fine\n    packages    chrony/' lmps/cc/lmp.conf
found with
found without --no-cache
step "a list for one answer is proved as such" eval 'same without with && differs && grep -q "clock = fine" with'
found before

# Another build of Lucie, and another shfmt.
cp "$program" other
program=$TEST_DIR/other
step "another Lucie reads all scripts" eval 'rm -f read; found with; [ "$(readings)" -gt 0 ] && same before with'
spoil
found with
heal
step "and takes its own answers" same before with
touch other
spoil
found with
heal
step "but not those of the one before" eval '! same before with >/dev/null && grep -q "solv" with'
found with
touch bin/shfmt
step "another shfmt reads all scripts" eval 'rm -f read; found with; [ "$(readings)" -gt 0 ] && same before with'

for file in cache/proofs/*.answers; do printf x | dd of="$file" bs=1 seek=200 conv=notrunc status=none; done
step "damaged files are as good as none" eval 'rm -f read; found with; [ "$(readings)" -gt 0 ] && same before with'
chmod 666 cache/proofs/*
step "files that others can write are as good as none" eval 'rm -f read; found with; [ "$(readings)" -gt 0 ] && same before with'
rm -r cache/proofs
echo "in the way" >cache/proofs
step "a cache that cannot be written is no failure" eval 'found with; same before with'
rm cache/proofs

for lmp in cc dd; do rm -r lmps/$lmp; done
rm -rf lmps/aa/scripts
build() { lmp build lmps -o "$@" --format deb --quiet; }
step "build takes answers from it" eval 'build one && build two && build three --no-cache && diff -r one two && diff -r one three'
finish
