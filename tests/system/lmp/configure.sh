#!/usr/bin/env bash
# lmp configure by Lucie's own side of debconf's protocol: what it asks, what it writes, what it leaves alone.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
program=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
unset DEBIAN_FRONTEND DEBIAN_PRIORITY
mkdir -p "$LUCIE_LMPS" && cd "$LUCIE_LMPS" || exit 1
"$program" new asking --questions --quiet
"$program" new silent --quiet
cd "$TEST_DIR" || exit 1
file=$LUCIE_ETC/lmp/asking/answers.conf
asks() { "$program" configure asking --frontend text "$@"; }
# says TEXT FILE
says() { grep -qF -- "$1" "$2" || { cat "$2"; return 1; }; }

first() {
  printf '2\n\nyes\n' | asks >out 2>err || { cat err; return 1; }
  [ ! -s out ] && says 'How much asking says: [quiet]' err && says 'Install the extra packages of asking? [no]' err &&
    says "wrote $file; 'lucie-setup plan' shows what it changes" err
  cat >wanted <<'CONF'
# Answers to the questions of the Lucie Meta Package 'asking'. This file was written once and is yours now; see
# lmp.conf(5), QUESTIONS. A further block with 'members' holds for these hosts alone.
define answers{
    lmp_name asking
    mode     talkative
    greeting Hello
    extras   true
}
CONF
  same wanted "$file"
}
step "questions are asked and answers written" first

again() {
  printf '\n\n\n' | asks >out 2>err || { cat err; return 1; }
  says 'How much asking says: [talkative]' err && says '[yes]' err && says "$file says so already" err &&
    same wanted "$file"
}
step "what the file says is offered, and stays" again

own_words() {
  cat >"$file" <<'CONF'
# my own words

define answers{
  lmp_name asking            # theirs
  mode "talkative"           # loud
  extras yes
}
define answers{
    lmp_name asking
    members  cnode00
    mode     talkative
}
CONF
  sed 's/^  mode .*/  mode     quiet/' "$file" >wanted
  echo 1 | asks >out 2>err || { cat err; return 1; }
  same wanted "$file"
}
step "one answer is changed, the rest of the file stays byte by byte" own_words

