#!/usr/bin/env bash
# How large packages are, beside what dpkg-deb and rpmbuild make of the same files by default: at most 5 % more.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
for need in dpkg-deb rpmbuild python3; do
  command -v $need >/dev/null || skip_all "needs $need"
done
lmp=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
cd "$TEST_DIR" || exit 1
small_server
mkdir lmps
new_lmp lmps tiny editor
(cd lmps && "$lmp" new asking --questions --quiet && sed -i 's/debian-12/test-1/; s/packages      file/packages      editor/' asking/lmp.conf)
new_lmp lmps many editor
python3 - <<'PY' # from hardly to well compressible, small and large, and many of them
import base64, pathlib, random
source = random.Random(4)
words = [bytes(source.choices(b"abcdefghijklmnopqrstuvwxyz", k=source.randint(2, 9))) for _ in range(4000)]
top = pathlib.Path("lmps/many/files/opt")
top.mkdir(parents=True)
(top / "noise").write_bytes(source.randbytes(300_000))
(top / "base64").write_bytes(base64.encodebytes(source.randbytes(200_000)))
(top / "words").write_bytes(b" ".join(source.choices(words, k=400_000)))
for number in range(300):
    (top / f"part{number}").write_bytes(b" ".join(source.choices(words, k=50)) + b"\n")
PY
build() { "$lmp" -c "$definitions" build lmps -o out --format deb,rpm --quiet; }
step "they are built" build

# within OURS THEIRS: at most 5 % more; both are told.
within() {
  local ours theirs
  ours=$(stat -c %s "$1") theirs=$(stat -c %s "$2")
  echo "ours $ours, theirs $theirs"
  [ $((ours * 100)) -le $((theirs * 105)) ]
}
deb() {
  local deb
  deb=$(echo "out/lmp-$1"_*.deb)
  rm -rf tree && dpkg-deb --raw-extract "$deb" tree && dpkg-deb --root-owner-group --build tree theirs.deb >/dev/null && within "$deb" theirs.deb
}
# A spec with the same files, relations and scriptlets, as rpm tells them.
rpm_twin() {
  local rpm=$1 kind
  rpm -qp --qf 'Name: %{name}\nVersion: %{version}\nRelease: %{release}\nSummary: %{summary}\nLicense: %{license}\nPackager: %{packager}\nGroup: %{group}\nBuildArch: noarch\n' "$rpm"
  rpm -qp --qf '[Provides: %{providename} %{provideflags:depflags} %{provideversion}\n]' "$rpm" | grep -v "^Provides: config\|^Provides: lmp-[a-z]* ="
  rpm -qp --qf '[Conflicts: %{conflictname} %{conflictflags:depflags} %{conflictversion}\n]' "$rpm"
  rpm -qp --qf '%%description\n%{description}\n' "$rpm"
  printf '%s\n' %install "cp -a $PWD/tree/. %{buildroot}/"
  if rpm -qp --scripts "$rpm" | grep -q .; then echo %post && rpm -qp --qf '%{postin}\n' "$rpm"; fi
  echo %files
  rpm -qp --qf '[%{filemodes:perms} %{fileflags:fflags}|%{filenames}\n]' "$rpm" | while IFS='|' read -r kind path; do
    case $kind in
      d*) echo "%dir $path" ;;
      *g*) echo "%ghost %config(noreplace) $path" ;;
      *' d') echo "%doc $path" ;;
      *) echo "$path" ;;
    esac
  done
  rpm -qp --qf '%%changelog\n* Tue Nov 14 2023 %{packager}\n%{changelogtext}\n' "$rpm"
}
rpm_of() {
  local rpm
  rpm=$(echo "out/lmp-$1"-*.rpm)
  rm -rf tree built && mkdir tree && rpm2cpio "$rpm" | (cd tree && cpio -id --quiet) && rpm_twin "$rpm" >"$1.spec" &&
    rpmbuild -bb --quiet --define "_topdir $TEST_DIR/built" "$1.spec" 2>said || { cat said; return 1; }
  same <(rpm -qpl "$rpm") <(rpm -qpl built/RPMS/noarch/*.rpm) && within "$rpm" built/RPMS/noarch/*.rpm
}
for name in tiny asking many; do
  step "the deb of $name" deb $name
  step "the rpm of $name" rpm_of $name
done
finish
