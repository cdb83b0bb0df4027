#!/usr/bin/env bash
# The shipped LMPs against the universe of this machine's own release: built, read back by Debian's tools, published,
# and offered to apt.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/apt_root.sh"
. /etc/os-release
[ "$ID-$VERSION_ID" = debian-12 ] || skip_all "the shipped LMPs are for debian-12, this is $ID-$VERSION_ID"
lmp=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000
out=$TEST_DIR/out
repo=$TEST_DIR/repo

step "all are proved and built" "$lmp" build "$SOURCE/lmps" -o "$out" --quiet
names() { LC_ALL=C ls "$out"; }
for tree in "$SOURCE"/lmps/*/; do printf 'lmp-%s_0.1.0_all.deb\n' "$(basename "$tree")"; done | LC_ALL=C sort >"$TEST_DIR/names"
same_names() { names | same "$TEST_DIR/names" -; }
step "one package each" same_names

has_field() { dpkg-deb -f "$out/lmp-$1_0.1.0_all.deb" "$2" | tr ',' '\n' | sed 's/^ *//' | grep -qx -- "$3"; }
step "chrony's package conflicts with ntpsec's" has_field time-chrony Conflicts lmp-time-ntpsec
step "ntpsec's package conflicts with chrony's" has_field time-ntpsec Conflicts lmp-time-chrony
step "one boot loader's package conflicts with the other's" has_field grub Conflicts lmp-extlinux
step "chrony's closure excludes the package ntpsec" has_field time-chrony Conflicts lmp-package-ntpsec
step "the package list is provided" has_field ssh Provides lmp-package-openssh-server
no_field() { [ -z "$(dpkg-deb -f "$out/lmp-$1_0.1.0_all.deb" "$2")" ]; }
step "nothing is depended on" no_field base Depends
trigger() { [ "$(dpkg-deb -I "$out/lmp-base_0.1.0_all.deb" triggers)" = "activate-noawait lucie-lmp" ]; }
step "the trigger of Lucie's server is activated" trigger
lint_clean() { lintian --allow-root --fail-on error,warning "$out"/*.deb; }
step "lintian has neither error nor warning" lint_clean
rpm_lint() { # the file says what is left out, and why
  "$lmp" build "$SOURCE/lmps" -o "$TEST_DIR/rpms" --format rpm --quiet &&
    rpmlint -c "$SOURCE/tests/system/lmp/rpmlint.toml" "$TEST_DIR/rpms" >"$TEST_DIR/said" 2>&1
  cat "$TEST_DIR/said"
  grep -q '[1-9][0-9]* packages and .* 0 errors, 0 warnings' "$TEST_DIR/said"
}
step "rpmlint has neither error nor warning" rpm_lint
new_ones() { # as lmp new makes them, and with a revision and an epoch
  mkdir "$TEST_DIR/new" && cd "$TEST_DIR/new" || return 1
  export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
  "$lmp" new fresh --quiet && "$lmp" new asking --questions --quiet && "$lmp" new revised --quiet &&
    sed -i 's/version .*/version 1:0.1.0-1/' revised/lmp.conf && sed -i 's/version .*/version 0.1.0-2/' fresh/lmp.conf &&
    "$lmp" build . -o "$TEST_DIR/new/out" --format deb,rpm --quiet >/dev/null && cd / &&
    lintian --allow-root --fail-on error,warning "$TEST_DIR"/new/out/*.deb &&
    rpmlint -c "$SOURCE/tests/system/lmp/rpmlint.toml" "$TEST_DIR/new/out" >"$TEST_DIR/said" 2>&1
  cat "$TEST_DIR/said"
  grep -q '^ 3 packages and .* 0 errors, 0 warnings' "$TEST_DIR/said"
}
step "nor for what lmp new makes" new_ones

# Another folder, umask, time zone and order of files.
again() {
  (umask 077; mkdir -p "$TEST_DIR/deep/er" && cp -r "$SOURCE/lmps" "$TEST_DIR/deep/er/mps" && cd "$TEST_DIR/deep/er" &&
    TZ=Asia/Tokyo LC_ALL=C "$lmp" build mps -o "$TEST_DIR/out2" --quiet) && diff -r "$out" "$TEST_DIR/out2"
}
step "another folder, umask and time zone give the same bytes" again

step "they are published" "$lmp" publish "$out"/*.deb --repo "$repo" --quiet
apt_root "[trusted=yes] file:$repo"
step "apt reads the repository" its_apt apt-get -qq update
step "apt takes base and ssh" its_apt apt-get -s install lmp-base lmp-ssh lmp-extlinux
step "apt takes base, ssh and one clock" its_apt apt-get -s install lmp-base lmp-ssh lmp-time-chrony
apt_refuses() { ! its_apt apt-get -s install lmp-time-chrony lmp-time-ntpsec >"$TEST_DIR/refused" 2>&1 &&
  grep -q "Conflicts: lmp-time-ntpsec but 0.1.0 is to be installed" "$TEST_DIR/refused"; }
step "apt refuses both clocks together" apt_refuses

explained() {
  "$lmp" explain time-chrony lmp-time-ntpsec --collection "$1" >"$TEST_DIR/explained" &&
    grep -q '^time-chrony conflicts with time-ntpsec: .* (rule 2)$' "$TEST_DIR/explained" &&
    grep -Eq '^  .*time-chrony/lmp.conf:[0-9]+: time-chrony asks for chrony$' "$TEST_DIR/explained" &&
    grep -Eq '^  chrony [^ ]+ conflicts with time-daemon, provided by ntpsec ' "$TEST_DIR/explained"
}
step "the repository explains why" explained "$repo"
step "the sources explain why" explained "$SOURCE/lmps"

# Breaking things in copies of real ones.
break_and_build() {
  rm -rf "$TEST_DIR/broken" "$TEST_DIR/nothing"
  cp -r "$SOURCE/lmps" "$TEST_DIR/broken"
  sed -i "$2" "$TEST_DIR/broken/$1"
  (cd "$TEST_DIR/broken" && expect 1 "$lmp" build . -o "$TEST_DIR/nothing" --quiet >"$TEST_DIR/said.out" 2>"$TEST_DIR/said") &&
    [ ! -e "$TEST_DIR/nothing" ] && [ ! -s "$TEST_DIR/said.out" ] && same "$TEST_DIR/expected" "$TEST_DIR/said"
}
cat >"$TEST_DIR/expected" <<'TEXT'
time-chrony/lmp.conf:14:19: error: package 'chronyy' is not in debian-12
   14 |     packages      chronyy
      |                   ^
hint: did you mean 'chrony'?
TEXT
step "a wrong package name" break_and_build time-chrony/lmp.conf 's/packages .*chrony/&y/'
cat >"$TEST_DIR/expected" <<'TEXT'
time-chrony/files/etc/chrony/chrony.conf.in:4:10: error: unknown name 'sorce' in a template
    4 | server @{sorce} iburst
      |          ^
hint: did you mean 'source'?
TEXT
step "a wrong name in a template" break_and_build time-chrony/files/etc/chrony/chrony.conf.in 's/@{source}/@{sorce}/'
cat >"$TEST_DIR/expected" <<'TEXT'
ssh/lmp.conf:14:5: error: unknown attribute 'pakages' in a block of type 'package_list'
   14 |     pakages       openssh-server
      |     ^
hint: did you mean 'packages'?
TEXT
step "a wrong attribute in a manifest" break_and_build ssh/lmp.conf 's/packages /pakages  /'
finish
