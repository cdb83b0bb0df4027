#!/usr/bin/env bash
# A thousand nodes are switched on at once; and a window lets through only some of them.
. "$SOURCE/tests/system/daemon/lucied_tap.sh"

write_sample
# MAC addresses run in hexadecimal, which ranges do not: a block for each node.
for rack in 0 1 2 3; do
  for number in $(seq 0 249); do
    printf 'define host{\n  use node\n  host_name big%dn%03d\n  address 127.2.%d.%d\n  mac_address 52:54:00:01:%02x:%02x\n}\n' \
      "$rack" "$number" "$rack" "$((number + 1))" "$rack" "$number"
  done
done >> "$LUCIE_ETC/lucie.conf"
step "a cluster of more than a thousand nodes is compiled" compile
start_lucied
step "all are armed" "$lucie" install 'big[0-3]n[000-249]'

for rack in 0 1 2 3; do
  for number in $(seq 0 249); do
    [ "$number" -eq 0 ] || echo next
    printf 'url = "http://127.0.0.1:%d/boot/52:54:00:01:%02x:%02x"\ninterface = "127.2.%d.%d"\noutput = "%s"\n' \
      "$port" "$rack" "$number" "$rack" "$((number + 1))" "$(printf '%s/scripts/big%dn%03d' "$TEST_DIR" "$rack" "$number")"
  done > "$TEST_DIR/curl$rack"
done
mkdir "$TEST_DIR/scripts"
processes=()
for rack in 0 1 2 3; do
  curl -sS --parallel --parallel-immediate --parallel-max 250 -K "$TEST_DIR/curl$rack" 2> "$TEST_DIR/curl$rack.err" &
  processes+=($!)
done
jobs_to_end+=("${processes[@]}")
for process in "${processes[@]}"; do wait "$process"; done
all_answered() {
  local file wrong=0
  for file in "$TEST_DIR/scripts"/*; do
    grep -q "lucie.host=${file##*/} " "$file" || wrong=$((wrong + 1))
  done
  head -n 5 "$TEST_DIR"/curl?.err
  is "$(find "$TEST_DIR/scripts" -type f | wc -l) $wrong" "1000 0"
}
step "a thousand get their own boot scripts at once" all_answered
all_booting() { is "$("$lucie" status 'big[0-3]n[000-249]' 2>&1 > /dev/null)" "1000 nodes: 1000 booting"; }
step "all are booting" all_booting
different_tokens() {
  is "$(grep -ho 'lucie.token=[0-9a-f]*' "$TEST_DIR/scripts"/* | sort -u | wc -l)" 1000
}
step "each has a token of its own" different_tokens

"$lucie" install 'cnode[00-02]' --window 1 > "$TEST_DIR/wait.out" 2> "$TEST_DIR/wait.err" &
waiting=$!
jobs_to_end+=("$waiting")
for number in 0 1 2; do
  step "the window lets cnode0$number through" until_true state_is "cnode0$number" armed
  if [ $number -lt 2 ]; then step "but not the next one" state_is "cnode0$((number + 1))" unknown; fi
  boot $number
  step "cnode0$number finishes" is "$(send_events $number '{"kind":"finished"}')" 204
done
wait $waiting
step "lucie install --window ends with status 0" is $? 0
resumed() {
  "$lucie" install 'cnode[00-02]' --resume > "$TEST_DIR/out" 2>&1 || return
  has "$TEST_DIR/out" "every one of these nodes is installed or under way" && state_is cnode00 installed
}
step "--resume finds nothing left to do" resumed
finish