from_file() {
  printf '%s\n' 'define answers{' ' lmp_name other' ' any thing' '}' 'define answers{' ' lmp_name asking' \
    ' mode talkative' ' extras no' '}' >given
  "$program" configure asking --answers given --json >out 2>err || { cat err; return 1; }
  printf '%s\n' '{' '  "version": 1,' '  "lmp": "asking",' "  \"file\": \"$file\"," '  "answers": {' \
    '    "extras": "no",' '    "greeting": "Hello",' '    "mode": "talkative"' '  },' '  "members": [],' '  "relations": []' '}' >wanted
  same wanted out && grep -q '^  mode     talkative$' "$file" && grep -q '^  extras   no$' "$file" && says 'members  cnode00' "$file"
}
step "answers from a file, as JSON" from_file
wrong_file() {
  printf '%s\n' 'define answers{' ' lmp_name asking' " $1" '}' >given
  cp "$file" before
  expect 1 "$program" configure asking --answers given >out 2>err && says "given:3:$2" err && same before "$file"
}
step "an answer that is no choice" wrong_file "mode quite" "7: error: 'quite' is no choice of question 'mode'"
step "an answer to no question" wrong_file "mood quiet" "7: error: LMP 'asking' has no question 'mood'"
for_some() { # blocks of the file go where blocks for the same hosts are
  printf '%s\n' 'define answers{' ' lmp_name asking' ' members nodes, cnode[00-03]' ' greeting "Good day; all"' '}' \
    'define answers{' ' lmp_name asking' ' members cnode00' ' mode quiet' '}' >given
  cp "$file" before
  "$program" configure asking --answers given --json >out 2>err || { cat err; return 1; }
  printf '%s\n' 'define answers{' '    lmp_name asking' '    members  cnode[00-03], nodes' '    greeting "Good day; all"' '}' |
    cat before - | sed '/members  cnode00/,$s/talkative/quiet/' >wanted
  same wanted "$file" && grep -A9 '"members": \[$' out | grep -q '"cnode\[00-03\]"' || { cat out; return 1; }
  "$program" configure asking --answers given 2>err && says "says so already" err
}
step "answers for some hosts from a file" for_some
asked_for_some() {
  cp "$file" before
  printf '2\nHi\nyes\n' | asks --members 'nodes , cnode[00-03]' 2>err || { cat err; return 1; }
  says 'First words of asking: (< goes back)' err
  sed 's/"Good day; all"/Hi/; $i\    extras   true' before | same - "$file" || return 1
  printf '2\n\n\n' | asks --members gw 2>err && same "$file" <(cat "$file") && ! grep -q 'members  gw' "$file"
}
step "answers for some hosts, asked" asked_for_some
known_members() {
  cat >lucie.conf <<'CONF'
define lucie_group{
    name    lucie1
    subnet  255.255.255.0
    gateway 192.168.10.254
}
define host{
    host_name   cnode[00-03]
    lucie_group lucie1
    address     192.168.10.[1-4]
}
CONF
  cp "$file" before
  expect 1 "$program" -c lucie.conf configure asking --frontend text --members cnode0 2>err </dev/null && says "cnode0'" err && same before "$file" || return 1
  printf '%s\n' 'define answers{' ' lmp_name asking' ' members cnode[00-04]' ' mode quiet' '}' >given
  expect 1 "$program" -c lucie.conf configure asking --answers given 2>err && says "given:3:10: error: " err &&
    says "cnode04" err && same before "$file"
}
step "members that the definitions do not know" known_members
step "members that are none" expect 2 "$program" configure asking --members ' , '
step "members and a file" expect 2 "$program" configure asking --members nodes --answers given
none_for_it() {
  printf '%s\n' 'define answers{' ' lmp_name other' ' any thing' '}' >given
  expect 1 "$program" configure asking --answers given 2>err && says "given has no answers for LMP 'asking'" err
}
step "a file without answers for it" none_for_it

wrong_now() {
  cp "$file" before
  sed -i 's/^  mode .*/  mode  nonsense/' "$file"
  printf '2\n\n\n' | asks 2>err && says '[quiet]' err && same before "$file"
}
step "an answer that no longer fits gives way to the default" wrong_now
broken() {
  cp "$file" before
  echo 'define answers{' >>"$file"
  cp "$file" broken
  echo 2 | expect 1 asks 2>err && says 'answers.conf:' err && same broken "$file" && cp before "$file"
}
step "a file that cannot be read is told and left" broken
ends() {
  cp "$file" before
  expect 1 asks 2>err </dev/null && says "there is no answer to 'mode': the input has ended" err && same before "$file"
}
step "an input that ends changes nothing" ends

noninteractive() {
  rm "$file"
  DEBIAN_FRONTEND=noninteractive "$program" configure asking 2>err </dev/null || { cat err; return 1; }
  grep -q '^    mode     quiet$' "$file" && grep -q '^    extras   false$' "$file"
}
step "noninteractive takes the defaults" noninteractive
failing() {
  cp "$file" before
  printf '#!/bin/sh\nexit 7\n' >"$LUCIE_LMPS/asking/debconf/config"
  expect 1 asks 2>err </dev/null
  says "the front end of LMP 'asking' failed: exit status 7" err && same before "$file"
}
step "a front end that fails" failing
by_itself() {
  rm "$LUCIE_LMPS/asking/debconf/config" "$file"
  printf '\n\ny\n' | asks 2>err || { cat err; return 1; }
  grep -q '^    mode     quiet$' "$file" && grep -q '^    extras   true$' "$file"
}
step "without a script all questions are asked" by_itself

