#!/usr/bin/env bash
# What every program's command line does, shown with a sample program.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
sample="$BUILD/tests/unit/cli/cli_sample"

# prints STATUS OUT ERR command…: compares exit status, standard output and standard error.
prints() {
  local status=$1 out=$2 err=$3
  shift 3
  "$@" > "$TEST_DIR/out" 2> "$TEST_DIR/err"
  local got=$?
  printf '%b' "$out" > "$TEST_DIR/wanted-out"
  printf '%b' "$err" > "$TEST_DIR/wanted-err"
  [ $got -eq "$status" ] || { echo "exit status $got, wanted $status"; cat "$TEST_DIR/err"; return 1; }
  same "$TEST_DIR/wanted-out" "$TEST_DIR/out" && same "$TEST_DIR/wanted-err" "$TEST_DIR/err"
}

step "data goes to standard output, messages to standard error" \
  prints 0 'Hello a x1\nHello b x1\n' 'greeted\n' "$sample" greet a b
step "--quiet leaves the data alone" prints 0 'Hello a x1\n' '' "$sample" greet --quiet a
step "--json" prints 0 '{"version":1,"node":"a"}\n' '' "$sample" greet -q --json a
step "common options may stand before the command" prints 0 'Hello a x1\n' '' "$sample" --quiet greet a
step "a fault of the input is 1, with its hint" \
  prints 1 '' 'error: nobody cannot be greeted\nhint: name a node\n' "$sample" greet nobody
step "a fault of the environment is 3" prints 3 '' 'error: the node is offline\n' "$sample" greet offline
step "an unknown command is 2, with the nearest name" \
  prints 2 '' "sample: error: unknown command 'gret'\nhint: did you mean 'greet'?\n" "$sample" gret
step "an unknown option is 2" prints 2 '' \
  "sample: error: The following argument was not expected: --tims\nhint: 'sample greet --help' tells what it takes\n" \
  "$sample" greet a --tims
step "a wrong choice is 2" expect 2 "$sample" greet a --language xx
step "a missing word is 2" expect 2 "$sample" greet
step "no command is 2" expect 2 "$sample"
step "a command's words are left as they are" \
  prints 0 'here:<apt-get><-y><install><greet><--help>' '' "$sample" in -q here apt-get -y install greet --help
step "also after --, which may itself be one of them" prints 0 'here:<ls><-l><--><x>' '' "$sample" in here -- ls -l -- x
step "a command may have the name of one of the program's" prints 0 'greet:<in><-q>' '' "$sample" in greet in -q
step "completion of commands" prints 0 'greet\n' '' "$sample" __complete g
step "completion of words" prints 0 'cnode00\ncnode01\n' '' "$sample" __complete greet c
step "completion of options" prints 0 '--language\n' '' "$sample" __complete greet --l
no_escape() { "$sample" greet nobody 2>&1 | grep -q $'\x1b' && return 1; return 0; }
step "no colour where there is no terminal" no_escape
colour() { "$sample" greet --color always nobody 2>&1 | grep -q $'\x1b\[1;31merror'; }
step "--color always" colour
full() { "$sample" greet a > /dev/full; }
step "a full standard output is 3" expect 3 full
finish
