#!/usr/bin/env bash
# Package servers made on the fly: what is trusted and what is not, caching, apt's ways of writing sources.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/universe/repository.sh"
trap 'gpgconf --homedir "$TEST_DIR/k1" --kill all; gpgconf --homedir "$TEST_DIR/k2" --kill all; rm -rf "$TEST_DIR"' EXIT

repo="$TEST_DIR/repo"
make_deb "$repo/pool" shell 1 "Essential: yes"
make_deb "$repo/pool" aa 1.0 "Depends: bb (>= 2) | cc, mail"
make_deb "$repo/pool" bb 1.5
make_deb "$repo/pool" cc 1
make_deb "$repo/pool" post 3 "Provides: mail" "Conflicts: mail"
make_deb "$repo/pool" send 4 "Provides: mail" "Conflicts: mail"
index "$repo"
make_key "$TEST_DIR/k1" "One <one@example.org>"
make_key "$TEST_DIR/k2" "Two <two@example.org>"
one="$TEST_DIR/k1/ring.gpg" two="$TEST_DIR/k2/ring.gpg"

ask() { probe --server "file:$repo" test main "$@" solve aa; }
fresh() { rm -rf "$TEST_DIR/cache"; }

closure_is() {
  local wanted=$1
  shift
  diff <(printf '%s\n' "$wanted") <("$@" | answer packages | paste -sd, | sed 's/,/, /g')
}
step "unsigned file: server" closure_is "aa 1.0, cc 1, post 3, shell 1" ask -

