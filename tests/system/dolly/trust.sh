#!/usr/bin/env bash
# Which masters nodes believe, and who encrypts.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
make_network 3
head -c 9000000 /dev/urandom > data

says() { grep -qF -- "$2" "$1" || { echo "$1 does not say '$2':"; cat "$1"; return 1; }; }
# refused TEXT [option…]: n2 takes nothing, and the sender hears why; the others get it.
refused() {
  local text=$1
  shift
  all_listen 1 2 3
  expect 1 send data --to "$(nodes 1 2 3)" --linger 0 "$@" && misses n2:failed && says sent.json "$text" &&
    have data data 1 3 && says r2.json '"event":"refused"'
}

attribute() { python3 -c 'import os, sys; os.setxattr(sys.argv[1], sys.argv[2], sys.argv[3].encode())' "$@" 2> /dev/null; }

keys_are_made_once() {
  "$dollyplus" keygen keys --json > keygen.json && "$dollyplus" keygen others --quiet || return 1
  [ "$(stat -c %a keys/ring.key keys/master.key keys/master.pub | tr '\n' ' ')" = "600 600 644 " ] || return 1
  openssl pkey -in keys/master.key -pubout | cmp - keys/master.pub || return 1
  python3 -c 'import json; r = json.load(open("keygen.json")); assert r == {"version": 1, "ring_key": "keys/ring.key",
    "signing_key": "keys/master.key", "public_key": "keys/master.pub"}, r' || return 1
  sha256sum keys/* > sums
  rm keys/ring.key
  expect 1 "$dollyplus" keygen keys 2> keygen.log && says keygen.log "keys/master.key is there already" &&
    says keygen.log "hint: keys are never overwritten" && [ ! -e keys/ring.key ] || return 1
  sha256sum --check --quiet <(grep master sums)
}

signed() {
  receive 1 && receive 2 --trust keys/master.pub --name n2 --max-age 3600 && receive 3 --trust keys/master.pub
  all_listen 1 2 3
  send data --to "$(nodes 1 2 3)" --sign keys/master.key && have data data 1 2 3 &&
    says r2.json '"trusted":true,"encrypted":false'
}
not_signed() { receive 1 && receive 2 --trust keys/master.pub && receive 3 && refused "takes only what is signed"; }
signed_by_another() {
  receive 1 && receive 2 --trust keys/master.pub && receive 3
  refused "does not trust the key" --sign others/master.key
}
# When keys change, nodes trust both for a while: in one file, or in two.
keys_change() {
  cat keys/master.pub others/master.pub > both.pub
  receive 1 --trust both.pub && receive 2 --trust keys/master.pub --trust others/master.pub
  all_listen 1 2
  send data --to "$(nodes 1 2)" --sign others/master.key && have data data 1 2
}
meant_for_another() { receive 1 && receive 2 --name n9 && receive 3 && refused "it is 'n9', and was taken for 'n2'"; }
too_old() {
  receive 1 && receive 2 --trust keys/master.pub --issued-after 2199-01-01T00:00:00Z && receive 3
  refused "takes none from before 2199-01-01T00:00:00Z" --sign keys/master.key
}
# What lies there is of a later time than what is sent: somebody sends an old transfer again.
older_than_what_is_there() {
  mkdir root2 && echo newer > root2/data && attribute root2/data user.lucie.issued 7000000000000 || return 1
  receive 1 && receive 2 --trust keys/master.pub && receive 3
  refused "data is of one from 2191-10-27T12:26:40Z: it is an old one" --sign keys/master.key &&
    [ "$(cat root2/data)" = newer ] || return 1
  fresh
  receive 2 --trust keys/master.pub
  all_listen 2
  send data --to "$(nodes 2)" --sign keys/master.key && have data data 2 || return 1
  python3 -c 'import os, time; age = time.time() - int(os.getxattr("root2/data", "user.lucie.issued")) / 1000
assert 0 <= age < 600, age'
}
checksums_prove_nothing() {
  expect 2 "$dollyplus" send data --to n1=127.0.0.1 --key key --sign keys/master.key --verify fast 2> log &&
    says log "--sign does not go with --verify fast" || return 1
  receive 1 && receive 2 --trust keys/master.pub && receive 3 && refused "takes only what is signed" --verify fast
}
wrong_usage() {
  expect 2 "$dollyplus" receive --root . --key key --max-age 5 2> log && says log "need --trust" &&
    expect 2 "$dollyplus" receive --root . --no-key --encrypt 2> log && says log "--encrypt needs --key" &&
    expect 1 "$dollyplus" receive --root . --key key --trust keys/master.key 2> log &&
    says log "--trust keys/master.key: it holds no Ed25519 public key in PEM form" &&
    expect 1 "$dollyplus" send data --to n1=127.0.0.1 --key key --sign keys/master.pub 2> log &&
    says log "--sign keys/master.pub: it holds no Ed25519 private key in PEM form"
}
# Both have the ring's key, one of them is trusted.
two_masters_at_once() {
  receive 1 --trust keys/master.pub && receive 2 --trust keys/master.pub
  all_listen 1 2
  cp data data2
  on 3 timeout 120 "$dollyplus" send data2 --key key --quiet --json --to "$(nodes 1 2)" --sign others/master.key \
    > other.json 2> other.log &
  local other=$!
  send data --to "$(nodes 1 2)" --sign keys/master.key && have data data 1 2 || return 1
  wait $other && return 1
  says other.json "does not trust the key" && [ ! -e root1/data2 ] && [ ! -e root2/data2 ]
}

encrypted() {
  receive 1 && receive 2 --encrypt && receive 3 --trust keys/master.pub
  all_listen 1 2 3
  send data --to "$(nodes 1 2 3)" --encrypt --sign keys/master.key && have data data 1 2 3 &&
    says r2.json '"trusted":false,"encrypted":true'
}
encrypts_alone() { receive 1 && receive 2 --encrypt && receive 3 && refused "takes encrypted connections only"; }
encrypts_with_another_key() {
  openssl rand -hex 32 > other
  receive 1 && key=other receive 2 && receive 3 && refused "it does not have our key (TLS: " --encrypt
}
nothing_to_encrypt_with() {
  receive 1 && receive 3
  nsenter --target "${holders[2]}" --net "$dollyplus" receive --root . --no-key --json > r2.json 2> r2.log &
  echo $! >> pids
  refused "it takes no encrypted connections" --encrypt
}

for test in keys_are_made_once signed not_signed signed_by_another keys_change meant_for_another too_old \
  older_than_what_is_there checksums_prove_nothing wrong_usage two_masters_at_once encrypted encrypts_alone \
  encrypts_with_another_key nothing_to_encrypt_with; do
  fresh
  if [ "$test" = older_than_what_is_there ] && ! attribute data user.lucie.test 1; then
    skip "${test//_/ }" "the file system has no attributes"
  else
    step "${test//_/ }" "$test"
  fi
done
fresh
finish
