#!/usr/bin/env bash
# Sources that are wrong, hostile, huge, or change while they are read: one clear fault with its place, and nothing
# written, neither outside the output folder nor half inside.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
lmp=$BUILD/src/lmp/lmp
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed
cd "$TEST_DIR" || exit 1
small_server
build() { "$lmp" -c "$definitions" build "$1" -o out --format deb,rpm --quiet >said.out 2>said; }
# fresh: a right LMP xx in the folder lmps.
fresh() {
  rm -rf lmps && new_lmp lmps xx editor && mkdir -p lmps/xx/{files/etc,scripts,agents,modules,debconf} && rmdir lmps/xx/debconf &&
    echo x >lmps/xx/files/etc/x
}
# refused TEXT: building ends with status 1, TEXT first, and no folder out.
refused() {
  expect 1 build lmps || { cat said; return 1; }
  if [ "$(head -n 1 said)" != "$1" ]; then head -c 2000 said; return 1; fi
  [ ! -s said.out ] && [ ! -e out ]
}
right() { fresh && build lmps && [ "$(ls out | wc -l)" = 2 ] && rm -r out; }
step "what is right is built" right

link="it is a link, and a package would not have what it points at"
links() {
  local target part
  for target in /etc/passwd /nowhere ../../../../../../etc/passwd x . /; do
    fresh && ln -s "$target" lmps/xx/files/etc/link && refused "lmps/xx/files/etc/link: error: $link" || return 1
  done
  for part in files scripts agents modules debconf; do
    fresh && rm -rf "lmps/xx/$part" && ln -s /etc "lmps/xx/$part" && refused "lmps/xx/$part: error: $link" || return 1
  done
  fresh && mv lmps/xx/lmp.conf manifest && ln -s ../../manifest lmps/xx/lmp.conf && refused "lmps/xx/lmp.conf: error: $link"
}
step "links, absolute, dangling, upward" links
special() {
  fresh && mkfifo lmps/xx/files/etc/pipe && refused "lmps/xx/files/etc/pipe: error: it is neither a file nor a folder" || return 1
  fresh && mkfifo lmps/xx/scripts/10-pipe && refused "lmps/xx/scripts/10-pipe: error: it is neither a file nor a folder"
}
step "pipes are not waited for" special
names() {
  fresh && echo x >$'lmps/xx/files/etc/a\nb' &&
    refused 'lmps/xx/files/etc/a\x0ab: error: a control character, or a byte that is not UTF-8, in the name' || return 1
  fresh && printf '#!/bin/sh\n' >$'lmps/xx/agents/a\e[2J' &&
    refused 'lmps/xx/agents/a\x1b[2J: error: a control character, or a byte that is not UTF-8, in the name'
}
step "control characters in names" names
shell_names() { # names of files are never read by a shell
  fresh && echo x >'lmps/xx/files/etc/$(touch taken) `touch taken`; touch taken' && build lmps && [ ! -e taken ] &&
    dpkg-deb -c out/*.deb | grep -qF '/etc/$(touch taken) `touch taken`; touch taken' && rpm -qpl out/*.rpm | grep -qF '; touch taken' &&
    dpkg-deb -R out/*.deb tree && (cd tree && md5sum --quiet -c DEBIAN/md5sums) && [ ! -e taken ] && rm -r out tree
}
step "shell text in a name" shell_names

# with LINE: in the manifest, in place of the line with that attribute.
with() {
  fresh && sed -i "/^ *${1%% *} /d" lmps/xx/lmp.conf && printf '    %b\n' "$1" >line && sed -i '1r line' lmps/xx/lmp.conf
}
value() { with "$1" && refused "lmps/xx/lmp.conf:$2"; }
step "a control character in a value" value 'summary a\x1b[31mb' '2:14: error: a control character (0x1b) in a value'
step "a carriage return in a value" value 'maintainer A\rProvides: x <a@example.org>' '2:17: error: a control character (0x0d) in a value'
step "NUL in a value" value 'summary a\0b' '2:14: error: a byte that is not UTF-8 text'
step "a path as a name" value 'lmp_name ../../etc' "2:14: error: attribute 'lmp_name': '../../etc' is not the name of an LMP: at least two of a-z 0-9 + . -"
step "a path in a version" value 'version 1/../../x' "2:13: error: attribute 'version': '1/../../x' is not a version, as in 1.2-1"
step "an epoch beyond all bounds" value 'version 99999999999:1' "2:13: error: attribute 'version': '99999999999:1' is not a version, as in 1.2-1"
step "a version that rpm does not have" value 'version 1-2-3' "1:8: error: '1-2-3' cannot be the version of an rpm"
huge() { # a million bytes for each attribute: whatever is said, nothing breaks
  local key word status
  word=$(head -c 1000000 /dev/zero | tr '\0' a)
  for key in lmp_name version date architecture summary description maintainer license depends reads; do
    with "$key $word" || return 1
    build lmps
    status=$?
    [ $status -le 1 ] || { echo "$key: status $status"; head -c 300 said; return 1; }
    rm -rf out
  done
}
step "a million bytes in a value" huge

template() {
  fresh && truncate -s 2G lmps/xx/files/etc/big.in && refused "lmps/xx/files/etc/big.in: error: it has 2.0 GiB, and a text at most 16 MiB"
}
step "a template of 2 GiB" template
file() { fresh && truncate -s 300M lmps/xx/files/etc/big && refused "lmps/xx/files/etc/big: error: it has 300 MiB, and a file at most 256 MiB"; }
step "a file that is too large" file
total() {
  fresh && truncate -s 200M lmps/xx/files/{a,b,c} && refused "lmps/xx: error: its files have 600 MiB, and a package at most 512 MiB"
}
step "files that are too large together" total
manifest() { fresh && truncate -s 1G lmps/xx/lmp.conf && refused "lmps/xx/lmp.conf: error: it has 1.0 GiB, and a text at most 16 MiB"; }
step "a manifest of 1 GiB" manifest
many() {
  fresh && (cd lmps/xx/files && seq 100000 | xargs touch) && refused "lmps/xx: error: it has more than 10000 files and folders"
}
step "100,000 files" many
deep() { # deeper than a path can be
  fresh && (cd lmps/xx/files && for _ in $(seq 30); do mkdir "$(printf '%0200d' 0)" && cd "$(printf '%0200d' 0)" || exit 1; done; echo x >x)
  build lmps
  [ $? -le 3 ] && [ ! -e out ] && rm -rf lmps
}
step "folders deeper than a path can name" deep

changing() { # somebody writes all the time; nothing is built of two halves
  fresh
  for name in a b c d e f; do cp -r lmps/xx "lmps/x$name" && sed -i "s/lmp_name .*/lmp_name x$name/" "lmps/x$name/lmp.conf" && rm -r "lmps/x$name/files"; done
  (while :; do echo one >lmps/xx/files/etc/x; echo two >lmps/xx/files/etc/x; done) &
  local writer=$! result=0
  expect 1 build lmps || result=1
  kill $writer
  wait $writer 2>/dev/null
  [ $result = 0 ] && same <(printf '%s\n' "error: it changed while the LMP was read" "hint: nothing was written; build it again when nobody works there") \
    <(sed 's@^lmps/xx/files/etc/x: @@' said) && [ ! -e out ]
}
step "a file that changes while it is read" changing

