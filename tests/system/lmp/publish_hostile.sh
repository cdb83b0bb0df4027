#!/usr/bin/env bash
# Packages that are no LMPs, broken or meant to do harm: each is refused with one error, and nothing is written.
# LUCIE_SEED repeats a run.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"
lmp=$BUILD/src/lmp/lmp
repo=$TEST_DIR/repo
seed=${LUCIE_SEED:-$$}
RANDOM=$seed
echo "# LUCIE_SEED=$seed"
small_server
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed SOURCE_DATE_EPOCH=1700000000
new_lmp "$TEST_DIR/lmps" aa editor
step "packages are built" "$lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$TEST_DIR/out" --format deb,rpm --quiet
deb=$TEST_DIR/out/lmp-aa_1.0_all.deb rpm=$TEST_DIR/out/lmp-aa-1.0-0.noarch.rpm
step "and published" "$lmp" publish "$deb" "$rpm" --repo "$repo" --quiet
state() { (cd "$TEST_DIR" && find . -mindepth 1 -path ./said -prune -o -path './bad*' -prune -o -path ./state -prune -o -printf '%p %y %s %T@\n' | sort); }
refused() { # FILE TEXT: exit status 1, an error that names the file and says the text, nothing changed
  state >"$TEST_DIR/state"
  expect 1 timeout 60 "$lmp" publish "$1" --repo "$repo" --quiet 2>"$TEST_DIR/said" || { cat "$TEST_DIR/said"; return 1; }
  grep -qF "$1: error: " "$TEST_DIR/said" && grep -q -- "$2" "$TEST_DIR/said" || { cat "$TEST_DIR/said"; return 1; }
  state | same "$TEST_DIR/state" -
}
truncated() { # of any length
  local file length
  for file in "$deb" "$rpm"; do
    for _ in $(seq 12); do
      length=$((RANDOM * RANDOM % $(stat -c %s "$file")))
      head -c $length "$file" >"$TEST_DIR/bad"
      refused "$TEST_DIR/bad" . || { echo "$length bytes of $file"; return 1; }
    done
  done
}
step "truncated packages are refused" truncated
spoiled() { # single bytes: a digest of the rpm's, or the compression's own, finds each
  local at random=()
  for _ in $(seq 20); do random+=($((100 + RANDOM * RANDOM % ($(stat -c %s "$rpm") - 100)))); done
  for at in "${random[@]}" $(seq 104 16 620); do
    cp "$rpm" "$TEST_DIR/bad"
    printf '\377' | dd of="$TEST_DIR/bad" bs=1 seek=$at conv=notrunc status=none
    cmp -s "$rpm" "$TEST_DIR/bad" && continue
    "$lmp" publish "$TEST_DIR/bad" --repo "$repo" --quiet 2>"$TEST_DIR/said"
    case $? in
      0) rpm -K --nosignature "$TEST_DIR/bad" >/dev/null || { echo "byte $at: rpm refuses what was taken"; return 1; } ;;
      1) ;;
      *) echo "byte $at"; cat "$TEST_DIR/said"; return 1 ;;
    esac
  done
}
step "spoiled rpms never crash it, and what rpm refuses is refused" spoiled

