#!/usr/bin/env bash
# A repository over time: versions kept and removed, architectures, keys that change, and what apt and dnf refuse.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/lmp/apt_root.sh"
. "$SOURCE/tests/system/lmp/rpm_root.sh"
. "$SOURCE/tests/system/lmp/dnf_root.sh"
for tool in rpm dnf rpmbuild python3; do command -v $tool >/dev/null || skip_all "$tool is not installed"; done
lmp=$BUILD/src/lmp/lmp
repo=$TEST_DIR/repo
read_once="python3 $SOURCE/tests/system/lmp/read_repository.py"
small_server
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000

# gpg's agent needs a short path for its socket, and is ended with the test.
GNUPGHOME=$(mktemp -d /tmp/lmp-gpg-XXXXXX)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME" "$TEST_DIR"' EXIT
make_key() { gpg --batch --quiet --passphrase '' --quick-generate-key "Lucie test <$1@example.org>" "$2" sign never 2>/dev/null; }
make_key one ed25519 && make_key two rsa2048 || skip_all "gpg cannot make a key here"

new_lmp "$TEST_DIR/lmps" aa editor
new_lmp "$TEST_DIR/lmps" bb editor
versions() { # three of aa, as deb and rpm
  local version
  for version in 1.0 1.1~rc1 1.1-2; do
    sed -i "s/    version .*/    version     $version/" "$TEST_DIR/lmps/aa/lmp.conf"
    "$lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$TEST_DIR/out" --format deb,rpm --quiet || return 1
  done
}
step "packages are built" versions
publish() { "$lmp" publish "$@" --repo "$repo" --quiet; }
unpublish() { "$lmp" unpublish "$@" --repo "$repo" --quiet; }
holds() { $read_once "$repo" >"$TEST_DIR/has" && printf '%s\n' "$@" | same - "$TEST_DIR/has"; }
all_there() { publish "$TEST_DIR"/out/* && holds 'lmp-aa 1.0' 'lmp-aa 1.1-2' 'lmp-aa 1.1~rc1' 'lmp-bb 1.0'; }
step "all versions are published" all_there
one_version() { unpublish aa=1.0 && holds 'lmp-aa 1.1-2' 'lmp-aa 1.1~rc1' 'lmp-bb 1.0'; }
step "one version is removed from both formats" one_version
still_there() { [ -e "$repo/pool/main/l/lmp-aa/lmp-aa_1.0_all.deb" ]; }
step "its file stays for readers of the indices of before" still_there
record() {
  "$lmp" publish "$TEST_DIR"/out/lmp-aa* --repo "$repo" --keep 2 --json --quiet >"$TEST_DIR/json" &&
    python3 - "$TEST_DIR/json" "$repo" <<'CHECK' && holds 'lmp-aa 1.1-2' 'lmp-aa 1.1~rc1' 'lmp-bb 1.0'
import json, sys
assert json.load(open(sys.argv[1])) == {"version": 1, "repository": sys.argv[2], "added": [], "removed": []}
CHECK
}
step "the newest two are kept; an older one is not even taken" record
newest() {
  "$lmp" publish "$TEST_DIR"/out/lmp-bb* --repo "$repo" --keep 1 --json --quiet >"$TEST_DIR/json" &&
    python3 - "$TEST_DIR/json" <<'CHECK' && holds 'lmp-aa 1.1-2' 'lmp-bb 1.0'
import json, sys
record = json.load(open(sys.argv[1]))
assert record["added"] == []
assert sorted(record["removed"], key=lambda package: package["format"]) == [
    {"name": "lmp-aa", "version": "1.1~rc1", "architecture": "all", "format": "deb", "file": "pool/main/l/lmp-aa/lmp-aa_1.1~rc1_all.deb"},
    {"name": "lmp-aa", "version": "1.1~rc1", "architecture": "noarch", "format": "rpm", "file": "pool/main/l/lmp-aa/lmp-aa-1.1~rc1-0.noarch.rpm"}], record
CHECK
}
step "the newest one is kept" newest
not_there() { expect 1 unpublish aa=7 2>"$TEST_DIR/said" && grep -q 'does not have lmp-aa 7' "$TEST_DIR/said" && grep -q 'hint: it has 1.1-2' "$TEST_DIR/said" &&
  expect 1 unpublish bb nobody 2>"$TEST_DIR/said" && grep -q 'does not have lmp-nobody' "$TEST_DIR/said" && holds 'lmp-aa 1.1-2' 'lmp-bb 1.0'; }
step "what is not published is not removed, nor what is asked for with it" not_there
no_repository() { expect 1 "$lmp" unpublish aa --repo "$TEST_DIR/lmps" 2>"$TEST_DIR/said" && grep -q 'is no repository of LMPs' "$TEST_DIR/said" &&
  [ ! -e "$TEST_DIR/lmps/.lock" ]; }
step "a folder that is no repository is left alone" no_repository
bad_keep() { expect 2 publish "$TEST_DIR"/out/lmp-bb* --keep -1; }
step "--keep wants a count" bad_keep

old_indices() { # those of an hour ago go, those in force stay whatever their age
  find "$repo/indices" -type f -exec touch -d '2 hours ago' {} + && sed -i 's/^[0-9]*/1/' "$repo/indices/unlisted" &&
    publish "$TEST_DIR/out/lmp-aa_1.0_all.deb" && publish "$TEST_DIR/out/lmp-aa-1.0-0.noarch.rpm" && holds 'lmp-aa 1.0' 'lmp-aa 1.1-2' 'lmp-bb 1.0' &&
    [ "$(find "$repo/indices/by-hash" -type f | wc -l)" = 4 ] && [ ! -e "$repo/pool/main/l/lmp-aa/lmp-aa_1.1~rc1_all.deb" ] &&
    [ -z "$(find -L "$repo" -type l)" ]
}
step "indices and packages of long ago go" old_indices
plain_copy() { # without symbolic links, as some web servers and stores want it
  cp -rL "$repo" "$TEST_DIR/copy" && apt_root "[trusted=yes] file:$TEST_DIR/copy" && its_apt apt-get -q update && its_apt apt-cache show lmp-bb &&
    rpm_root && dnf_root "baseurl=file://$TEST_DIR/copy" gpgcheck=0 && its_dnf install lmp-bb
}
step "a copy without links is a repository too" plain_copy