# What is in the output folder stays when something goes wrong.
keeps() {
  rm -rf out && fresh && build lmps && cp -r out before && new_lmp lmps yy absent && expect 1 build lmps && diff -r before out && rm -r before out
}
step "a fault leaves older packages as they are" keeps
in_the_way() {
  fresh && mkdir -p out/lmp-xx-1.0-0.noarch.rpm/x && expect 3 build lmps && grep -q 'lmp-xx-1.0-0.noarch.rpm' said && [ -z "$(find out -name '.lmp-build*')" ] && rm -r out
}
step "a folder in a package's place" in_the_way
no_space() {
  fresh && head -c 3000000 /dev/urandom >lmps/xx/files/etc/noise && mkdir small && mount -t tmpfs -o size=1M small small 2>/dev/null || { echo "cannot mount: not judged"; return 0; }
  "$lmp" -c "$definitions" build lmps -o small/out --format deb,rpm --quiet >said.out 2>said
  local status=$? left
  left=$(find small -mindepth 1)
  umount small
  [ $status = 3 ] && [ -z "$left" ] && grep -q 'No space left on device' said && [ ! -s said.out ] || { cat said; echo "$left"; return 1; }
}
step "no space" no_space
killed() { # whatever the moment: whole packages or none, and the next run takes away what was left
  local round pid file
  rm -rf out lmps
  for name in a b c d e f g h; do new_lmp lmps "x$name" editor; done
  for round in $(seq 12); do
    "$lmp" -c "$definitions" build lmps -o out --format deb,rpm --quiet >/dev/null 2>&1 &
    pid=$!
    sleep "0.0$((round * 7))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    for file in out/*.deb; do [ ! -e "$file" ] || dpkg-deb -I "$file" >/dev/null || return 1; done
    for file in out/*.rpm; do [ ! -e "$file" ] || rpm -K --nosignature "$file" >/dev/null || return 1; done
  done
  build lmps && [ "$(find out -mindepth 1 | wc -l)" = 16 ]
}
step "killed at any moment" killed
finish
