#!/usr/bin/env bash
# Publishing that is killed, done by two at once, on a full disk or without permission, while others read: what readers
# see is the old repository or the new one. LUCIE_SEED repeats a run.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/lmp/apt_root.sh"
. "$SOURCE/tests/system/lmp/rpm_root.sh"
. "$SOURCE/tests/system/lmp/dnf_root.sh"
. "$SOURCE/tests/system/lmp/web_server.sh"
for tool in rpm dnf python3; do command -v $tool >/dev/null || skip_all "$tool is not installed"; done
lmp=$BUILD/src/lmp/lmp
repo=$TEST_DIR/repo
read_once="python3 $SOURCE/tests/system/lmp/read_repository.py"
seed=${LUCIE_SEED:-$$}
RANDOM=$seed
echo "# LUCIE_SEED=$seed"
small_server
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000
kills=20 writers=6
for number in $(seq 0 $((kills + writers + 2))); do new_lmp "$TEST_DIR/lmps" "n$number" editor; done
step "packages are built" "$lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$TEST_DIR/out" --format deb,rpm --quiet
words() { command=("$lmp" publish "$TEST_DIR/out/lmp-n$1_1.0_all.deb" "$TEST_DIR/out/lmp-n$1-1.0-0.noarch.rpm" --repo "$repo" --quiet); }
publish() { # NUMBER
  words "$1"
  "${command[@]}"
}
has() { $read_once "$repo" >"$TEST_DIR/has" && grep -qx "lmp-n$1 1.0" "$TEST_DIR/has"; }
state() { (cd "$repo" && find dists/lucie/ repodata/ pool -type f -exec sha256sum {} + | sort -k2; readlink indices/current); }
start=$(date +%s%N)
step "the first is published" publish 0
duration=$((($(date +%s%N) - start) / 1000))
step "both formats have it" has 0

# Readers beside: one that looks at everything, apt and dnf over HTTP.
web_server "$repo"
# shellcheck disable=SC2154  # web_server sets it
apt_root "[trusted=yes] $web/"
rpm_root
dnf_root "baseurl=$web/" gpgcheck=0
setpriv --pdeathsig KILL $read_once "$repo" --until "$TEST_DIR/stop" >"$TEST_DIR/reader.log" 2>&1 &
reader=$!
again() { # FILE command…: again and again; ends with the first failure
  local log=$1 count=0
  shift
  until [ -e "$TEST_DIR/stop" ]; do "$@" >"$log" 2>&1 || return 1; count=$((count + 1)); done
  echo "$count times" >>"$log"
}
apt_once() { its_apt apt-get -q -o Acquire::Retries=0 -o APT::Update::Error-Mode=any update && its_apt apt-cache show lmp-n0; }
dnf_once() { its_dnf makecache && its_dnf repoquery lmp-n0 | grep -q lmp-n0; }
again "$TEST_DIR/apt.log" apt_once &
apt_reader=$!
again "$TEST_DIR/dnf.log" dnf_once &
dnf_reader=$!

killed_ones() { # a moment of its own each time, from the start to behind the end
  local number process before after old=0 new=0
  for number in $(seq 1 $kills); do
    before=$($read_once "$repo") || { echo "before $number: $before"; return 1; }
    words "$number"
    "${command[@]}" &
    process=$!
    sleep "$(printf '0.%06d' $((duration * (RANDOM % 300) / 100 % 1000000)))"
    kill -9 $process
    wait $process 2>/dev/null
    after=$($read_once "$repo") || { echo "after the kill of $number: $after"; return 1; }
    if [ "$after" = "$before" ]; then
      old=$((old + 1))
    elif [ "$(comm -13 <(echo "$before") <(echo "$after"))" = "lmp-n$number 1.0" ]; then
      new=$((new + 1))
    else
      echo "neither old nor new: $after"
      return 1
    fi
    if [ $((number % 2)) = 0 ]; then publish "$number" && has "$number" || return 1; fi
  done
  echo "$old old, $new new" >"$TEST_DIR/kills"
}
step "killed at any moment it leaves the old or the new one" killed_ones
echo "# $(cat "$TEST_DIR/kills" 2>/dev/null)"

