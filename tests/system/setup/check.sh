#!/usr/bin/env bash
# lucie-setup check and lock over a tiny distribution: what is right passes, what is wrong is told as STYLE
# asks, and nothing is half written.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/setup/fixture.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
command -v apt-ftparchive > /dev/null || skip_all "needs apt-ftparchive"
make_distribution
lmp time-chrony chrony
lmp time-ntpsec ntpsec

# Locks and looks for the text in the error output; the state stays as it was.
refuses() {
  local text=$1
  find "$LUCIE_STATE" -type f -exec sha256sum {} + 2> /dev/null | grep -v -e apply.lock | sort > "$TEST_DIR/before"
  expect 1 keep "$setup" check && says "$text" "$TEST_DIR/err" || { cat "$TEST_DIR/err"; return 1; }
  expect 1 keep "$setup" lock || return 1
  find "$LUCIE_STATE" -type f -exec sha256sum {} + 2> /dev/null | grep -v -e apply.lock | sort > "$TEST_DIR/after"
  same "$TEST_DIR/before" "$TEST_DIR/after"
}

definitions time-chrony
passes() {
  keep "$setup" check || { cat "$TEST_DIR/err"; return 1; }
  echo '1 host in 1 service set: all can be installed' > "$TEST_DIR/wanted"
  same "$TEST_DIR/wanted" "$TEST_DIR/out"
}
step "check proves a cluster" passes

json_passes() {
  keep "$setup" check --json || return 1
  printf '%s\n' '{' '  "version": 1,' '  "hosts": 1,' '  "service_sets": 1,' '  "faults": [],' '  "warnings": []' '}' \
    > "$TEST_DIR/wanted"
  same "$TEST_DIR/wanted" "$TEST_DIR/out"
}
step "check --json" json_passes

locks() {
  keep "$setup" lock || { cat "$TEST_DIR/err"; return 1; }
  says 'in the pool' "$TEST_DIR/out" &&
    says '"chrony-core"' "$LUCIE_STATE/lock.json" &&
    says 'Package: chrony-core' "$LUCIE_STATE/pool/debian-12/dists/lucie/main/binary-amd64/Packages" &&
    [ "$(find "$LUCIE_STATE/pool/debian-12" -name 'chrony_*.deb' | wc -l)" -eq 1 ]
}
step "lock writes the closure and the pool" locks

same_lock() {
  cp "$LUCIE_STATE/lock.json" "$TEST_DIR/first.json"
  rm -r "$LUCIE_CACHE"
  keep "$setup" lock && same "$TEST_DIR/first.json" "$LUCIE_STATE/lock.json"
}
step "locking again gives the same lock" same_lock

sed -i 's/^    version .*/&\n    architecture arm64/' "$LUCIE_LMPS/time-chrony/lmp.conf"
step "an LMP for another architecture" refuses "'time-chrony' is for arm64, but installer 'full' installs amd64"
sed -i '/^    architecture arm64/d' "$LUCIE_LMPS/time-chrony/lmp.conf"

definitions time-chroni
step "an unknown service, with the nearest name" refuses "time-chrony"
unknown_place() {
  keep "$setup" check
  local line
  line=$(grep -n 'services    time-chroni' "$LUCIE_ETC/lucie.conf" | cut -d: -f1)
  says "lucie.conf:$line:17: error:" "$TEST_DIR/err" && says '   |                 ^' "$TEST_DIR/err"
}
step "its place, with a caret" unknown_place
json_fault() {
  expect 1 keep "$setup" check --json && says '"column": 17' "$TEST_DIR/out"
}
step "the same as JSON" json_fault

definitions "time-chrony, time-ntpsec"
step "two LMPs that exclude each other" refuses "time-ntpsec"

for name in either no-left no-right; do lmp "$name" "$name"; done
two_by_two() {
  local pair
  for pair in 'either, no-left' 'either, no-right' 'no-left, no-right'; do
    definitions "$pair" && keep "$setup" check || { cat "$TEST_DIR/err"; return 1; }
  done
}
step "three LMPs that fit two by two" two_by_two
definitions "either, no-left, no-right"
step "are refused where a host asks for all three" refuses "either 1 depends on left | right"
for name in either no-left no-right; do rm -r "$LUCIE_LMPS/$name"; done

