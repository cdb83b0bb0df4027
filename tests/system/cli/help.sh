#!/usr/bin/env bash
# Every program's help: on standard output, nothing on standard error, at most 80 columns; and its manual page
# names every command and every long option.
. "${SOURCE:?is set by ./test}/tests/tap.sh"

help_fits() {
  "$@" > "$TEST_DIR/out" 2> "$TEST_DIR/err" || { echo "exit status $?"; return 1; }
  [ -s "$TEST_DIR/out" ] || { echo "no help on standard output"; return 1; }
  [ ! -s "$TEST_DIR/err" ] || { cat "$TEST_DIR/err"; return 1; }
  awk 'length($0) > 80 { print FILENAME": "length($0)" columns: "$0; wide = 1 } END { exit wide }' "$TEST_DIR/out"
}

# page_names PAGE WORD…: the manual page, as text, has each of the words.
page_names() {
  local page=$1 word missing=0
  shift
  [ -f "$page" ] || { echo "there is no $page"; return 1; }
  # \- in the source is a plain minus in the text.
  sed 's/\\-/-/g; s/\\&//g' "$page" > "$TEST_DIR/page"
  for word; do
    grep -qF -- "$word" "$TEST_DIR/page" || { echo "$page does not name $word"; missing=1; }
  done
  return $missing
}

for program in lmp/lmp.1 setup/lucie-setup.8 control/lucie.1 daemon/lucied.8 installer/lucie-installer.8 \
  lab/lucie-lab.1 dolly/dollyplus.1 agent/lucie-agent.8; do
  page="$SOURCE/man/${program#*/}"
  path="$BUILD/src/${program%.*}"
  name=${path##*/}
  [ -x "$path" ] || continue
  step "$name --help" help_fits "$path" --help
  step "$name --version" expect 0 "$path" --version
  words=()
  while read -r command; do
    case $command in
      -*) ;;
      *)
        step "$name $command --help" help_fits "$path" "$command" --help
        words+=("$command")
        mapfile -t -O "${#words[@]}" words < <("$path" __complete "$command" --)
        ;;
    esac
  done < <("$path" __complete "")
  mapfile -t -O "${#words[@]}" words < <("$path" __complete --)
  step "the manual page of $name names every command and option" page_names "$page" "${words[@]}"
done
finish
