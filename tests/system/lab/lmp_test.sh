#!/usr/bin/env bash
# lmp test: LMPs of an author's own are installed on a node of a lab, with what they need, and judged by their agents.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
[ "$(id -u)" -eq 0 ] || skip_all "the lab needs root"
for tool in mmdebstrap dpkg-buildpackage unshare nsenter partx; do
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
grep -qw cgroup2 /proc/filesystems || skip_all "the kernel has no control groups of version 2"
. "$SOURCE/tests/remains.sh"
export TMPDIR=$TEST_DIR
export LUCIE_LAB=$TEST_DIR/lucie-trial-  # the beginning of what lmp calls its labs
lmp=$BUILD/src/lmp/lmp
groups() { find /sys/fs/cgroup -maxdepth 2 -name 'lucie-lab.*' | sort; }
groups >"$TEST_DIR/groups"

# make_lmp NAME STATUS: an LMP with a template and an agent that ends so.
make_lmp() {
  local tree=$TEST_DIR/lmps/$1
  mkdir -p "$tree/agents" "$tree/scripts" "$tree/files/etc/trial"
  cat >"$tree/lmp.conf" <<CONF
define lmp{
  lmp_name     $1
  version      1.0-1
  summary      tries the trial
  description  Made by a test.
  maintainer   Lucie developers <lucie@example.org>
  license      GPL-3.0-or-later
}
define package_list{
  target       debian-12
}
CONF
  echo "$1 on @{host.name}" >"$tree/files/etc/trial/$1.in"
  printf '#!/bin/sh\necho "$(cat /etc/trial/%s), $(cat /etc/trial/lower)"\nexit %s\n' "$1" "$2" >"$tree/agents/look"
  chmod 755 "$tree/agents/look"
}
make_lmp lower 0
make_lmp upper 1
printf '#!/bin/sh\nset -eu\ncat /etc/trial/lower >/etc/trial/read\n' >"$TEST_DIR/lmps/upper/scripts/10-read"
chmod 755 "$TEST_DIR/lmps/upper/scripts/10-read"

run_test() { "$lmp" test --debs "$TEST_DIR/debs" --collection "$TEST_DIR/lmps" "$@" >"$TEST_DIR/out" 2>"$TEST_DIR/err"; }
shown() { grep -F -- "$1" "$TEST_DIR/$2" || { cat "$TEST_DIR/out" "$TEST_DIR/err"; return 1; }; }

judged() {
  run_test "$TEST_DIR/lmps/upper" || { cat "$TEST_DIR/out" "$TEST_DIR/err"; return 1; }
  shown "lower/look  fine     lower on node, lower on node" out &&
    shown "upper/look  warning  upper on node, lower on node" out && shown "lower, upper installed in" err
}
nothing_is_left() {
  nothing_remains && groups | diff "$TEST_DIR/groups" - && ! find "$TEST_DIR" -mindepth 1 -maxdepth 1 -name 'lucie-*' | grep .
}
failing_script() {
  printf '#!/bin/sh\necho no such luck >&2\nexit 3\n' >"$TEST_DIR/lmps/upper/scripts/10-read"
  expect 1 run_test "$TEST_DIR/lmps/upper" && shown "no such luck" err
}
stopped() {
  local process status=0 tries
  "$lmp" test --debs "$TEST_DIR/debs" "$TEST_DIR/lmps/lower" >"$TEST_DIR/out" 2>"$TEST_DIR/err" &
  process=$!
  for tries in $(seq 600); do
    pgrep -f "__inside $LUCIE_LAB" >/dev/null && break
    kill -0 $process 2>/dev/null || break
    sleep 0.1
  done
  kill -"$1" $process
  wait $process || status=$?
  [ $status -eq "$2" ] || { echo "status $status after $tries"; cat "$TEST_DIR/err"; return 1; }
}
# As the recipes for continuous integration do it; here are Lucie's packages that apt-get would fetch.
recipe_tests_all() {
  local service line
  make_lmp rival 0
  printf '#!/bin/sh\necho "rival only"\n' >"$TEST_DIR/lmps/rival/agents/look"
  sed -i '/license/a\  conflicts    lower because the test says so' "$TEST_DIR/lmps/rival/lmp.conf"
  printf '#!/bin/sh\nset -eu\ncat /etc/trial/lower >/etc/trial/read\n' >"$TEST_DIR/lmps/upper/scripts/10-read"
  mkdir "$TEST_DIR/bin"
  # shellcheck disable=SC2016  # written for the program
  printf '#!/bin/sh\nexec "%s" "$@" --json --debs "%s"\n' "$lmp" "$TEST_DIR/debs" >"$TEST_DIR/bin/lmp"
  chmod 755 "$TEST_DIR/bin/lmp"
  for service in "github-actions test Test" "gitlab-ci test script"; do
    # shellcheck disable=SC2086  # three words
    set -- $service
    python3 "$SOURCE/tests/lint/ci_recipes.py" "$SOURCE/docs/ci/$1.yml" "$2" "$3" >"$TEST_DIR/$1" || return 1
  done
  same "$TEST_DIR/github-actions" "$TEST_DIR/gitlab-ci" || return 1
  (cd "$TEST_DIR" && PATH=$TEST_DIR/bin:$PATH bash -e gitlab-ci) >"$TEST_DIR/out" 2>"$TEST_DIR/err" ||
    { cat "$TEST_DIR/out" "$TEST_DIR/err"; return 1; }
  line=$(python3 -c 'import json, sys
for trial in json.load(sys.stdin)["trials"]:
    print(*trial["installed"], *(agent["text"] for agent in trial["agents"]), sep=", ", end="; ")' <"$TEST_DIR/out")
  [ "$line" = "lower, upper, lower on node, lower on node, upper on node, lower on node; rival, rival only; " ] ||
    { echo "$line"; cat "$TEST_DIR/err"; return 1; }
}
no_packages() {
  mkdir "$TEST_DIR/empty"
  expect 3 "$lmp" test --debs "$TEST_DIR/empty" "$TEST_DIR/lmps/lower" 2>"$TEST_DIR/err" &&
    shown "does not hold the package lucie-server" err
}
not_root() { expect 3 setpriv --reuid 65534 --clear-groups "$lmp" test "$TEST_DIR/lmps/lower" 2>&1 | grep -F "the lab needs root"; }

step "Lucie's packages are made" "$SOURCE/packaging/build-debs" "$BUILD" "$TEST_DIR/debs"
step "an LMP and the one that it needs are judged by their agents" judged
step "nothing of it is left" nothing_is_left
step "an installation that fails says why" failing_script
step "the recipes' line tries all, those that exclude each other apart" recipe_tests_all
step "nothing of these is left" nothing_is_left
step "Ctrl-C ends it" stopped INT 3
step "nothing of that is left" nothing_is_left
step "so does kill -9" stopped KILL 137
step "and its lab ends too" nothing_remains
step "without Lucie's packages there is no lab" no_packages
step "nor for others than root" not_root
finish