by_rpm() {
  command -v rpm >/dev/null || { echo "no rpm here: not judged"; return 0; }
  mkdir -p source && cp -r "$LUCIE_LMPS/asking" source && sed -i 's/^    packages .*//' source/asking/lmp.conf
  "$program" -c /dev/null build source/asking -o packages --format rpm --quiet >/dev/null || return 1
  rpm -qp --scripts packages/*.rpm | sed "1d; s#/etc/lucie#$TEST_DIR/by-rpm#" >post.sh
  file=$TEST_DIR/by-rpm/lmp/asking/answers.conf
  (umask 077; sh -eu post.sh) && grep -q '^    mode     quiet$' "$file" && [ "$(stat -c %a "$file")" = 644 ] || return 1
  cp "$file" by-rpm/defaults
  LUCIE_ETC=$TEST_DIR/other "$program" configure asking --frontend noninteractive --quiet && same other/lmp/asking/answers.conf "$file" || return 1
  echo mine >"$file" && sh -eu post.sh && [ "$(cat "$file")" = mine ]
}
step "an rpm writes the defaults once, and never over what is there" by_rpm

preseeded_rpm() {
  [ -e post.sh ] || return 0
  cat >by-rpm/preseed <<'TEXT'
# debconf-set-selections(1)
lmp-other lmp-other/mode select talkative
lmp-asking lmp-asking/mode select talkative
lmp-asking	lmp-asking/greeting	string	say "\\n" and `x` $HOME; # no comment
TEXT
  printf 'lmp-asking lmp-asking/extras boolean true' >>by-rpm/preseed # no newline at the end
  rm "$file" && sh -eu post.sh && cat >wanted <<'CONF'
define answers{
    lmp_name asking
    mode "talkative"
    greeting "say \"\\\\n\" and `x` $HOME; # no comment"
    extras "true"
}
CONF
  sed 1,2d "$file" | same wanted - && LUCIE_ETC=$TEST_DIR/by-rpm "$program" configure asking --frontend noninteractive 2>err &&
    says "says so already" err
}
file=$TEST_DIR/by-rpm/lmp/asking/answers.conf
step "an rpm takes answers that were given beforehand" preseeded_rpm
linted() {
  command -v rpmlint >/dev/null && [ -e post.sh ] || { echo "no rpmlint here: not judged"; return 0; }
  rpmlint -c "$SOURCE/tests/system/lmp/rpmlint.toml" packages >said 2>&1
  grep -q ' 0 errors, 0 warnings' said || { cat said; return 1; }
}
step "rpmlint has neither error nor warning for what 'lmp new --questions' makes" linted
recorded() { # what holds for some answers only is told when they are given
  cat >"$LUCIE_LMPS/asking/relations.json" <<'JSON'
{"version": 1, "lmp": "asking", "universes": {}, "relations": [
 {"kind": "conflict", "from": "asking", "to": "other", "target": "debian-12", "when": "asking/mode = talkative", "rule": 2, "evidence": []},
 {"kind": "depends", "from": "asking", "to": "third", "target": null, "when": "asking/mode = quiet", "rule": 3, "evidence": []}]}
JSON
  printf '2\n\n\n' | LUCIE_ETC=$TEST_DIR/told asks --json >out 2>err || { cat err; return 1; }
  grep -q '"to": "other"' out && ! grep -q '"to": "third"' out || { cat out; return 1; }
  printf '1\n\n\n' | LUCIE_ETC=$TEST_DIR/told asks 2>err && says 'asking depends on third when asking/mode = quiet: it uses' err && ! grep -q 'conflicts with' err
}
step "relations that hold for the answers are told" recorded
rm -f "$LUCIE_LMPS/asking/relations.json"

in_root() {
  mkdir -p root/usr/share/lucie && cp -r "$LUCIE_LMPS" root/usr/share/lucie/lmp
  echo | "$program" configure lmp-asking --root root --frontend noninteractive 2>err || { cat err; return 1; }
  [ -f root/etc/lucie/lmp/asking/answers.conf ]
}
step "an LMP in another root" in_root
asks_nothing() { "$program" configure silent 2>err && says "LMP 'silent' asks nothing" err; }
step "an LMP without questions" asks_nothing
unknown() { expect 1 "$program" configure askin 2>err && says "LMP 'askin' is not installed" err && says "did you mean 'asking'?" err; }
step "an LMP that is not installed" unknown
step "debconf is not for other roots" expect 2 "$program" configure asking --root root --frontend debconf
finish
