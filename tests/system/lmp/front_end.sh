#!/usr/bin/env bash
# Front ends judged by debconf itself: the same commands get the same replies from both, nobody asked and on a
# terminal; and front ends that misbehave.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
program=$BUILD/src/lmp/lmp
parts=$SOURCE/tests/system/lmp/front_end
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
export TMPDIR=$TEST_DIR/tmp LANGUAGE=C LC_ALL=C.UTF-8
unset DEBIAN_FRONTEND DEBIAN_PRIORITY
mkdir -p "$LUCIE_LMPS" "$TMPDIR" && cd "$LUCIE_LMPS" || exit 1
"$program" new asking --quiet
mkdir asking/debconf && cp "$parts/templates" asking/debconf/templates
printf '#!/bin/sh\nenv | grep ^LUCIE_ANSWER_\n' >asking/scripts/50-asking
cd "$TEST_DIR" || exit 1
front_end=$LUCIE_LMPS/asking/debconf/config
file=$LUCIE_ETC/lmp/asking/answers.conf
asks() { "$program" configure asking "$@"; }
says() { grep -qF -- "$1" "$2" || { cat "$2"; return 1; }; }

# A front end that sends the commands of $COMMANDS and writes each with its reply into $LOG.
talking() {
  cat >"$front_end" <<'SH'
#!/bin/sh
. /usr/share/debconf/confmodule
while IFS= read -r command <&8; do
    printf '%s\n' "$command" >&3
    IFS= read -r reply
    printf '%s\n   %s\n' "$command" "$reply" >>"$LOG"
done 8<"$COMMANDS"
SH
}
# Both sides begin with nothing known. debconf gets databases of its own.
cat >debconf.conf <<CONF
Config: answers
Templates: templates

Name: answers
Driver: File
Filename: $TEST_DIR/db/answers.dat

Name: templates
Driver: File
Filename: $TEST_DIR/db/templates.dat
CONF
export DEBCONF_SYSTEMRC=$TEST_DIR/debconf.conf COMMANDS LOG
fresh() { rm -rf db "$LUCIE_ETC" && mkdir db; }
has_debconf() { [ "$(id -u)" -eq 0 ] && command -v debconf >/dev/null; }

talking
same_replies() {
  COMMANDS=$parts/$1
  rm -f by-debconf by-lucie
  fresh && LOG=$TEST_DIR/by-lucie LANGUAGE=$2 asks --frontend noninteractive 2>err </dev/null || { cat err; return 1; }
  [ "$(grep -c '^   ' by-lucie)" -eq "$(wc -l <"$COMMANDS")" ] || return 1
  has_debconf || { echo "no debconf here: not judged"; return 0; }
  cp "$file" lucies
  fresh && LOG=$TEST_DIR/by-debconf LANGUAGE=$2 DEBIAN_FRONTEND=noninteractive asks --frontend debconf 2>err </dev/null ||
    { cat err; return 1; }
  same by-debconf by-lucie && same "$file" lucies
}
for language in C ja de:ja_JP; do
  step "every command gets debconf's reply ($language)" same_replies commands $language
  step "values after a GO without anybody are debconf's ($language)" same_replies asking $language
done

# on_terminal STEPS COMMAND…: the program on a terminal, what it wrote in `shown`.
on_terminal() { printf '%s\n' "$1" >steps; shift; python3 "$SOURCE/tests/system/lmp/on_terminal.py" steps shown "$@"; }
drawn() { command -v whiptail >/dev/null || { echo "no whiptail here: not judged"; return 1; }; }
same_dialogue() {
  drawn || return 0
  COMMANDS=$parts/dialogue
  rm -f by-debconf by-lucie
  fresh && LOG=$TEST_DIR/by-lucie on_terminal "$(cat "$parts/keys")" "$program" configure asking --frontend whiptail || return 1
  grep -q '^   30 backup' by-lucie || return 1
  has_debconf || { echo "no debconf here: not judged"; return 0; }
  cp "$file" lucies
  fresh && LOG=$TEST_DIR/by-debconf DEBIAN_FRONTEND=dialog on_terminal "$(cat "$parts/keys")" \
    "$program" configure asking --frontend debconf && same by-debconf by-lucie && same "$file" lucies
}
step "the same keys give the same dialogue in whiptail's boxes" same_dialogue
translated() {
  fresh && printf '#!/bin/sh\ndb_input high lmp-asking/mode\ndb_go\n' >"$front_end"
  LANGUAGE= LC_ALL=ja_JP.UTF-8 on_terminal $'wait おしゃべり\nsend 2\\r' "$program" configure asking --frontend text &&
    says 'どのくらい' shown && grep -q 'mode .*talkative' "$file"
}
step "questions and choices in the user's language" translated