at_once() {
  local number process processes=()
  for number in $(seq $((kills + 1)) $((kills + writers))); do
    publish "$number" &
    processes+=($!)
  done
  for process in "${processes[@]}"; do wait "$process" || return 1; done
  for number in $(seq $((kills + 1)) $((kills + writers))); do has "$number" || return 1; done
}
step "several at once all publish" at_once
: >"$TEST_DIR/stop"
reading() { # NAME STATUS: it read at least once and ended well
  tail -n 20 "$TEST_DIR/$1"
  [ "$2" = 0 ] && tail -n 1 "$TEST_DIR/$1" | grep -Eqx '[1-9][0-9]* times'
}
wait $reader
step "a reader beside always found what was named" reading reader.log $?
wait $apt_reader
step "so did apt" reading apt.log $?
wait $dnf_reader
step "so did dnf" reading dnf.log $?
echo "# reader $(tail -n 1 "$TEST_DIR/reader.log"), apt $(tail -n 1 "$TEST_DIR/apt.log"), dnf $(tail -n 1 "$TEST_DIR/dnf.log")"
all_known() { apt_once && [ "$(its_apt apt-cache pkgnames lmp-n | wc -l)" = "$($read_once "$repo" | wc -l)" ] && dnf_once &&
  [ "$(its_dnf repoquery --qf '%{name}' | grep -c '^lmp-n')" = "$($read_once "$repo" | wc -l)" ]; }
step "in the end both know all" all_known
tidy() {
  [ "$(find "$repo/indices" -mindepth 1 -maxdepth 1 -name '[0-9]*' | wc -l)" -le 3 ] &&
    [ -z "$(find "$repo" -name '*.new*' -o -name '.incoming*')" ]
}
step "what was killed left nothing but packages" tidy
old_packages() { # they go an hour later
  publish $((kills + 1)) && [ -e "$repo/$1" ] && sed -i "s/^[0-9]*/1/" "$repo/indices/unlisted" && publish $((kills + 1)) && [ ! -e "$repo/$1" ]
}
mkdir -p "$repo/pool/main/l/lmp-left" && : >"$repo/pool/main/l/lmp-left/x.deb"
echo "$(date +%s) pool/main/l/lmp-left/x.deb" >>"$repo/indices/unlisted"
step "and those go an hour later" old_packages pool/main/l/lmp-left/x.deb
outside() { # whatever the list says
  : >"$TEST_DIR/precious" && echo "1 pool/../../precious" >>"$repo/indices/unlisted" && publish $((kills + 1)) && [ -e "$TEST_DIR/precious" ]
}
step "nothing outside the pool is removed" outside

# A disk that is full: in a mount namespace of its own.
full_disk() {
  unshare -m bash -ec '
    repo=$1 lmp=$2; shift 2
    mkdir -p "$repo"; mount -t tmpfs -o size=1m,mode=755 none "$repo"
    "$lmp" publish "$1" "$2" --repo "$repo" --quiet
    before=$('"$read_once"' "$repo")
    status=0; room=$(stat -f -c %a "$repo")
    for left in 1 2 3 4 6 8 10 12; do
      dd if=/dev/zero of="$repo/filler" bs=4096 count=$((room - left)) status=none
      status=0; "$lmp" publish "$3" "$4" --repo "$repo" --quiet 2>"$repo.said" || status=$?
      rm "$repo/filler"
      [ $status = 0 ] && break
      [ $status = 3 ] && grep -q "No space left on device" "$repo.said" || { echo "status $status"; cat "$repo.said"; exit 1; }
      [ "$('"$read_once"' "$repo")" = "$before" ] || { echo "$left pages: changed"; exit 1; }
      [ -z "$(find "$repo" -name ".incoming*" -o -name "*.new*")" ] || { find "$repo"; exit 1; }
      failed=1
    done
    [ "$failed" = 1 ] || { echo "nothing failed"; exit 1; }
    "$lmp" publish "$3" "$4" --repo "$repo" --quiet
    '"$read_once"' "$repo" | grep -qx "lmp-n1 1.0"' full "$TEST_DIR/full" "$lmp" \
    "$TEST_DIR/out/lmp-n0_1.0_all.deb" "$TEST_DIR/out/lmp-n0-1.0-0.noarch.rpm" "$TEST_DIR/out/lmp-n1_1.0_all.deb" "$TEST_DIR/out/lmp-n1-1.0-0.noarch.rpm"
}
if unshare -m true 2>/dev/null; then step "a full disk leaves the old one" full_disk; fi
not_allowed() {
  chmod 755 "$TEST_DIR"
  state >"$TEST_DIR/before"
  cp "$lmp" "$TEST_DIR/lmp"
  expect 3 setpriv --reuid=65534 --regid=65534 --clear-groups "$TEST_DIR/lmp" publish "$TEST_DIR/out/lmp-n$((kills + writers + 1))_1.0_all.deb" \
    --repo "$repo" 2>"$TEST_DIR/said" && grep -q 'Permission denied' "$TEST_DIR/said" && state | same "$TEST_DIR/before" -
}
step "another user changes nothing" not_allowed
finish