# Packages of one architecture; `lmp build` need not make them yet.
other_architectures() {
  local architecture
  for architecture in amd64 arm64 riscv64; do
    rm -rf "$TEST_DIR/tree"
    dpkg-deb -R "$TEST_DIR/out/lmp-bb_1.0_all.deb" "$TEST_DIR/tree" && sed -i "s/^Architecture: .*/Architecture: $architecture/; s/^Version: .*/Version: 2.0/" "$TEST_DIR/tree/DEBIAN/control" &&
      dpkg-deb --root-owner-group -b "$TEST_DIR/tree" "$TEST_DIR/arch/lmp-bb_2.0_$architecture.deb" || return 1
  done
  mkdir -p "$TEST_DIR/spec"
  printf 'Name: lmp-bb\nVersion: 2.0\nRelease: 0\nSummary: X\nLicense: MIT\n%%description\nx\n%%install\nmkdir -p %%{buildroot}/usr/share/lucie/lmp/bb\n: >%%{buildroot}/usr/share/lucie/lmp/bb/lmp.conf\n%%files\n/usr/share/lucie/lmp/bb\n' >"$TEST_DIR/bb.spec"
  for architecture in x86_64 aarch64; do
    rpmbuild -bb --quiet --target $architecture --define "_topdir $TEST_DIR/spec" "$TEST_DIR/bb.spec" || return 1
  done
}
mkdir -p "$TEST_DIR/arch"
step "packages for single architectures are made" other_architectures
publish "$TEST_DIR"/arch/*.deb "$TEST_DIR"/spec/RPMS/*/*.rpm
candidate() { # ARCHITECTURE: what apt of that architecture would install
  apt_root "[trusted=yes] file:$repo" && sed -i "s/amd64/$1/" "$TEST_DIR/apt/apt.conf" && its_apt apt-get -q update >&2 &&
    its_apt apt-cache show --no-all-versions lmp-bb | sed -n 's/^Architecture: //p'
}
apt_takes_its_own() { local architecture; for architecture in amd64 arm64 riscv64; do [ "$(candidate $architecture)" = $architecture ] || return 1; done; }
step "apt takes the one of its architecture" apt_takes_its_own
dnf_takes_its_own() {
  dnf_root "baseurl=file://$repo" gpgcheck=0
  local architecture
  for architecture in x86_64 aarch64; do
    [ "$(its_dnf --forcearch $architecture repoquery --latest-limit 1 --qf '%{arch}' lmp-bb | grep -x $architecture)" = $architecture ] || return 1
  done
}
step "so does dnf" dnf_takes_its_own
keeps_each() { publish "$TEST_DIR/out/lmp-bb_1.0_all.deb" --keep 1 && "$lmp" unpublish bb=2.0 --repo "$repo" --json --quiet >"$TEST_DIR/json" &&
  [ "$(grep -c '"version": "2.0"' "$TEST_DIR/json")" = 5 ] && holds 'lmp-aa 1.1-2' 'lmp-bb 1.0'; }