# An interruption: nothing written, nothing left, the terminal as it was.
printf '#!/bin/sh\ndb_input high lmp-asking/mode\ndb_go\n' >"$front_end"
interrupted() {
  [ "$1" = text ] || drawn || return 0
  fresh
  expect "$3" on_terminal "$(printf 'wait talkative\n%s' "$2")" "$program" configure asking --frontend "$1" &&
    says "$4" shown && [ ! -e "$LUCIE_ETC" ] && [ -z "$(ls "$TMPDIR")" ]
}
step "Ctrl-C between lines" interrupted text 'send \x03' 130 'error: interrupted'
step "SIGTERM between lines" interrupted text 'signal SIGTERM' 143 'error: interrupted'
step "SIGINT in a box" interrupted whiptail 'signal SIGINT' 130 'error: interrupted'
step "Esc in a box that has no way back" interrupted whiptail 'send \x1b\x1b' 1 "given up at 'mode'"
has_debconf && step "SIGTERM while debconf asks" interrupted debconf 'signal SIGTERM' 143 'error: interrupted'
no_box() { expect 3 asks --frontend whiptail 2>err </dev/null && says 'no terminal that it can draw on' err; }
step "boxes need a terminal" no_box

# misbehaves STATUS MESSAGE SCRIPT [OPTION…]: one error, nothing written, no process and no file left.
misbehaves() {
  local status=$1 message=$2
  fresh
  printf '#!/bin/sh\n%s\n' "$3" >"$front_end"
  shift 3
  expect "$status" asks --frontend text "$@" 2>err </dev/null && says "$message" err && [ ! -e "$LUCIE_ETC" ] &&
    [ -z "$(ls "$TMPDIR")" ]
}
step "a script that hangs" misbehaves 1 "neither asks nor ends for 1 s" 'sleep 987654 & echo $! >'"$TEST_DIR/sleeper"'; wait' --time-limit 1s
gone() { case $(ps -o stat= -p "$(cat sleeper)") in '' | Z*) ;; *) return 1 ;; esac; }
step "what it had started is gone" gone
step "a script that goes on without asking" misbehaves 1 "sent 100000 commands and asked nothing" 'while :; do db_get lmp-asking/mode; done'
step "a line without an end" misbehaves 1 "a line of more than 1048576 bytes" 'tr "\0" x </dev/zero >&3'
step "a script that dies" misbehaves 1 "failed: signal 9" 'kill -9 $$'
step "a question that nobody declared" misbehaves 1 "failed: exit status 10" 'set -e; name=none; db_input high "lmp-asking/$name"'
step "back before the first question" misbehaves 1 "back before the first question of LMP 'asking'" 'exit 30'
step "a wrong command" misbehaves 1 "failed: exit status 20" 'set -e; _db_command FLY'
step "a duration that is none" misbehaves 2 "--time-limit soon: that is no duration" : --time-limit soon

valid() { # a script that asks until the answer is right
  cat >"$front_end" <<'SH'
while :; do
    db_input high lmp-asking/label
    db_go
    db_get lmp-asking/label
    case $RET in [a-z]*) break ;; esac
    db_input high lmp-asking/wrong
    db_go
done
SH
  sed -i '1i #!/bin/sh' "$front_end"
  fresh && printf '7\n-\nseven\n' | asks --frontend text 2>err && [ "$(grep -c '^That is wrong' err)" -eq 2 ] &&
    grep -q 'label .*seven' "$file"
}
step "a script that takes an answer only when it is right" valid
states() { # and goes back with it
  cat >"$front_end" <<'SH'
#!/bin/sh
db_capb backup
state=1
while [ $state -gt 0 ] && [ $state -lt 4 ]; do
    case $state in
        1) db_input high lmp-asking/mode ;;
        2) db_input high lmp-asking/one || true ;;
        3) db_input high lmp-asking/label ;;
    esac
    if db_go; then state=$((state + 1)); else state=$((state - 1)); fi
done
[ $state -gt 0 ] || exit 30
SH
  fresh && printf '2\n<\n1\nx\n' | asks --frontend text 2>err && grep -q 'mode .*quiet' "$file" && grep -q 'label .*x' "$file" &&
    echo '<' | expect 1 asks --frontend text 2>err && says "back before the first question" err
}
step "states of a script, over one that has nothing to ask" states

printf '#!/bin/sh\ndb_input high lmp-asking/label\ndb_go\n' >"$front_end"
endless() { fresh; yes | tr -d '\n' | expect 1 asks --frontend text 2>err && says "a line of more than 65536 bytes" err; }
step "an answer without an end" endless
as_other() { # root may write everywhere
  [ "$(id -u)" -eq 0 ] || return 0
  fresh && chmod 755 "$TEST_DIR" && mkdir -p "$LUCIE_ETC" && chmod 777 "$TMPDIR"
  expect 3 setpriv --reuid=65534 --regid=65534 --clear-groups "$program" configure asking --frontend text 2>err </dev/null &&
    says "$LUCIE_ETC" err && ! grep -q 'Name:' err
}
step "who may not write is told so before the questions" as_other
full() {
  [ "$(id -u)" -eq 0 ] || return 0
  fresh && mkdir -p "$LUCIE_ETC"
  unshare --mount sh -c 'mount -t tmpfs -o size=4k full "$1" && mkdir -p "$1/lmp/asking" && echo "# mine" >"$1/lmp/asking/answers.conf" || exit 77
    shift; echo x | "$@"; status=$?; [ "$(cat "$LUCIE_ETC/lmp/asking/answers.conf")" = "# mine" ] && exit $status' \
    sh "$LUCIE_ETC" "$program" configure asking --frontend text 2>err
  [ $? -eq 3 ] && says 'No space left on device' err
}
step "a full disk leaves the file as it was" full
finish
