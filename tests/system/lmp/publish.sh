#!/usr/bin/env bash
# A signed repository, as apt sees it; what a publish that fails or is killed leaves.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/apt_root.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
lmp=$BUILD/src/lmp/lmp
repo=$TEST_DIR/repo
small_server
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000

# gpg's agent needs a short path for its socket, and is ended with the test.
GNUPGHOME=$(mktemp -d /tmp/lmp-gpg-XXXXXX)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME" "$TEST_DIR"' EXIT
gpg --batch --quiet --passphrase '' --quick-generate-key 'Lucie test <test@example.org>' ed25519 sign never 2>/dev/null ||
  skip_all "gpg cannot make a key here"

new_lmp "$TEST_DIR/lmps" aa editor
new_lmp "$TEST_DIR/lmps" bb editor
mkdir -p "$TEST_DIR/lmps/aa/files/etc"
echo one >"$TEST_DIR/lmps/aa/files/etc/x"
step "packages of a small server" "$lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$TEST_DIR/out" --quiet
publish() { "$lmp" publish "$@" --repo "$repo" --quiet; }
step "the first is published, signed" publish "$TEST_DIR/out/lmp-aa_1.0_all.deb" --sign test@example.org
apt_root "[signed-by=$repo/lucie.asc] file:$repo"
step "apt verifies the signature" its_apt apt-get -q update
knows() { its_apt apt-cache policy "lmp-$1" | grep -q "Candidate: $2"; }
step "apt knows the package" knows aa 1.0
detached() { gpg --batch --verify "$repo/dists/lucie/Release.gpg" "$repo/dists/lucie/Release"; }
step "the detached signature holds" detached
tampered() {
  cp -r "$repo" "$TEST_DIR/tampered" && sed -i 's/Suite: lucie/Suite: other/' "$TEST_DIR/tampered/dists/lucie/InRelease" &&
    apt_root "[signed-by=$repo/lucie.asc] file:$TEST_DIR/tampered" && ! its_apt apt-get -q update
}
step "apt refuses indices that were changed" tampered

state() { (cd "$repo/dists/lucie/" && find . -type f -exec sha256sum {} + | sort -k2; readlink "$repo/dists/lucie"); }
state >"$TEST_DIR/before"
unchanged() { state | same "$TEST_DIR/before" -; }
unsigned() { expect 1 publish "$TEST_DIR/out/lmp-bb_1.0_all.deb" && unchanged; }
step "a signed repository does not become an unsigned one" unsigned
wrong_key() { expect 1 publish "$TEST_DIR/out/lmp-bb_1.0_all.deb" --sign nobody@example.org && unchanged; }
step "an unknown key changes nothing" wrong_key
no_package() { expect 1 publish "$TEST_DIR/lmps/aa/lmp.conf" --sign test@example.org && unchanged; }
step "a file that is no package changes nothing" no_package
other_content() {
  echo two >"$TEST_DIR/lmps/aa/files/etc/x"
  "$lmp" -c "$definitions" build "$TEST_DIR/lmps/aa" -o "$TEST_DIR/out3" --quiet &&
    expect 1 publish "$TEST_DIR/out3/lmp-aa_1.0_all.deb" --sign test@example.org && unchanged
}
step "a version with another content is refused" other_content
skipped() {
  "$lmp" publish "$TEST_DIR/out3/lmp-aa_1.0_all.deb" --repo "$repo" --sign test@example.org --skip-published 2>"$TEST_DIR/said" &&
    grep -q 'lmp-aa 1.0 is published already with another content; it is left out' "$TEST_DIR/said" && unchanged
}
step "or left out, when that is asked for" skipped

# Killed while it signs: everything but the last step is done.
mkdir "$TEST_DIR/bin"
printf '#!/bin/sh\n: >"%s/signing"\nexec sleep 600\n' "$TEST_DIR" >"$TEST_DIR/bin/gpg"
chmod +x "$TEST_DIR/bin/gpg"
killed() {
  PATH=$TEST_DIR/bin:$PATH "$lmp" publish "$TEST_DIR/out/lmp-bb_1.0_all.deb" --repo "$repo" --sign test@example.org --quiet &
  local process=$!
  until [ -e "$TEST_DIR/signing" ]; do
    kill -0 $process || return 1
    sleep 0.05
  done
  kill -9 $process
  wait $process 2>/dev/null
  unchanged
}
step "a killed publish leaves the old indices" killed
apt_root "[signed-by=$repo/lucie.asc] file:$repo"
old_ones() { its_apt apt-get -q update && knows aa 1.0 && ! knows bb 1.0; }
step "apt still reads them" old_ones
step "the next publish succeeds" publish "$TEST_DIR/out/lmp-bb_1.0_all.deb" --sign test@example.org
both() { its_apt apt-get -q update && knows aa 1.0 && knows bb 1.0; }
step "apt knows both packages" both
tidy() {
  [ "$(ls "$repo/indices")" = "$(printf '%s\n' 1 2 by-hash current unlisted)" ] &&
    [ -z "$(find "$repo" -name '*.new*' -o -name '.incoming*')" ]
}
step "nothing of the killed one is left" tidy
by_hash() { # who has the Release of before finds its indices
  awk '/by-hash/ { print $2 }' "$TEST_DIR/before" | while read -r file; do
    [ -e "$repo/dists/lucie/$file" ] || { echo "$file is gone"; exit 1; }
  done
}
step "readers in between find the indices of before" by_hash

# Claims of LMPs that never met: built apart, without knowing each other.
apart() {
  rm -rf "$TEST_DIR/apart" "$TEST_DIR/apart.out" "$TEST_DIR/apart.repo"
  local name
  for name in cc dd; do
    new_lmp "$TEST_DIR/apart/$name" $name editor
    mkdir -p "$TEST_DIR/apart/$name/$name/files/etc"
  done
  echo same >"$TEST_DIR/apart/cc/cc/files/etc/y"
  echo "$1" >"$TEST_DIR/apart/dd/dd/files/etc/y"
  for name in cc dd; do
    "$lmp" -c "$definitions" build "$TEST_DIR/apart/$name" -o "$TEST_DIR/apart.out" --quiet || return 1
  done
  "$lmp" publish "$TEST_DIR"/apart.out/*.deb --repo "$TEST_DIR/apart.repo" --quiet &&
    apt_root "[trusted=yes] file:$TEST_DIR/apart.repo" && its_apt apt-get -qq update
}
equal_content() { apart same && its_apt apt-get -s install lmp-cc lmp-dd; }
step "equal content for one path installs together" equal_content
other_for_path() { apart other && ! its_apt apt-get -s install lmp-cc lmp-dd; }
step "different content for one path is refused" other_for_path
finish