# A package server that an LMP brings.
deb "$TEST_DIR/other" special
(cd "$TEST_DIR/other" && apt-ftparchive packages . > Packages)
lmp extra special
sed -i 's/^    packages /    package_server ours\n&/' "$LUCIE_LMPS/extra/lmp.conf"
definitions extra
step "a package server that nobody defines" refuses "package server 'ours' is not known for debian-12"
cat >> "$LUCIE_LMPS/extra/lmp.conf" << END
define package_server{
    name    ours
    target  debian-12
    kind    apt
    suite   ./
    uri     file:$TEST_DIR/other
}
END
brought() {
  keep "$setup" lock || { cat "$TEST_DIR/err"; return 1; }
  says "$TEST_DIR/other/special_1_amd64.deb" "$LUCIE_STATE/lock.json" &&
    [ "$(find "$LUCIE_STATE/pool/debian-12" -name 'special_*.deb' | wc -l)" -eq 1 ]
}
step "the lock has what is on the server that an LMP brings" brought
rm -r "$LUCIE_LMPS/extra"

lmp broken no-such-package
definitions broken
step "a package that the universe does not have" refuses "no-such-package"
rm -r "$LUCIE_LMPS/broken"

definitions time-chrony
echo '@{host._rack}' >> "$LUCIE_LMPS/time-chrony/files/etc/time-chrony.conf.in"
step "a custom attribute that a host lacks" refuses "_rack"
lmp time-chrony chrony

echo 'define host{' >> "$LUCIE_ETC/lucie.conf"
step "a block without an end" refuses "lucie.conf"

definitions time-chrony
rm "$LUCIE_NODE/debian-12/"*
no_node() {
  keep "$setup" check && says "no package lucie-node" "$TEST_DIR/err" && expect 1 keep "$setup" lock
}
no_hint() {
  sed 's/52:54:00:12:34:01/zz/' "$LUCIE_ETC/lucie.conf" > "$TEST_DIR/mac.conf"
  expect 1 keep "$setup" -c "$TEST_DIR/mac.conf" check --json && says '"hint": null' "$TEST_DIR/out"
}
step "without Lucie's node package check warns and lock refuses" no_node
step "a hint that is not there is null in JSON" no_hint
missing() {
  expect 3 keep "$setup" -c "$TEST_DIR/none.conf" check && says "there are no definitions" "$TEST_DIR/err"
}
step "definitions that are not there" missing

usage() { expect 2 keep "$setup" aply && says "did you mean 'apply'?" "$TEST_DIR/err"; }
step "an unknown command" usage

no_lock() {
  mv "$LUCIE_STATE/lock.json" "$TEST_DIR/away.json"
  expect 1 keep "$setup" plan && says "run 'lucie-setup lock'" "$TEST_DIR/err"
}
step "plan without a lock says what to do" no_lock

own_root() {
  expect 1 keep "$setup" in full true && says "has no root of its own" "$TEST_DIR/err" &&
    expect 1 keep "$setup" in ful true && says "did you mean 'full'?" "$TEST_DIR/err"
}
step "in refuses an installer without a root of its own" own_root
# Modules: shipped ones, those of LMPs, and the administrator's own.
definitions time-chrony
sed -i 's/installer_name  full/&\n    modules         init, partition, mount, extrbase, greet, finalize/' "$LUCIE_ETC/lucie.conf"
step "a module that nobody brings is a fault" refuses "installer 'full': there is no module 'greet'"
mkdir -p "$LUCIE_ETC/modules.d" "$LUCIE_LMPS/time-chrony/modules"
printf '#!/bin/sh\n' > "$LUCIE_ETC/modules.d/great"
step "with the nearest name" refuses "did you mean 'great'?"
printf '#!/bin/sh\n' > "$LUCIE_LMPS/time-chrony/modules/greet"
step "one that an LMP of the host brings is none" passes

