#!/usr/bin/env bash
# What runs on nodes links nothing of apt, rpm or libsolv, so that any target can run it; modules that fetch
# nothing start without libcurl.
. "${SOURCE:?is set by ./test}/tests/tap.sh"

libraries_of() { ldd "$BUILD/src/installer/$1" | awk '{ print $1 }'; }

free_of() {
  local pattern=$1 program found
  shift
  for program in "$@"; do
    [ -n "$(libraries_of "$program")" ] || { echo "$program: no libraries found"; return 1; }
    found=$(libraries_of "$program" | grep -E "$pattern") && { echo "$program: $found"; return 1; }
  done
  return 0
}

step "nothing of apt, rpm or libsolv" \
  free_of 'libapt|librpm|libsolv|libarchive' lucie-installer lucie-local-modules lucie-fetching-modules
step "local modules start without libcurl" free_of libcurl lucie-local-modules
step "the check can fail" expect 1 free_of libcurl lucie-installer

describes_itself() {
  local name
  for name in init partition mount extrbase install configure finalize; do
    "$BUILD/src/installer/modules/$name" --describe | grep -q '^{"version":1,' || { echo "$name"; return 1; }
  done
}
step "every shipped module describes itself" describes_itself
step "a wrong argument is a usage error" expect 2 "$BUILD/src/installer/modules/mount" --dry-run
step "an unknown module is a usage error" expect 2 "$BUILD/src/installer/lucie-local-modules" moutn
finish
