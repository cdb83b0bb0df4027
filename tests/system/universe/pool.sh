#!/usr/bin/env bash
# The pool of locked packages: read by apt itself.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/universe/repository.sh"

repo="$TEST_DIR/repo" pool="$TEST_DIR/state/pool/test-1"
make_deb "$repo/pool" shell 1:2.0-1 "Essential: yes"
make_deb "$repo/pool" aa 1.0+x~y "Depends: bb"
make_deb "$repo/pool" bb 2
make_deb "$repo/pool" unused 1
make_deb "$TEST_DIR/local" lucie-node 0.1 "Depends: aa"
index "$repo"
make_pool() { probe --local "$TEST_DIR/local" --server "file:$repo" test main - pool "$pool" "$@" > /dev/null; }

step "pool of a closure" make_pool lucie-node
printf '%s\n' aa_1.0+x~y_all.deb bb_2_all.deb lucie-node_0.1_all.deb shell_1-2.0-1_all.deb > "$TEST_DIR/wanted"
files_are() { (cd "$pool/packages" && LC_ALL=C ls) | same "$TEST_DIR/wanted" -; }
step "it holds exactly these packages" files_are
nothing_beside() { [ "$(ls -A "$TEST_DIR/state/pool")" = test-1 ]; }
step "nothing is left beside it" nothing_beside

mkdir -p "$TEST_DIR/apt/lists/partial" "$TEST_DIR/apt/cache/archives/partial" "$TEST_DIR/apt/empty"
: > "$TEST_DIR/apt/status"
echo "deb [trusted=yes] file:$pool lucie main" > "$TEST_DIR/apt/sources.list"
cat > "$TEST_DIR/apt.conf" << CONF
Dir::Etc::Parts "$TEST_DIR/apt/empty";
Dir::Etc::SourceList "$TEST_DIR/apt/sources.list";
Dir::Etc::SourceParts "$TEST_DIR/apt/empty";
Dir::Etc::PreferencesParts "$TEST_DIR/apt/empty";
Dir::State::lists "$TEST_DIR/apt/lists";
Dir::State::status "$TEST_DIR/apt/status";
Dir::Cache "$TEST_DIR/apt/cache";
APT::Sandbox::User "root";
APT::Architecture "amd64";
CONF
clean_apt() { APT_CONFIG="$TEST_DIR/apt.conf" "$@"; }
no_complaint() {
  local output
  output=$(clean_apt apt-get update 2>&1) || { echo "$output"; return 1; }
  [[ $output != *W:* && $output != *E:* ]] || { echo "$output"; return 1; }
}
step "apt-get update takes it without a complaint" no_complaint
installs() {
  clean_apt apt-get -s --no-install-recommends install lucie-node shell | awk '/^Inst/ { print $2 }' | sort |
    diff <(printf '%s\n' aa bb lucie-node shell) -
}
step "apt-get installs from it" installs
download() { (cd "$TEST_DIR" && clean_apt apt-get download aa shell && dpkg-deb -f aa_*.deb Package); }
step "apt-get fetches from it" download
copied() {
  sed -i 's/file:/copy:/' "$TEST_DIR/apt/sources.list"
  rm -rf "$TEST_DIR"/apt/lists/*_*
  no_complaint && (cd "$TEST_DIR" && clean_apt apt-get download bb)
}
step "also as copy:" copied

cp -r "$pool" "$TEST_DIR/before"
make_pool lucie-node
step "the same packages give the same bytes" diff -r "$TEST_DIR/before" "$pool"
mv "$repo" "$TEST_DIR/gone"
from_cache() { make_pool lucie-node && diff -r "$TEST_DIR/before" "$pool"; }
step "without the server it comes from the cache" from_cache
make_pool bb
printf '%s\n' bb_2_all.deb shell_1-2.0-1_all.deb > "$TEST_DIR/wanted"
step "other packages replace them" files_are
step "nothing of the old pool is left beside it" nothing_beside

rm -rf "$TEST_DIR/cache/packages"
step "a package that cannot be had is named" tells 3 "cannot fetch 2 of the packages: bb 2: file://$repo/pool/bb_2_all.deb: HTTP status 404" make_pool bb
step "and the pool stays as it was" files_are
mv "$TEST_DIR/gone" "$repo"
echo broken > "$repo/pool/bb_2_all.deb"
step "a package with other content is refused" tells 3 "bb 2: file://$repo/pool/bb_2_all.deb: it has 7 bytes" make_pool bb
step "and the pool still stays as it was" files_are
finish
