#!/usr/bin/env bash
# What goes from n1 to n2 passes somebody who spoils it: everybody has the right bytes at the end, and the sender says
# where they were spoiled.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
make_network 4
head -c 20000000 /dev/urandom > data
"$dollyplus" keygen keys --quiet

# between HOW: n4 stands between n1 and n2. n2 is known by its address.
between() {
  nsenter --target "${holders[4]}" --net python3 "$SOURCE/tests/system/dolly/proxy.py" "$1" 10.77.0.1 10.77.0.2 > proxy.log 2>&1 &
  echo $! >> pids
  all_listen 4
}
through="n1=10.77.0.1,n2=10.77.0.4,n3=10.77.0.3"

# spoiled: who is said to spoil what, a line each: "n1 n2 block".
spoiled() {
  python3 -c '
import json
events = [json.loads(line) for line in open("sent.json")]
found = {(e["from"] or "master", e["node"], e["what"]) for e in events if e["event"] == "spoiled"}
assert all(e["version"] == 1 and e["times"] > 0 for e in events if e["event"] == "spoiled"), events
print("\n".join(" ".join(each) for each in sorted(found)))'
}

# spoils HOW WHAT: the ring gets on with it, and WHAT is told.
spoils() {
  local how=$1 what=$2
  shift 2
  begin 1 2 3 && between "$how" || return 1
  on 254 timeout 120 "$dollyplus" send data --key key --json --to "$through" "$@" > sent.json 2> sent.log || {
    cat sent.log sent.json
    return 1
  }
  have data data 1 2 3 || return 1
  [ "$(spoiled)" = "$what" ] || { echo "spoiled: '$(spoiled)', wanted '$what'"; cat sent.json sent.log; return 1; }
  [ -z "$what" ] || grep -q "warning: n1 or the way from there to n2 spoils" sent.log || { cat sent.log; return 1; }
}

changed_blocks() { spoils blocks "n1 n2 block"; }
changed_offsets() { spoils offsets "n1 n2 frame"; }
changed_lengths() { spoils lengths "n1 n2 frame"; }
# n2 does not know yet in whose ring it is.
changed_offer() { spoils offer ""; }
changed_chunk_headers() { spoils chunks "n1 n2 frame"; }
repeated_frames() { spoils replay "n1 n2 frame"; }
repeated_blocks() { spoils replay-blocks ""; }
cut_frames() { spoils cut ""; }
delayed_frames() { spoils delay ""; }
# Upstream it is n1 that notices, and n2 that is left out for it.
changed_reports() {
  spoils reports "" && grep -q '"node":"n2","state":"gone".*"why":"a frame with a wrong seal"' sent.json
}
changed_beats() { # slowly: one comes every 200 ms
  spoils beats "" --rate 4M && grep -q '"node":"n2","state":"gone".*"why":"a frame with a wrong seal"' sent.json
}
changed_signatures_of_a_signed_transfer() { spoils signatures "n1 n2 frame" --sign keys/master.key; }
changed_bytes_of_an_encrypted_ring() { spoils bytes "n1 n2 frame" --encrypt; }

# The same words over and over: none of them is seen on the wire.
nothing_is_seen() {
  yes "a word that nobody else reads" | head -c 5000000 > words
  for option in --encrypt ""; do
    rm -f wire
    begin 1 2 3 && between listen || return 1
    # shellcheck disable=SC2086 # no option is no word
    on 254 timeout 120 "$dollyplus" send words --key key --quiet --json --to "$through" $option > sent.json || return 1
    have words words 1 2 3 || return 1
    [ "$(stat -c %s wire)" -gt 5000000 ] || return 1
    if grep -q "nobody else" wire; then
      [ -z "$option" ] || { echo "words are seen"; return 1; }
    else
      [ -n "$option" ] || { echo "nothing was looked at"; return 1; }
    fi
    fresh
  done
}

for test in changed_blocks changed_offsets changed_lengths changed_offer changed_chunk_headers repeated_frames \
  repeated_blocks cut_frames delayed_frames changed_reports changed_beats changed_signatures_of_a_signed_transfer \
  changed_bytes_of_an_encrypted_ring nothing_is_seen; do
  fresh
  step "${test//_/ }" "$test"
done
fresh
finish
