#!/usr/bin/env bash
# Lucie's own Debian packages, made from the build at hand and judged by the distribution's tools.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
command -v dpkg-buildpackage >/dev/null || skip_all "dpkg-buildpackage is not installed"
command -v lintian >/dev/null || skip_all "lintian is not installed"
debs=$TEST_DIR/debs

package() { echo "$debs/lucie-$1"_*.deb; }

field() { dpkg-deb -f "$(package "$1")" "$2"; }

contains() {
  # Not a pipe: grep would end before dpkg-deb has written everything.
  local list
  list=$(dpkg-deb -c "$(package "$1")") || return 1
  grep -Eq " \.$2( -> .*)?$" <<<"$list" || { echo "lucie-$1 has no $2"; return 1; }
}

no_errors() { lintian --fail-on error --tag-display-limit 0 --show-overrides "$debs"/*.deb; }

same_node_packages() {
  local name
  dpkg-deb -x "$(package server)" "$TEST_DIR/server" || return 1
  for name in node dolly agent; do
    cmp "$(package $name)" "$TEST_DIR/server/usr/share/lucie/node/debian-12/lucie-$name"_*.deb || return 1
  done
}

trigger_is_declared() {
  dpkg-deb -e "$(package server)" "$TEST_DIR/control" &&
    grep -x "interest-noawait lucie-lmp" "$TEST_DIR/control/triggers" &&
    grep -F "lucie-setup refresh || true" "$TEST_DIR/control/postinst"
}

node_links_no_package_manager() {
  ! { field node Depends; field dolly Depends; field agent Depends; } | grep -E "libapt|librpm|libsolv"
}

twice_the_same() {
  "$SOURCE/packaging/build-debs" "$BUILD" "$TEST_DIR/again" &&
    (cd "$debs" && sha256sum ./*.deb) | (cd "$TEST_DIR/again" && sha256sum --quiet -c)
}

step "the packages build" "$SOURCE/packaging/build-debs" "$BUILD" "$debs"
step "there are six of them" test "$(find "$debs" -name '*.deb' | wc -l)" -eq 6
step "lintian finds no errors" no_errors
step "the server holds the templates" contains server "/usr/share/lucie/templates/initrd/init"
step "authors of LMPs get the header for modules" contains lmp "/usr/include/lucie/module.hpp"
step "nodes get the module written with it" contains node "/usr/lib/lucie/modules/remotelogin"
step "the server carries the very packages of the node" same_node_packages
step "the trigger of LMPs refreshes the server" trigger_is_declared
step "what runs on nodes needs no package manager's library" node_links_no_package_manager
step "the same build gives the same packages" twice_the_same
step "a folder that is no build is refused" expect 3 "$SOURCE/packaging/build-debs" "$TEST_DIR" "$TEST_DIR/none"
finish