step "each architecture has its versions" keeps_each

# Keys.
signed_by_one() { publish "$TEST_DIR"/out/lmp-aa*1.1-2* --sign one@example.org && apt_root "[signed-by=$repo/lucie.asc] file:$repo" && its_apt apt-get -q update; }
step "a repository gets its first signature" signed_by_one
no_such_key() { expect 1 publish "$TEST_DIR/out/lmp-aa_1.0_all.deb" --sign three@example.org 2>"$TEST_DIR/said" && grep -q "gpg has no key 'three@example.org'" "$TEST_DIR/said" &&
  expect 1 unpublish aa 2>"$TEST_DIR/said" && grep -q 'is signed, and its readers expect a signature' "$TEST_DIR/said" && holds 'lmp-aa 1.1-2' 'lmp-bb 1.0'; }
step "a wrong key, or none, changes nothing" no_such_key
not_begun() { expect 1 "$lmp" publish "$TEST_DIR/out/lmp-aa_1.0_all.deb" --repo "$TEST_DIR/new" --sign three@example.org 2>/dev/null && [ ! -e "$TEST_DIR/new" ]; }
step "nor is a new repository begun" not_begun
no_secret() { # the public half only
  mkdir -m 700 "$GNUPGHOME/public" && gpg --batch --export one@example.org >"$TEST_DIR/one.gpg" && GNUPGHOME=$GNUPGHOME/public gpg --batch --quiet --import "$TEST_DIR/one.gpg" &&
    GNUPGHOME=$GNUPGHOME/public expect 1 publish "$TEST_DIR/out/lmp-aa_1.0_all.deb" --sign one@example.org 2>"$TEST_DIR/said" &&
    grep -q "gpg cannot sign with the key 'one@example.org'" "$TEST_DIR/said" && holds 'lmp-aa 1.1-2' 'lmp-bb 1.0' && [ -z "$(find "$repo" -name '.incoming*')" ]
}
step "a key whose secret half lacks changes nothing" no_secret
changed() { # FILE FROM TO: a copy in which it is changed; $TEST_DIR/bad
  rm -rf "$TEST_DIR/bad" && cp -a "$repo" "$TEST_DIR/bad" || return 1
  local file
  file=$(readlink -f "$TEST_DIR/bad/$1")
  case $file in
    *.gz) gzip -cd "$file" | sed "s/$2/$3/" | gzip -9n >"$file.x" && ! cmp -s "$file" "$file.x" && mv "$file.x" "$file" ;;
    *) sed "s/$2/$3/" "$file" >"$file.x" && ! cmp -s "$file" "$file.x" && mv "$file.x" "$file" ;;
  esac
}
apt_refuses() { apt_root "[signed-by=$repo/lucie.asc] file:$TEST_DIR/bad" && ! its_apt apt-get -q -o APT::Update::Error-Mode=any update; }
by_hash_of() { sed -n "s@^ \([0-9a-f]*\) [0-9]* main/binary-amd64/$1\$@dists/lucie/main/binary-amd64/by-hash/SHA256/\1@p" "$repo/dists/lucie/Release"; }
apt_cases() {
  changed dists/lucie/InRelease 'Suite: lucie' 'Suite: other' && apt_refuses || return 1
  # apt may take any form of the index: all are changed
  changed "$(by_hash_of Packages)" lmp-bb lmp-cc || return 1
  gzip -9nc "$TEST_DIR/bad/$(by_hash_of Packages)" >"$TEST_DIR/bad/$(by_hash_of Packages.gz)"
  apt_refuses
}
step "apt refuses a changed InRelease and changed Packages" apt_cases
apt_package() {
  changed lucie.asc x x
  local file=pool/main/l/lmp-bb/lmp-bb_1.0_all.deb
  [ -e "$TEST_DIR/bad/$file" ] && printf x | dd of="$TEST_DIR/bad/$file" bs=1 seek=700 conv=notrunc status=none &&
    apt_root "[signed-by=$repo/lucie.asc] file:$TEST_DIR/bad" && its_apt apt-get -q update && (cd "$TEST_DIR/apt" && ! its_apt apt-get -q download lmp-bb >"$TEST_DIR/said" 2>&1) &&
    grep -qi 'hash sum mismatch' "$TEST_DIR/said"
}
step "apt refuses a changed package" apt_package
dnf_refuses() { dnf_root "baseurl=file://$TEST_DIR/bad" gpgcheck=1 repo_gpgcheck=1 "gpgkey=file://$repo/lucie.asc" && ! its_dnf install lmp-bb; }
table() { sed -n "s@.*\(repodata/[^\"]*-$1.xml.gz\).*@\1@p" "$repo/repodata/repomd.xml"; }
dnf_cases() {
  changed repodata/repomd.xml '<revision>' '<revision>1' && dnf_refuses && changed "$(table primary)" lmp-bb lmp-cc && dnf_refuses
}
step "dnf refuses a changed repomd.xml and a changed primary" dnf_cases
laundered() { # what was changed is not signed again
  local file
  for file in dists/lucie/Release dists/lucie/main/binary-all/Packages repodata/repomd.xml "$(table filelists)"; do
    changed "$file" 'e' 'E' && expect 1 "$lmp" publish "$TEST_DIR/out/lmp-aa_1.0_all.deb" --repo "$TEST_DIR/bad" --sign one@example.org --quiet 2>"$TEST_DIR/said" &&
      grep -Eq 'its signature is not good|its digest differs' "$TEST_DIR/said" || { echo "$file"; cat "$TEST_DIR/said"; return 1; }
  done
}
step "publish does not go on with indices that were changed" laundered
other_key() {
  publish "$TEST_DIR/out/lmp-aa_1.0_all.deb" "$TEST_DIR/out/lmp-aa-1.0-0.noarch.rpm" --sign two@example.org && holds 'lmp-aa 1.0' 'lmp-aa 1.1-2' 'lmp-bb 1.0' &&
    apt_root "[signed-by=$repo/lucie.asc] file:$repo" && its_apt apt-get -q update && rpm_root &&
    dnf_root "baseurl=file://$repo" gpgcheck=1 repo_gpgcheck=1 "gpgkey=file://$repo/lucie.asc" && its_dnf install lmp-aa lmp-bb
}
step "another key signs all anew" other_key
old_key() { its_rpm -Kv "$repo/$(cd "$repo" && gzip -cd "$(table primary)" | sed -n 's@.*<location href="\([^"]*lmp-bb[^"]*\)".*@\1@p')" | grep -q 'RSA/SHA256 Signature.*OK'; }
step "also packages that the key of before had signed" old_key
finish