other_server() { probe --server http://127.0.0.1:1/ test main - info; }
step "any other server needs a keyring" tells 1 "lucie.conf:1:1: error: package server 'server1' has no keyring to check it with
hint: name the keyring with signed_by, or say \`trusted yes\`" other_server

no_uri() { probe --server "" test main - info; }
step "a server without an address" tells 1 "lucie.conf:1:1: error: package server 'server1' has no uri" no_uri
no_such_kind() { probe --server cdrom:/x/ test main - info; }
step "addresses that cannot be fetched from" tells 1 "package server 'server1': cannot fetch from 'cdrom:/x/'" no_such_kind

step "a keyring and no signature: refused" tells 1 "cannot be trusted: it is not signed" ask "$one" ||
  true
sign "$repo" "$TEST_DIR/k1"
step "signed by the right key" closure_is "aa 1.0, cc 1, post 3, shell 1" ask "$one"
step "signed by the right key, armored" closure_is "aa 1.0, cc 1, post 3, shell 1" ask "$TEST_DIR/k1/ring.asc"
step "signed by one of several" closure_is "aa 1.0, cc 1, post 3, shell 1" ask "$two,$one"
step "signed by another key: refused" tells 1 "cannot be trusted: the key " ask "$two"
step "a keyring that is not there" tells 3 "open $TEST_DIR/none.gpg: No such file or directory" ask "$TEST_DIR/none.gpg"

fresh
cp -r "$repo" "$TEST_DIR/tampered"
sed -i 's/^Codename: test/Codename: fest/' "$TEST_DIR/tampered/dists/test/InRelease"
tampered() { probe --server "file:$TEST_DIR/tampered" test main "$@" solve aa; }
step "changed InRelease: refused" tells 1 "cannot be trusted: the signature of key " tampered "$one"

# Text outside the signature must not count.
cp "$repo/dists/test/InRelease" "$TEST_DIR/tampered/dists/test/InRelease"
printf 'SHA256:\n' | cat - "$repo/dists/test/InRelease" > "$TEST_DIR/tampered/dists/test/InRelease"
printf '\nValid-Until: Mon, 01 Jan 2001 00:00:00 UTC\n' >> "$TEST_DIR/tampered/dists/test/InRelease"
outside() { tampered "$one" > "$TEST_DIR/out" 2> "$TEST_DIR/err" || grep -q "cannot be trusted" "$TEST_DIR/err"; }
step "text outside the signature does not count" outside

cp "$repo/dists/test/InRelease" "$TEST_DIR/tampered/dists/test/InRelease"
xz -dc "$repo/dists/test/main/binary-amd64/Packages.xz" | sed 's/^Depends: bb.*/Depends: cc/' | xz > "$TEST_DIR/x.xz"
cp "$TEST_DIR/x.xz" "$TEST_DIR/tampered/dists/test/main/binary-amd64/Packages.xz"
fresh
step "changed index: refused" tells 3 "expected " tampered "$one"
nothing_kept() { [ -z "$(find "$TEST_DIR/cache" -name '*.solv' -o -name state.json -o -name 'arriving*')" ]; }
step "nothing of it is kept" nothing_kept

mv "$repo/dists/test/InRelease" "$TEST_DIR/InRelease"
GNUPGHOME=$TEST_DIR/k1 gpg --batch --quiet --detach-sign --armor -o "$repo/dists/test/Release.gpg" "$repo/dists/test/Release"
step "Release with Release.gpg" closure_is "aa 1.0, cc 1, post 3, shell 1" ask "$one"
step "Release.gpg of another key: refused" tells 1 "cannot be trusted: the key " ask "$two"
rm "$repo/dists/test/Release.gpg"

release "$repo" "Valid-Until: Mon, 01 Jan 2001 00:00:00 UTC"
sign "$repo" "$TEST_DIR/k1"
fresh
step "expired indices: refused" tells 1 "valid only until 2001-01-01T00:00:00Z" ask "$one"

release "$repo" "Acquire-By-Hash: yes"
sign "$repo" "$TEST_DIR/k1"
binary="$repo/dists/test/main/binary-amd64"
mkdir -p "$binary/by-hash/SHA256"
mv "$binary/Packages.xz" "$binary/by-hash/SHA256/$(sha256sum < "$binary/Packages.xz" | cut -d' ' -f1)"
step "index by its hash" closure_is "aa 1.0, cc 1, post 3, shell 1" ask "$one"
mv "$binary"/by-hash/SHA256/* "$binary/Packages.xz"

no_component() { probe --server "file:$repo" test main,extra "$one" info; }
step "a component that is not there" tells 1 "package server 'server1': suite test has no index extra/binary-amd64/Packages
hint: its components are: main" no_component

# The cache.
fresh
ask "$one" > "$TEST_DIR/first"
mv "$repo" "$TEST_DIR/gone"
step "a server that is gone: its cached indices are used, with a warning" tells 0 "warning: package server 'server1': " ask "$one"
quiet() { probe --no-refresh --server "file:$repo" test main "$one" solve aa 2>&1 | same "$TEST_DIR/first" -; }
step "without refresh nobody is asked" quiet
step "never seen and not to be had" tells 3 "not found" probe --server "file:$TEST_DIR/absent" test main "$one" info
mv "$TEST_DIR/gone" "$repo"

make_deb "$repo/pool" bb 2.5
index "$repo" && sign "$repo" "$TEST_DIR/k1"
before=$(probe --no-refresh --server "file:$repo" test main "$one" info | answer identity)
step "a changed server is noticed" closure_is "aa 1.0, bb 2.5, post 3, shell 1" ask "$one"
new_identity() { [ "$(probe --server "file:$repo" test main "$one" info | answer identity)" != "$before" ]; }
step "and has another identity" new_identity
one_solv() { [ "$(find "$TEST_DIR/cache" -name '*.solv' | wc -l)" -eq 1 ]; }
step "old indices are removed" one_solv

fresh
several() {
  local job jobs=()
  for job in 1 2 3 4; do
    ask "$one" > "$TEST_DIR/several-$job" 2>&1 &
    jobs+=($!)
  done
  wait "${jobs[@]}"
  for job in 2 3 4; do same "$TEST_DIR/several-1" "$TEST_DIR/several-$job" || return 1; done
  answer installable < "$TEST_DIR/several-1" | grep -qx true
}
step "several processes at once" several

damaged() {
  local file
  file=$(find "$TEST_DIR/cache" -name '*.solv') && echo damaged > "$file"
  tells 3 "hint: remove the file; it is made anew" ask "$one" && rm "$file"
}
step "a damaged file of the cache is named" damaged
step "and made anew once it is removed" closure_is "aa 1.0, bb 2.5, post 3, shell 1" ask "$one"
no_permission() { setpriv --reuid 65534 --regid 65534 --clear-groups "$BUILD/tests/system/universe/universe_probe" "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  mkdir -m 755 "$TEST_DIR/closed"
  chmod 755 "$TEST_DIR"
  step "a cache that cannot be written" tells 3 "hint: run as root, or set LUCIE_CACHE to a folder of your own" \
    no_permission --cache "$TEST_DIR/closed/cache" --server "file:$repo" test main - info
fi

# A flat repository, with and without a Release file; a folder of local packages.
flat="$TEST_DIR/flat"
make_deb "$flat" dd 1 "Depends: ee"
make_deb "$flat" ee 1
(cd "$flat" && apt-ftparchive packages . > Packages && gzip -k Packages)
flat_closure() { probe --server "file://$flat" ./ "" - solve dd; }
step "flat repository without Release" closure_is "dd 1, ee 1" flat_closure
(cd "$flat" && apt-ftparchive release . > Release)
step "flat repository with Release" closure_is "dd 1, ee 1" flat_closure
flat_uri() { [ "$(probe --server "file://$flat" ./ "" - candidate dd | answer uris)" = "file://$flat/dd_1_all.deb" ]; }
step "addresses of its packages" flat_uri
make_deb "$TEST_DIR/local" lucie-node 0.1 "Depends: ee"
local_closure() { probe --local "$TEST_DIR/local" --server "file:$flat" ./ "" - solve lucie-node dd; }
step "local packages" closure_is "dd 1, ee 1, lucie-node 0.1" local_closure
without_local() { probe --server "file:$flat" ./ "" - solve lucie-node; }
step "are not there without their folder" tells 0 "lucie-node was asked for, but no package provides it" without_local

step "a target that nobody serves" tells 1 "no package server is known for target 'plan-9'
hint: define a package_server with \`target plan-9\`" probe --target plan-9 info

# apt's own ways of writing sources.
. /etc/os-release
mkdir -p "$TEST_DIR/apt/parts"
cat > "$TEST_DIR/apt/apt.conf" << CONF
Dir::Etc::SourceList "$TEST_DIR/apt/sources.list";
Dir::Etc::SourceParts "$TEST_DIR/apt/parts";
CONF
cat > "$TEST_DIR/apt/sources.list" << LIST
# a comment
deb [signed-by=/etc/keys/a.gpg] http://mirror.example.org/debian $VERSION_CODENAME main contrib
deb-src http://mirror.example.org/debian $VERSION_CODENAME-source main
deb [trusted=yes] file:/srv/mirror $VERSION_CODENAME-local main
deb http://third.example.org/apt stable main
deb http://third.example.org/apt ${VERSION_CODENAME}x main
LIST
cat > "$TEST_DIR/apt/parts/debian.sources" << LIST
Types: deb deb-src
URIs: http://mirror.example.org/security
Suites: $VERSION_CODENAME-security
Components: main

Types: deb
Enabled: no
URIs: http://mirror.example.org/off
Suites: $VERSION_CODENAME-off
Components: main
LIST
own_servers() {
  APT_CONFIG="$TEST_DIR/apt/apt.conf" probe --target "$ID-$VERSION_ID" servers | python3 -c 'import json, sys
for s in json.load(sys.stdin):
    print(*s["uris"], s["suite"], ",".join(s["components"]), s["signed_by"] or "-", s["trusted"])'
}
cat > "$TEST_DIR/wanted" << LIST
http://mirror.example.org/debian/ $VERSION_CODENAME main,contrib /etc/keys/a.gpg False
file:/srv/mirror/ $VERSION_CODENAME-local main - True
http://mirror.example.org/security/ $VERSION_CODENAME-security main /etc/apt/trusted.gpg.d/ False
LIST
own_servers_are() { own_servers | same "$TEST_DIR/wanted" -; }
step "apt's own sources: this release only, no deb-src" own_servers_are
# Suites that say NotAutomatic are for those who ask for them.
cat > "$TEST_DIR/apt/sources.list" << LIST
deb [trusted=yes] file:$repo $VERSION_CODENAME main
deb [trusted=yes] file:$TEST_DIR/backports $VERSION_CODENAME-backports main
LIST
rm "$TEST_DIR/apt/parts/debian.sources"
ln -s test "$repo/dists/$VERSION_CODENAME"
index "$repo" "Suite: $VERSION_CODENAME"
make_deb "$TEST_DIR/backports/pool" aa 2.0
index "$TEST_DIR/backports" "NotAutomatic: yes"
ln -s test "$TEST_DIR/backports/dists/$VERSION_CODENAME-backports"
own_closure() { APT_CONFIG="$TEST_DIR/apt/apt.conf" probe --target "$ID-$VERSION_ID" solve aa 2> "$TEST_DIR/err"; }
step "own sources: NotAutomatic is left out" closure_is "aa 1.0, bb 2.5, post 3, shell 1" own_closure
step "and that is told" grep -q "suite $VERSION_CODENAME-backports is left out" "$TEST_DIR/err"
asked_for() { probe --server "file:$repo" test main - --server "file:$TEST_DIR/backports" test main - solve "$@"; }
step "a defined server that says NotAutomatic gives way" closure_is "aa 1.0, bb 2.5, post 3, shell 1" asked_for aa
step "but can be asked for" closure_is "aa 2.0, shell 1" asked_for "aa (>= 2)"

not_own() { APT_CONFIG="$TEST_DIR/apt/apt.conf" probe --target plan-9 servers | grep -qx '\[\]'; }
step "apt's own sources say nothing of another target" not_own
finish
