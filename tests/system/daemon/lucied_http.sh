#!/usr/bin/env bash
# What lucied serves to everyone: ranges, conditions, and nothing outside of its folders.
. "$SOURCE/tests/system/daemon/lucied_tap.sh"

write_sample
compile
echo secret > "$LUCIE_STATE/secret"
ln -s ../../secret "$LUCIE_STATE/pool/debian-12/link"
start_lucied
url="http://127.0.0.1:$port"
base="$url/base/full.tar.zst"

answers() {  # STATUS BODY curl's words
  local status=$1 body=$2
  shift 2
  is "$(curl -sS --path-as-is -w '|%{http_code}' "$@")" "$body|$status"
}
step "a whole file" answers 200 0123456789 "$base"
step "a range" answers 206 234 -r 2-4 "$base"
step "a range to the end" answers 206 789 -r 7- "$base"
step "the last bytes" answers 206 89 -r -2 "$base"
step "a range behind the end" answers 416 '' -r 10- "$base"
resumes() {
  printf 01234 > "$TEST_DIR/part"
  curl -sS -C - -o "$TEST_DIR/part" "$base" && is "$(cat "$TEST_DIR/part")" 0123456789
}
step "curl resumes a transfer" resumes
not_modified() {
  local modified
  modified=$(curl -sSI "$base" | sed -n 's/^Last-Modified: \(.*\)\r$/\1/p')
  answers 304 '' -H "If-Modified-Since: $modified" "$base" &&
    answers 206 01 -r 0-1 -H "If-Range: $modified" "$base" &&
    answers 200 0123456789 -r 0-1 -H 'If-Range: Sun, 06 Nov 1994 08:49:37 GMT' "$base"
}
step "conditions" not_modified
step "HEAD" answers 200 '' -o /dev/null -I "$base"
large() {
  head -c 200M /dev/zero > "$LUCIE_STATE/base/full.tar.zst"
  curl -sS "$base" | cmp - "$LUCIE_STATE/base/full.tar.zst"
}
step "200 MiB arrive whole" large

no_file() { is "$(curl -sS --path-as-is -o "$TEST_DIR/body" -w '%{http_code}' "$1")" 404 && ! grep -qx secret "$TEST_DIR/body"; }
for path in pool/debian-12/../../secret pool/debian-12/%2e%2e/%2e%2e/secret pool/debian-12/..%2f..%2fsecret \
  pool/debian-12/link pool/debian-12// pool/debian-12/dists pool/..%00/secret boot-files/full/secret \
  boot-files/../secret base/..%2fsecret lucied.db; do
  step "nothing at /$path" no_file "$url/$path"
done
too_large() {
  "$lucie" install cnode00 && boot 0 || return
  head -c 17M /dev/zero > "$TEST_DIR/body"
  is "$(node_status 0 /v1/nodes/cnode00/log/init --data-binary "@$TEST_DIR/body")" 413
}
step "a request that is too large is refused" too_large
step "a method that is unknown is refused" answers 405 $'only GET and POST are known here\n' -X DELETE "$url/boot/x"
finish
