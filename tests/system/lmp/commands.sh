#!/usr/bin/env bash
# The commands of lmp, offline, on a package server of text: what they print and with which status they end.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
program=$BUILD/src/lmp/lmp
small_server
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
cd "$TEST_DIR" || exit 1
lmp() { "$program" -c "$definitions" "$@"; }
# prints STATUS OUT ERR command…: compares status, standard output and standard error with files.
prints() {
  local status=$1 out=$2 err=$3
  shift 3
  expect "$status" "$@" >"$TEST_DIR/out" 2>"$TEST_DIR/err" && same "$out" "$TEST_DIR/out" && same "$err" "$TEST_DIR/err"
}

step "a new LMP" lmp new hello --quiet
step "is right as it is" lmp check hello --target debian-12 --quiet
cat >wanted <<'TEXT'
error: no LMP is for target 'debian-21'
hint: these are for debian-12
TEXT
step "a target that none is for" prints 1 /dev/null wanted lmp check hello --target debian-21
mode() { [ "$(stat -c %a hello/scripts/50-hello)" = 755 ]; }
step "its script can be run" mode
echo "error: hello is there already
hint: nothing was changed" >wanted
step "it is not made twice" prints 1 /dev/null wanted lmp new hello
no_name() { expect 1 lmp new Hello 2>/dev/null && [ ! -e Hello ]; }
step "nor with a wrong name" no_name

new_lmp lmps aa chrony
new_lmp lmps bb ntpsec
new_lmp lmps cc editor
cat >wanted <<'TEXT'
aa conflicts with bb: their packages cannot be installed together (rule 2)
  lmps/aa/lmp.conf:10: aa asks for chrony
  lmps/bb/lmp.conf:10: bb asks for ntpsec
  chrony 1 conflicts with time-daemon, provided by ntpsec 1
TEXT
step "check: a conflict is a finding" prints 0 wanted /dev/null lmp check lmps --quiet
cat >wanted.json <<'JSON'
{
  "version": 1,
  "lmps": ["aa", "bb", "cc"],
  "relations": [
    {"kind": "conflict", "from": "aa", "to": "bb", "target": null, "when": null, "rule": 2,
     "evidence": [
       {"file": "lmps/aa/lmp.conf", "line": 10, "text": "aa asks for chrony", "solver": null},
       {"file": "lmps/bb/lmp.conf", "line": 10, "text": "bb asks for ntpsec", "solver": null},
       {"file": null, "line": null, "text": "chrony 1 conflicts with time-daemon, provided by ntpsec 1",
        "solver": {"rule": "conflicts", "package": "chrony-1.all", "dependency": "time-daemon", "other": "ntpsec-1.all"}}]}],
  "faults": [], "warnings": [], "notes": []
}
JSON
same_json() { # STATUS FILE command…
  local status=$1 file=$2
  shift 2
  expect "$status" "$@" >"$TEST_DIR/out" 2>"$TEST_DIR/err" && python3 -c 'import json, sys
want, have = (json.load(open(name)) for name in sys.argv[1:])
sys.exit(0 if want == have else print(have) or 1)' "$file" "$TEST_DIR/out"
}
step "check --json" same_json 0 wanted.json lmp check lmps --json

new_lmp wrong aa "needy, editr"
cat >wanted <<'TEXT'
wrong/aa/lmp.conf:10:24: error: package 'editr' is not in test-1
   10 |     packages    needy, editr
      |                        ^
hint: did you mean 'editor'?
TEXT
step "an unknown package" prints 1 /dev/null wanted lmp check wrong --quiet
cat >wanted.json <<'JSON'
{"version": 1, "lmps": ["aa"], "relations": [],
 "faults": [{"file": "wrong/aa/lmp.conf", "line": 10, "column": 24,
             "message": "package 'editr' is not in test-1", "hint": "did you mean 'editor'?"}], "warnings": [], "notes": []}
