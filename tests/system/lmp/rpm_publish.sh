#!/usr/bin/env bash
# One repository for apt and dnf: signed, verified, tampered with, grown; packages installed from it by dnf itself.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/lmp/apt_root.sh"
. "$SOURCE/tests/system/lmp/rpm_root.sh"
. "$SOURCE/tests/system/lmp/dnf_root.sh"
for tool in rpm dnf; do command -v $tool >/dev/null || skip_all "$tool is not installed"; done
lmp=$BUILD/src/lmp/lmp
out=$TEST_DIR/out
repo=$TEST_DIR/repo
small_server
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000

# gpg's agent needs a short path for its socket, and is ended with the test.
GNUPGHOME=$(mktemp -d /tmp/lmp-gpg-XXXXXX)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME" "$TEST_DIR"' EXIT
make_key() { gpg --batch --quiet --passphrase '' --quick-generate-key "Lucie test <$1@example.org>" "$2" sign never 2>/dev/null; }
make_key test ed25519 || skip_all "gpg cannot make a key here"

for name in clock:chrony other-clock:ntpsec plain:editor needs-clock:editor wants-plain:editor; do
  new_lmp "$TEST_DIR/lmps" ${name%:*} ${name#*:}
done
depend() { sed -i "/license/a\    depends     $2 because the test says so" "$TEST_DIR/lmps/$1/lmp.conf"; }
depend needs-clock 'clock | other-clock'
depend wants-plain plain
mkdir -p "$TEST_DIR/lmps/plain/files/etc"
echo one >"$TEST_DIR/lmps/plain/files/etc/x"
package() { echo "$out/lmp-$1-1.0-0.noarch.rpm"; }
publish() { "$lmp" publish "$@" --quiet; }

step "the packages are built" "$lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$out" --format deb,rpm --quiet
step "some are published without a key" publish "$(package plain)" "$out/lmp-plain_1.0_all.deb" --repo "$repo"
unsigned() { rpm -K "$repo"/pool/main/l/lmp-plain/*.rpm | grep -q 'digests OK$' && [ ! -e "$repo/lucie.asc" ]; }
step "they carry no signature" unsigned
step "the others with one" publish "$out"/*.rpm "$out"/*.deb --repo "$repo" --sign test@example.org
signed_indices() { # both kinds
  gpg --batch --verify "$repo/repodata/repomd.xml.asc" "$repo/repodata/repomd.xml" &&
    gpg --batch --verify "$repo/dists/lucie/InRelease"
}
step "the indices of both formats are signed" signed_indices
rpm_root
step "rpm takes the repository's key" its_rpm --import "$repo/lucie.asc"
current_places() { # of the tables in force
  sed -n 's@.*<location href="\(repodata/.*-primary.xml.gz\)".*@\1@p' "$repo/repodata/repomd.xml" | (cd "$repo" && xargs gzip -cd) |
    sed -n 's@.*<location href="\([^"]*\)".*@\1@p'
}
place() { current_places | grep "/lmp-$1-[0-9][^/]*$"; } # NAME: where the rpm of the LMP is
all_signed() { # also what was published without a key
  [ "$(current_places | wc -l)" = 5 ] && current_places | while read -r file; do
    its_rpm -Kv "$repo/$file" >"$TEST_DIR/said" && grep -q 'EdDSA/SHA256 Signature.*OK' "$TEST_DIR/said" || exit 1; done
}
old_stays() { rpm -K "$repo/pool/main/l/lmp-plain/lmp-plain-1.0-0.noarch.rpm" | grep -q 'digests OK$'; }
step "readers of the indices of before find the package that those name" old_stays
step "every rpm is signed" all_signed
tampered_package() {
  cp "$repo/$(place plain)" "$TEST_DIR/tampered.rpm"
  printf x | dd of="$TEST_DIR/tampered.rpm" bs=1 seek=$(($(stat -c %s "$TEST_DIR/tampered.rpm") - 40)) conv=notrunc status=none
  ! its_rpm -K "$TEST_DIR/tampered.rpm" && ! its_rpm -i "$TEST_DIR/tampered.rpm"
}
step "rpm refuses a package that was changed" tampered_package
publish_tampered() { expect 1 publish "$TEST_DIR/tampered.rpm" --repo "$TEST_DIR/other" 2>"$TEST_DIR/said" &&
  grep -q 'damaged rpm: its content differs from its digest' "$TEST_DIR/said" && [ ! -e "$TEST_DIR/other" ]; }
step "so does publish" publish_tampered

dnf_root "baseurl=file://$repo" gpgcheck=1 repo_gpgcheck=1 "gpgkey=file://$repo/lucie.asc"
installed() { its_rpm -q "$@"; }
pulls() { its_dnf install lmp-wants-plain && installed lmp-wants-plain lmp-plain; }
step "dnf installs one with the one it depends on" pulls
one_of_two() { its_dnf install lmp-needs-clock && { installed lmp-clock || installed lmp-other-clock; }; }
step "dnf pulls one of two" one_of_two
refuses_pair() { ! its_dnf install lmp-clock lmp-other-clock >"$TEST_DIR/said" 2>&1 && grep -q 'conflicts with' "$TEST_DIR/said"; }
step "dnf refuses the excluded pair" refuses_pair
removes() { its_dnf remove lmp-plain && ! installed lmp-wants-plain && installed lmp-needs-clock; }
step "dnf removes what depended on it too" removes

cp -a "$repo" "$TEST_DIR/bad"
sed -i 's/<revision>/<revision>1/' "$TEST_DIR/bad/repodata/repomd.xml"
dnf_root "baseurl=file://$TEST_DIR/bad" gpgcheck=1 repo_gpgcheck=1 "gpgkey=file://$repo/lucie.asc"
bad_index() { ! its_dnf install lmp-plain >"$TEST_DIR/said" 2>&1 && grep -qi 'signature' "$TEST_DIR/said"; }
step "dnf refuses indices that were changed" bad_index
rm -rf "$TEST_DIR/bad"
cp -a "$repo" "$TEST_DIR/bad"
cp "$TEST_DIR/tampered.rpm" "$TEST_DIR/bad/$(place plain)"
dnf_root "baseurl=file://$TEST_DIR/bad" gpgcheck=1 repo_gpgcheck=1 "gpgkey=file://$repo/lucie.asc"
bad_package() { ! its_dnf install lmp-plain && ! installed lmp-plain; }
step "dnf refuses a package that was changed" bad_package

# Growing.
state() { (cd "$repo" && find repodata/ dists/lucie/ -type f -exec sha256sum {} + | sort -k2; readlink repodata dists/lucie); }
state >"$TEST_DIR/before"
grep -o 'repodata/[^"]*xml.gz' "$repo/repodata/repomd.xml" >"$TEST_DIR/tables"
unchanged() { state | same "$TEST_DIR/before" -; }
no_key() { expect 1 publish "$(package plain)" --repo "$repo" && unchanged; }
step "a signed repository does not become an unsigned one" no_key
other_content() {
  echo two >"$TEST_DIR/lmps/plain/files/etc/x"
  "$lmp" -c "$definitions" build "$TEST_DIR/lmps/plain" -o "$TEST_DIR/out2" --format rpm --quiet &&
    expect 1 publish "$TEST_DIR/out2/lmp-plain-1.0-0.noarch.rpm" --repo "$repo" --sign test@example.org && unchanged
}
step "a version with another content is refused" other_content
no_lmp() { # neither a deb nor an rpm that is no LMP
  mkdir -p "$TEST_DIR/alien/DEBIAN" "$TEST_DIR/build"
  printf 'Package: lmp-alien\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n' >"$TEST_DIR/alien/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$TEST_DIR/alien" "$TEST_DIR/alien.deb" >/dev/null &&
    printf 'Name: lmp-alien\nVersion: 1\nRelease: 1\nSummary: X\nLicense: MIT\nBuildArch: noarch\n%%description\nx\n%%files\n' >"$TEST_DIR/alien.spec" &&
    rpmbuild -bb --quiet --define "_topdir $TEST_DIR/build" "$TEST_DIR/alien.spec" >/dev/null 2>&1 || return 1
  for file in "$TEST_DIR/alien.deb" "$TEST_DIR"/build/RPMS/noarch/*.rpm; do
    expect 1 publish "$file" --repo "$repo" --sign test@example.org 2>"$TEST_DIR/said" || return 1
    grep -q "error: 'lmp-alien' is no Lucie Meta Package" "$TEST_DIR/said" || return 1
  done
  unchanged
}
step "packages that are no LMPs are refused" no_lmp
again() { publish "$out"/*.rpm --repo "$repo" --sign test@example.org && dnf_root "baseurl=file://$repo" gpgcheck=0 &&
  unchanged && its_dnf repoquery --qf '%{name}' | grep -c '^lmp-' | grep -qx 5; }
step "publishing the same again changes no content" again
tables_of_before() { # who has the repomd.xml of before finds its tables
  [ -s "$TEST_DIR/tables" ] && while read -r file; do
    [ -e "$repo/$file" ] || { echo "$file is gone"; return 1; }; done <"$TEST_DIR/tables"
}
step "readers in between find the tables of before" tables_of_before
newer() {
  sed -i 's/version     1.0/version     1.0-2/' "$TEST_DIR/lmps/plain/lmp.conf"
  "$lmp" -c "$definitions" build "$TEST_DIR/lmps/plain" -o "$TEST_DIR/out3" --format rpm --quiet &&
    publish "$TEST_DIR/out3/lmp-plain-1.0-2.noarch.rpm" --repo "$repo" --sign test@example.org &&
    its_dnf install lmp-plain && its_rpm -q lmp-plain | grep -qx lmp-plain-1.0-2.noarch
}
step "dnf takes the newer of two versions" newer

# A repository of rpms only is a collection too.
publish "$out"/lmp-clock-*.rpm "$out"/lmp-needs-clock-*.rpm --repo "$TEST_DIR/rpms"
listed() { "$lmp" list --collection "$TEST_DIR/rpms" >"$TEST_DIR/said" && grep -q '^clock ' "$TEST_DIR/said" &&
  "$lmp" explain needs-clock --collection "$TEST_DIR/rpms" | grep -q 'the test says so'; }
step "a repository of rpms is read as a collection" listed
foreign() { mkdir -p "$TEST_DIR/foreign/repodata" && touch "$TEST_DIR/foreign/repodata/mine" &&
  expect 1 publish "$(package clock)" --repo "$TEST_DIR/foreign" 2>"$TEST_DIR/said" && grep -q 'that Lucie did not make' "$TEST_DIR/said" &&
  [ -e "$TEST_DIR/foreign/repodata/mine" ]; }
step "another tool's repodata is left alone" foreign
rsa() { make_key rsa rsa2048 && publish "$(package plain)" --repo "$TEST_DIR/rsa" --sign rsa@example.org &&
  its_rpm --import "$TEST_DIR/rsa/lucie.asc" && its_rpm -Kv "$TEST_DIR"/rsa/pool/main/l/lmp-plain/*.rpm | grep -q 'RSA/SHA256 Signature.*OK'; }
step "RSA keys sign too" rsa
# libgcrypt refused a second thread's first digest while it set itself up for the first one's: two runs in a hundred.
many_beginnings() {
  local run
  for run in $(seq 100); do publish "$out"/*.rpm --repo "$TEST_DIR/beginning-$run" || { echo "run $run"; return 1; }; done
}
step "threads that begin together all get their digests" many_beginnings
finish
