#!/usr/bin/env bash
# The package of an LMP that asks, with the real dpkg, debconf and ucf: on a view of this machine's root that keeps all
# changes in memory and is gone with the test.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/view_root.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for need in dpkg debconf ucf unshare lintian; do
  command -v $need >/dev/null || skip_all "needs $need"
done
program=$BUILD/src/lmp/lmp
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org SOURCE_DATE_EPOCH=1700000000
export LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed
view_root

cd "$TEST_DIR" || exit 1
"$program" new asking --questions --quiet
make_package() { "$program" -c /dev/null build asking -o out --quiet >packages; }
# Without package lists no package server is asked.
sed -i 's/^    packages .*//' asking/lmp.conf
step "the package is built" make_package
deb=$(cat packages)
step "lintian has neither error nor warning" lintian --allow-root --fail-on error,warning "$deb"
depends() { dpkg-deb -f "$deb" Depends | grep -qF 'debconf (>= 0.5) | debconf-2.0, ucf'; }
step "it depends on debconf and ucf" depends

file=etc/lucie/lmp/asking/answers.conf
install="dpkg --force-depends -i /$deb >/out/dpkg.log 2>&1 || { cat /out/dpkg.log; exit 1; }"
# view TEXT: runs the commands, with the answers file of the end in out/answers.conf.
view() {
  rm -f out/answers.conf
  { echo 'export DEBIAN_FRONTEND=noninteractive'; echo "$1"; echo "[ ! -e /$file ] || cp /$file /out/answers.conf"; } | in_view
}
# answers MODE EXTRAS: what the file must say.
answers() {
  { sed 's/@{name}/asking/' "$SOURCE/templates/front-end/header.in"
    printf '%s\n' 'define answers{' '    lmp_name asking' "    mode     $1" '    greeting Hello' "    extras   $2" '}'; } >wanted
  same wanted out/answers.conf
}

defaults() { view "$install" && answers quiet false; }
step "noninteractive: defaults" defaults
preseeded() {
  view "printf 'lmp-asking lmp-asking/%s\n' 'mode select talkative' 'extras boolean true' | debconf-set-selections
    $install" && answers talkative true
}
step "preseeded answers" preseeded
upgraded() {
  view "$install
    sed -i 's/quiet/talkative/; s/^define/# mine\n&/' /$file
    cp /$file /out/mine
    $install" && same out/mine out/answers.conf
}
step "an upgrade keeps the file as it was changed by hand" upgraded
removed_answer() {
  view "printf 'lmp-asking lmp-asking/mode select talkative\n' | debconf-set-selections
    $install
    sed -i '/mode/d' /$file
    cp /$file /out/mine
    $install" && same out/mine out/answers.conf
}
step "and an answer that was taken away" removed_answer
deleted() {
  view "$install
    rm /$file
    $install" && [ ! -e out/answers.conf ]
}
step "a deleted file is not made again" deleted
# An editor that changes the form of debconf's frontend "editor".
printf '%s\n' '#!/bin/sh' 'cp "$1" /out/form' 'sed -i "s/=\"quiet\"/=\"talkative\"/" "$1"' >out/editor
chmod 755 out/editor
reconfigured() {
  view "$install
    sed -i 's/^define/# mine\n&/' /$file
    printf 'lmp-asking lmp-asking/mode select talkative\n' | debconf-set-selections
    dpkg-reconfigure -f noninteractive lmp-asking" && grep -q '^    mode     quiet$' out/answers.conf || return 1
  # The file is the truth: only what is said in the dialogue changes it.
  view "$install
    sed -i 's/^define/# mine\n&/' /$file
    cp /$file /out/mine
    DEBIAN_FRONTEND=editor EDITOR=/out/editor VISUAL=/out/editor dpkg-reconfigure -p low lmp-asking" &&
    sed 's/ quiet$/ talkative/' out/mine | same - out/answers.conf
}
step "dpkg-reconfigure changes what is said there and nothing else" reconfigured
purged() {
  view "printf 'lmp-asking lmp-asking/mode select talkative\n' | debconf-set-selections
    $install
    dpkg -r lmp-asking >/dev/null
    [ -e /$file ]
    dpkg -P lmp-asking >/dev/null
    [ ! -e /etc/lucie/lmp/asking ]
    debconf-show lmp-asking >/out/left
    if grep asking /var/lib/ucf/hashfile /var/lib/ucf/registry; then exit 1; fi" && [ ! -s out/left ] && [ ! -e out/answers.conf ]
}
step "a removed package keeps its answers, a purged one leaves nothing" purged

configured() {
  cp "$program" out/lmp
  rm -rf out/templates && cp -rL "$SOURCE/templates" out/templates
  view "$install
    LUCIE_TEMPLATES=/out/templates DEBIAN_FRONTEND=editor EDITOR=/out/editor VISUAL=/out/editor \\
      /out/lmp configure asking --frontend debconf --quiet
    $install" && answers talkative false
}
step "lmp configure asks through debconf" configured
finish
