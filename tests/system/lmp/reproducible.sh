#!/usr/bin/env bash
# The same sources, collection and package servers give the same bytes: built here, and in an environment in which all
# else is different.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
lmp=$BUILD/src/lmp/lmp
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org LUCIE_TEMPLATES=${LUCIE_TEMPLATES:-$SOURCE/templates}
unset SOURCE_DATE_EPOCH
chmod 755 "$TEST_DIR" && cd "$TEST_DIR" || exit 1
small_server
mkdir sources
new_lmp sources aa chrony
new_lmp sources bb ntpsec
sed -i '/version/a\    date 2026-11-23' sources/bb/lmp.conf
mkdir -p sources/aa/files/etc/{b,a,B} sources/aa/scripts
for file in b/x a/y B/z; do echo "$file" >"sources/aa/files/etc/$file"; done
printf '#!/bin/sh\ntrue\n' >sources/aa/scripts/10-x
(cd sources && "$lmp" new asking --questions --quiet && sed -i 's/debian-12/test-1/; s/packages      file/packages      editor/' asking/lmp.conf)

here() {
  LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed "$lmp" -c "$definitions" build sources -o "$1" --format deb,rpm --quiet
}
step "built here" here out
six() { [ "$(find out -type f | wc -l)" = 6 ]; }
step "both formats of each" six
again() { here again && diff -r out again; }
step "built again" again

# In a copy whose files were made in another order, with other times, modes and owners; as another user, in another
# folder, with another host name, home, umask, locale, time zone and cache.
elsewhere() {
  mkdir -p "$1/an other place" "$1/home" && (cd sources && find . -type f | sort -r) | while read -r file; do
    mkdir -p "$1/an other place/$(dirname "$file")" && cat "sources/$file" >"$1/an other place/$file" || return 1
  done
  find "$1" -exec touch -d '2001-02-03 04:05:06' {} + && find "$1" -type f -exec chmod 600 {} + &&
    find "$1" -path '*/scripts/*' -exec chmod 700 {} + && cp "$definitions" "$1/lucie.conf"
}
build_elsewhere() { # FOLDER USER
  chown -R "$2" "$1" && chmod -R go+rX "$TEST_DIR/server" &&
    unshare --uts sh -c 'hostname elsewhere.example.org && cd "$1/an other place" && umask 077 &&
      exec env -i PATH="$PATH" HOME="$1/home" LC_ALL=C TZ=Pacific/Kiritimati LOGNAME=someone LUCIE_CACHE="$1/cache" \
        LUCIE_ETC="$1/etc" LUCIE_LMPS="$1/none" LUCIE_TEMPLATES="$3" TMPDIR="$1/home" \
        setpriv --reuid="$2" --regid="$2" --clear-groups \
        "$4" -c "$1/lucie.conf" build . -o "$1/out" --format deb,rpm --quiet' sh "$1" "$2" "$LUCIE_TEMPLATES" "$lmp"
}
other() { # USER
  rm -rf "$TEST_DIR/elsewhere" && elsewhere "$TEST_DIR/elsewhere" && build_elsewhere "$TEST_DIR/elsewhere" "$1" &&
    diff -r out "$TEST_DIR/elsewhere/out"
}
if [ "$(id -u)" = 0 ]; then
  step "built elsewhere, by root" other 0
  step "built elsewhere, by somebody else" other 65534
fi

# Times: the variable, else the manifest's date, else a day that says that nobody knows.
deb_time() { dpkg-deb --fsys-tarfile "$1" | TZ=UTC tar -tv --full-time | awk '{ print $4, $5 }' | sort -u; }
rpm_times() { rpm -qp --qf '%{buildtime}\n[%{filemtimes}\n]' "$1" | sort -u; }
dated() { # NAME DEB-TIME RPM-TIME, in out
  same <(echo "$2") <(deb_time "$(echo out/lmp-"$1"_*.deb)") && same <(echo "$3") <(rpm_times "$(echo out/lmp-"$1"-*.rpm)")
}
step "the manifest's date" dated bb '2026-11-23 00:00:00' 1795392000
step "no date" dated aa '2000-01-01 00:00:00' 946684800
no_year() { dpkg-deb --fsys-tarfile out/lmp-aa_*.deb | tar -xO ./usr/share/doc/lmp-aa/copyright | grep -qx 'Copyright (C) Tester <tester@example.org>'; }
step "and no year that nobody told" no_year
epoch() { SOURCE_DATE_EPOCH=1234567890 here out && dated bb '2009-02-13 23:31:30' 1234567890; }
step "SOURCE_DATE_EPOCH" epoch
wrong_epoch() {
  local value
  for value in now -1 4294967296 99999999999999999999; do
    SOURCE_DATE_EPOCH=$value expect 1 here none 2>said && grep -q SOURCE_DATE_EPOCH said && [ ! -e none ] || { cat said; return 1; }
  done
}
step "a wrong one is refused" wrong_epoch
finish