# Answers choose packages, so hosts with the same services may get different ones.
asking_lmp() {
  lmp clock chrony
  sed -i '/^    packages/i\    when        kind = chrony' "$LUCIE_LMPS/clock/lmp.conf"
  cat >> "$LUCIE_LMPS/clock/lmp.conf" << 'END'
define package_list{
    target      debian-12
    when        kind = ntpsec
    packages    ntpsec
}
END
  mkdir -p "$LUCIE_LMPS/clock/debconf" "$LUCIE_ETC/lmp/clock"
  printf '%s\n' 'Template: lmp-clock/kind' 'Type: select' 'Choices: chrony, ntpsec' 'Description: Which clock?' \
    > "$LUCIE_LMPS/clock/debconf/templates"
}
# answers KIND [MEMBERS KIND]: the answers file.
answers() {
  printf '%s\n' 'define answers{' '    lmp_name  clock' "    kind      $1" '}' > "$LUCIE_ETC/lmp/clock/answers.conf"
  [ $# -lt 3 ] || printf '%s\n' 'define answers{' '    lmp_name  clock' "    members   $2" "    kind      $3" '}' \
    >> "$LUCIE_ETC/lmp/clock/answers.conf"
}
asking_lmp
deb "$LUCIE_NODE/debian-12" lucie-node
definitions clock
sed 's/cnode00/cnode01/; s/192.168.10.1$/192.168.10.2/; s/34:01/34:02/' "$LUCIE_ETC/lucie.conf" |
  sed -n '/^define host{/,$p' >> "$LUCIE_ETC/lucie.conf"
unanswered() {
  rm -f "$LUCIE_ETC/lmp/clock/answers.conf"
  expect 1 keep "$setup" check && says "question 'kind' of LMP 'clock' has no answer for host 'cnode00'" "$TEST_DIR/err" &&
    says "'lmp configure clock' asks it" "$TEST_DIR/err"
}
step "a choice without answer and default" unanswered
one_set() {
  answers chrony
  keep "$setup" check || { cat "$TEST_DIR/err"; return 1; }
  says '2 hosts in 1 service set: all can be installed' "$TEST_DIR/out"
}
step "one answer for all hosts is one service set" one_set
two_sets() {
  answers chrony cnode01 ntpsec
  keep "$setup" check || { cat "$TEST_DIR/err"; return 1; }
  says '2 hosts in 2 service sets: all can be installed' "$TEST_DIR/out"
}
step "an answer for some hosts makes a second one" two_sets
locked_apart() {
  keep "$setup" lock || { cat "$TEST_DIR/err"; return 1; }
  python3 - "$LUCIE_STATE/lock.json" << 'END'
import json, sys
sets = json.load(open(sys.argv[1]))["installers"][0]["sets"]
have = sorted((s["wanted"], sorted(p["name"] for p in s["packages"]), s["conditions"]) for s in sets)
yes, no = "clock/kind = chrony", "clock/kind = ntpsec"
want = [(["chrony"], ["chrony", "chrony-core"], {yes: True, no: False}),
        (["ntpsec"], ["ntpsec"], {yes: False, no: True})]
sys.exit(0 if have == want else print(have) or 1)
END
}
step "the lock has what each answer needs" locked_apart
wrong_answer() {
  answers "$1"
  expect 1 keep "$setup" check && says "lmp/clock/answers.conf:3:15: error: $2" "$TEST_DIR/err"
}
step "an answer that is no choice" wrong_answer chroni "'chroni' is no choice of question 'kind'"
unknown_question() {
  answers chrony
  sed -i 's/kind /kidn /' "$LUCIE_ETC/lmp/clock/answers.conf"
  expect 1 keep "$setup" check && says "LMP 'clock' has no question 'kidn'" "$TEST_DIR/err" &&
    says "did you mean 'kind'?" "$TEST_DIR/err"
}
step "an answer to no question" unknown_question
foreign_file() {
  answers chrony
  sed -i 's/clock/clok/' "$LUCIE_ETC/lmp/clock/answers.conf"
  expect 1 keep "$setup" check && says "answers of LMP 'clok' in the file of LMP 'clock'" "$TEST_DIR/err"
}
step "answers in the file of another LMP" foreign_file
definitions_win() {
  answers ntpsec
  printf '%s\n' 'define answers{' '    lmp_name clock' '    kind chrony' '}' >> "$LUCIE_ETC/lucie.conf"
  keep "$setup" lock || { cat "$TEST_DIR/err"; return 1; }
  says '"chrony-core"' "$LUCIE_STATE/lock.json"
  expect 1 grep -q '"ntpsec"' "$LUCIE_STATE/lock.json"
}
step "answers of the definitions win over the file's" definitions_win
not_for_these() {
  sed -i '/^    kind chrony$/s/chrony/ntpsec/' "$LUCIE_ETC/lucie.conf"
  expect 1 keep "$setup" plan && says "the service set clock is not in the lock for these answers" "$TEST_DIR/err"
}
step "a lock for other answers is not used" not_for_these
finish