JSON
step "the same as JSON" same_json 1 wanted.json lmp check wrong --json
dotted() { (cd wrong && lmp check ./aa/ --json | grep -q '"file": "aa/lmp.conf"'); }
step "places are named alike however the folder was" dotted
new_lmp wrong aa needy
cat >wanted <<'TEXT'
wrong/aa/lmp.conf:8:8: error: the package list of 'aa' cannot be installed in test-1:
  needy was asked for
  needy 1 depends on absent, but no package provides it
    8 | define package_list{
      |        ^
TEXT
step "a list that cannot be installed" prints 1 /dev/null wanted lmp check wrong --quiet
cat >wanted.json <<'JSON'
{"version": 1, "lmps": [], "relations": [],
 "faults": [{"file": "nowhere", "line": null, "column": null, "message": "there is no such folder", "hint": null}],
 "warnings": [], "notes": []}
JSON
step "a folder that is not there, as JSON" same_json 1 wanted.json lmp check nowhere --json

new_lmp trio aa either
new_lmp trio bb no-left
new_lmp trio cc no-right
new_lmp trio dd editor
cat >wanted <<'TEXT'
aa, bb, cc fit two by two, but not together (rule 2)
  trio/aa/lmp.conf:10: aa asks for either
  trio/bb/lmp.conf:10: bb asks for no-left
  trio/cc/lmp.conf:10: cc asks for no-right
  either 1 depends on left | right, provided by left 1 or right 1
  no-left 1 conflicts with left 1
  no-right 1 conflicts with right 1
TEXT
step "three that fit two by two are not told of unasked" prints 0 /dev/null /dev/null lmp check trio --quiet
step "check --sets finds them" prints 0 wanted /dev/null lmp check trio --sets 3 --quiet
sets_json() {
  lmp check trio --sets 4 --json >out && python3 - out <<'PYTHON'
import json, sys
record = json.load(open(sys.argv[1]))
assert list(record) == ["version", "lmps", "relations", "sets", "faults", "warnings", "notes"], list(record)
assert record["relations"] == [], record
[found] = record["sets"]
assert found["lmps"] == ["aa", "bb", "cc"] and found["target"] is None and found["when"] is None, found
assert found["evidence"][0] == {"file": "trio/aa/lmp.conf", "line": 10, "text": "aa asks for either", "solver": None}, found
assert {"rule": "conflicts", "package": "no-left-1.all", "dependency": "left", "other": "left-1.all"} in [each["solver"] for each in found["evidence"]], found
PYTHON
}
step "check --sets as JSON" sets_json
small_sets() { expect 2 lmp check trio --sets 2 2>err && grep -q 'a set has 3 LMPs or more' err; }
step "a set of two is none" small_sets

unknown_format() { expect 2 lmp build lmps -o ipks --format deb,ipk >out 2>err && grep -q "unknown format 'ipk'" err && [ ! -e ipks ]; }
step "an unknown format is refused" unknown_format
step "build" lmp build lmps -o debs --quiet
twice() { [ "$(lmp build lmps ./lmps/cc/ -o twice --quiet | wc -l)" = 3 ]; }
step "an LMP that is named twice is one" twice
no_place() { : >taken && expect 3 lmp publish debs/*.deb --repo taken/repo 2>err && grep -q '^error: make taken/repo: ' err; }
step "a repository that cannot be made" no_place
step "only what is named is built" lmp build lmps/cc -o one --collection lmps --quiet
one() { [ "$(ls one)" = lmp-cc_1.0_all.deb ]; }
step "beside a collection" one
# packed KIND END: the deb's members are compressed so.
packed() {
  rm -rf packed && lmp build lmps/cc -o packed --compress "$1" --quiet && dpkg-deb -I packed/*.deb >/dev/null &&
    [ "$(ar t packed/*.deb | tr '\n' ' ')" = "debian-binary control.tar$2 data.tar$2 " ]
}
step "compressed with xz" packed xz .xz
step "compressed with zstd" packed zstd .zst
step "compressed with gzip" packed gzip .gz
step "not compressed" packed none ""
step "compressed with a level" packed zstd:22 .zst
no_packing() {
  local kind
  for kind in bzip2 xz:10 xz: zstd:0 gzip:x none:1 ""; do
    expect 2 lmp build lmps/cc -o not-packed --compress "$kind" 2>err && [ ! -e not-packed ] || { echo "$kind"; cat err; return 1; }
  done
  lmp build lmps/cc -o not-packed --compress zstd:0 2>err
  printf "%s\n" "error: '0' is no level of zstd" "hint: 1 to 22" | same - <(head -2 err)
}
step "unknown kinds and levels are refused" no_packing

# Installed LMPs: the packages' trees.
for package in debs/*.deb; do dpkg-deb -x "$package" root; done
export LUCIE_LMPS=$TEST_DIR/root/usr/share/lucie/lmp
cat >wanted <<'TEXT'
NAME  VERSION  SUMMARY
aa    1.0      package of a test
bb    1.0      package of a test
cc    1.0      package of a test
TEXT
step "list" prints 0 wanted /dev/null lmp list
cat >wanted <<'TEXT'
aa conflicts with bb: their packages cannot be installed together (rule 2)
  aa/lmp.conf:10: aa asks for chrony
  bb/lmp.conf:10: bb asks for ntpsec
  chrony 1 conflicts with time-daemon, provided by ntpsec 1
TEXT
step "explain tells what the package recorded" prints 0 wanted /dev/null lmp explain lmp-bb aa
echo "cc neither needs nor excludes another LMP" >wanted
step "explain an LMP without relations" prints 0 wanted /dev/null lmp explain cc
echo "error: there is no LMP 'ab'
hint: did you mean 'aa'?" >wanted
shown() { lmp show bb | grep -q '^packages     ntpsec (test-1)$'; }
step "show" shown
unknown() { expect 1 lmp explain dd 2>err && grep -q "error: there is no LMP 'dd'" err; }
step "an LMP that is not there" unknown
completes() { [ "$("$program" __complete explain a)" = aa ]; }
step "names are completed" completes
usage() { expect 2 lmp frobnicate 2>err && grep -q "unknown command 'frobnicate'" err; }
step "an unknown command" usage
finish