# Debs with a control file of any text.
cat >"$TEST_DIR/make_deb.py" <<'PYTHON'
import io, lzma, sys, tarfile
def tar(name, content):
    bytes_ = io.BytesIO()
    with tarfile.open(fileobj=bytes_, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return lzma.compress(bytes_.getvalue())
def member(name, content):
    return f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content + b"\n" * (len(content) % 2)
control = sys.stdin.buffer.read().replace(b"BOMB", b"x" * (64 << 20))
open(sys.argv[1], "wb").write(b"!<arch>\n" + member("debian-binary", b"2.0\n") + member("control.tar.xz", tar("./control", control))
                              + member("data.tar.xz", tar("./usr/share/lucie/lmp/" + sys.argv[2] + "/lmp.conf", b"x")))
PYTHON
bad_control() { # FIELDS TEXT [LMP]
  printf "$1" | python3 "$TEST_DIR/make_deb.py" "$TEST_DIR/bad" "${3:-zz}" && refused "$TEST_DIR/bad" "$2"
}
good='Package: lmp-zz\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n'
as_made() { printf "$good" | python3 "$TEST_DIR/make_deb.py" "$TEST_DIR/good" zz && "$lmp" publish "$TEST_DIR/good" --repo "$TEST_DIR/repo2" --quiet; }
step "a deb as the test makes them is taken when nothing is wrong" as_made
rm -rf "$TEST_DIR/repo2"
long=$(printf 'x%.0s' $(seq 300))
none='none that a package can have'
step "a package without a name" bad_control 'Version: 1\nArchitecture: all\n' "$none"
step "a name that leads elsewhere" bad_control "Package: lmp-../../../x\nVersion: 1\nArchitecture: all\n" "$none" '../../../x'
step "a version that leads elsewhere" bad_control "Package: lmp-zz\nVersion: 1/../../../../x\nArchitecture: all\n" "$none"
step "an architecture that leads elsewhere" bad_control "Package: lmp-zz\nVersion: 1\nArchitecture: ../all\n" "$none"
step "a version of several lines" bad_control "Package: lmp-zz\nVersion: 1\n Filename: x\nArchitecture: all\n" "$none"
step "a control character in the version" bad_control 'Package: lmp-zz\nVersion: 1\033[2J\nArchitecture: all\n' "$none"
step "a name of 300 bytes" bad_control "Package: lmp-$long\nVersion: 1\nArchitecture: all\n" "$none" "$long"
step "a field that only indices have" bad_control "${good}filename: pool/main/l/lmp-aa/lmp-aa_1.0_all.deb\n" "has the field 'filename' twice"
step "a field twice" bad_control "${good}package: lmp-aa\n" "has the field 'package' twice"
step "two packages in one control file" bad_control "$good\nPackage: lmp-aa\n" 'its control file is missing'
step "a control file of 64 MiB" bad_control "${good}X-Bomb: BOMB\n" 'its content is too large'
step "another LMP's manifest" bad_control "$good" "'lmp-zz' is no Lucie Meta Package" aa
step "a package that is no LMP's" bad_control "Package: libc6\nVersion: 1\nArchitecture: all\n" "'libc6' is no Lucie Meta Package" c6
no_file() {
  mkfifo "$TEST_DIR/bad.pipe" && refused "$TEST_DIR/bad.pipe" 'it is not a file' && mkdir "$TEST_DIR/bad.d" && refused "$TEST_DIR/bad.d" 'it is not a file' &&
    refused /dev/zero 'it is not a file' && : >"$TEST_DIR/bad.empty" && refused "$TEST_DIR/bad.empty" 'neither a Debian package nor an rpm'
}
step "pipes, folders and devices" no_file
missing() { expect 3 "$lmp" publish "$TEST_DIR/nothing" --repo "$repo" 2>"$TEST_DIR/said" && grep -q 'No such file' "$TEST_DIR/said"; }
step "a file that is not there" missing
every_one() { # all faults of a run, and nothing of the good ones
  head -c 500 "$deb" >"$TEST_DIR/bad1"
  echo x >"$TEST_DIR/bad2"
  state >"$TEST_DIR/state"
  expect 1 "$lmp" publish "$TEST_DIR/bad1" "$TEST_DIR/good" "$TEST_DIR/bad2" --repo "$repo" --quiet 2>"$TEST_DIR/said" && [ "$(grep -c 'error:' "$TEST_DIR/said")" = 2 ] &&
    state | same "$TEST_DIR/state" -
}
step "every bad file is told, and nothing is published" every_one
twice() {
  mkdir "$TEST_DIR/bad.again" && echo more >>"$TEST_DIR/lmps/aa/lmp.conf.x" && mkdir -p "$TEST_DIR/lmps/aa/files/etc" && echo x >"$TEST_DIR/lmps/aa/files/etc/x" && rm "$TEST_DIR/lmps/aa/lmp.conf.x" &&
    "$lmp" -c "$definitions" build "$TEST_DIR/lmps" -o "$TEST_DIR/bad.again" --quiet && expect 1 "$lmp" publish "$deb" "$TEST_DIR"/bad.again/*.deb --repo "$TEST_DIR/new" 2>"$TEST_DIR/said" &&
    grep -q 'is given twice, with another content' "$TEST_DIR/said" && [ ! -e "$TEST_DIR/new" ]
}
step "one version with two contents" twice
damaged() { # an index that is not what was published
  cp -a "$repo" "$TEST_DIR/broken" && echo 'Package: lmp-evil' >>"$(readlink -f "$TEST_DIR/broken/dists/lucie/main/binary-all/Packages")" &&
    expect 1 "$lmp" publish "$TEST_DIR/good" --repo "$TEST_DIR/broken" 2>"$TEST_DIR/said" && grep -q 'its digest differs' "$TEST_DIR/said"
}
step "a repository whose index was changed" damaged
finish
