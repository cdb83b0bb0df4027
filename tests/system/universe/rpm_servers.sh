#!/usr/bin/env bash
# rpm-md package servers with real packages and createrepo_c's indices: signatures, compressions, checksums, caching.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/universe/repository.sh"
. "$SOURCE/tests/system/universe/rpm_repository.sh"
trap 'gpgconf --homedir "$TEST_DIR/k1" --kill all; gpgconf --homedir "$TEST_DIR/k2" --kill all; rm -rf "$TEST_DIR"' EXIT

repo="$TEST_DIR/repo"
step "packages and their indices" rpm_release "$repo"
make_key "$TEST_DIR/k1" "One <one@example.org>"
make_key "$TEST_DIR/k2" "Two <two@example.org>"
one="$TEST_DIR/k1/ring.gpg" two="$TEST_DIR/k2/ring.gpg"
rpms() { probe --target rocky-9 "$@"; }
ask() { rpms --rpm-server "file:$repo" "${1:--}" solve langs german; }
fresh() { rm -rf "$TEST_DIR/cache"; }
wanted="bash 5.1-1, german 1-1, langs 1-1, langs-de 1-1, setup 2.13-1"
closure_is() { diff <(printf '%s\n' "$1") <("${@:2}" | answer packages | paste -sd, | sed 's/,/, /g'); }
base_is() { [ "$(rpms --rpm-server "file:$repo" - info | answer base | paste -sd' ')" = "$1" ]; }
owner_is() { [ "$(rpms --rpm-server "file:$repo" - owners "$1" | answer | paste -sd' ')" = "$2" ]; }

step "unsigned file: server" closure_is "$wanted" ask
step "the base set is the release's group core" base_is "bash setup"
step "files have owners" owner_is /bin/chronyc chrony
index_rpms "$repo" -g "$TEST_DIR/comps.xml" --general-compress-type=xz
fresh
step "indices compressed with xz" closure_is "$wanted" ask
index_rpms "$repo" -g "$TEST_DIR/comps.xml"
with_zstd "$repo"
fresh
step "indices compressed with zstd" closure_is "$wanted" ask
index_rpms "$repo" --checksum sha512
fresh
step "checksums of SHA-512" closure_is "$wanted" ask
index_rpms "$repo" --checksum sha1
step "checksums that prove nothing are refused" tells 1 "its checksums are of type 'sha1', which proves nothing
hint: make the repository anew with \`createrepo_c --checksum sha256\`" ask
index_rpms "$repo" -g "$TEST_DIR/comps.xml"
fresh
without_network() { rpms --rpm-server http://127.0.0.1:1/ - info; }
step "any other server needs a keyring" tells 1 "package server 'server1' has no keyring to check it with" without_network
step "a keyring and no signature: refused" tells 1 "it cannot be trusted: it is not signed" ask "$one"
GNUPGHOME=$TEST_DIR/k1 gpg --batch --quiet --detach-sign --armor "$repo/repodata/repomd.xml"
step "signed by the right key" closure_is "$wanted" ask "$one"
step "signed by another key: refused" tells 1 "it cannot be trusted: the key " ask "$two"
cp -r "$repo" "$TEST_DIR/tampered"
sed -i 's/<revision>/<revision>1/' "$TEST_DIR/tampered/repodata/repomd.xml"
tampered() { rpms --rpm-server "file:$TEST_DIR/tampered" "$one" info; }
step "changed repomd.xml: refused" tells 1 "it cannot be trusted: the signature of key " tampered

for_each_index() { # COMMAND: runs it on each index of a copy of the repository
  local kind
  for kind in primary filelists comps; do
    rm -rf "$TEST_DIR/broken" && cp -r "$repo" "$TEST_DIR/broken"
    "$1" "$TEST_DIR"/broken/repodata/*"$kind"*
    tells 3 "" rpms --rpm-server "file:$TEST_DIR/broken" - info || return 1
    ls "$TEST_DIR/cache/universe"/*/state.json 2> /dev/null | grep -q . && return 1
  done
  return 0
}
cut_off() { truncate -s -20 "$1"; }
another() { printf x | dd of="$1" bs=1 seek=15 conv=notrunc status=none; }
fresh
step "indices that are cut off" for_each_index cut_off
step "indices that changed" for_each_index another
step "indices that are gone" for_each_index rm

ask > "$TEST_DIR/first"
mv "$repo" "$TEST_DIR/gone"
step "a server that is gone: its cached indices are used, with a warning" tells 0 "warning: package server 'server1': " ask
quiet() { rpms --no-refresh --rpm-server "file:$repo" - solve langs german 2>&1 | same "$TEST_DIR/first" -; }
step "without refresh nobody is asked" quiet
mv "$TEST_DIR/gone" "$repo"
identity() { rpms "$@" --rpm-server "file:$repo" - info | answer identity; }
before=$(identity)
make_rpm "$repo" langs-de 2 "Conflicts: ntpsec"
index_rpms "$repo" -g "$TEST_DIR/comps.xml"
step "a changed server is noticed" closure_is "${wanted/langs-de 1/langs-de 2}" ask
renamed() { [ "$(identity)" != "$before" ]; }
step "and has another identity" renamed
one_index() { [ "$(find "$TEST_DIR/cache" -name '*.solv' | wc -l)" -eq 1 ] && [ "$(find "$TEST_DIR/cache" -name '*contents' | wc -l)" -eq 1 ]; }
step "old indices are removed" one_index

local_package() { rpms --local "$TEST_DIR/local" --rpm-server "file:$repo" - solve lucie-node; }
make_rpm "$TEST_DIR/local" lucie-node 0.1 "Requires: german"
step "local packages" closure_is "bash 5.1-1, german 1-1, lucie-node 0.1-1, setup 2.13-1" local_package
finish
