# Sourced by tests: a package server of text in TEST_DIR/server, and definitions that name it for target test-1.
#   small_server                 makes both; $definitions is the file for -c
#   new_lmp DIR NAME PACKAGES    an LMP for test-1 in DIR/NAME
definitions=$TEST_DIR/lucie.conf
small_server() {
  mkdir -p "$TEST_DIR/server"
  local name
  while IFS='|' read -r name fields; do
    printf 'Package: %s\nVersion: 1\nArchitecture: all\n%bFilename: ./%s.deb\nSize: 1\nSHA256: %064d\n\n' "$name" "$fields" \
      "$name" 0
  done >"$TEST_DIR/server/Packages" <<'LIST'
base-files|Essential: yes\nPriority: required\n
chrony|Provides: time-daemon\nConflicts: time-daemon\n
ntpsec|Provides: time-daemon\nConflicts: time-daemon\n
needy|Depends: absent\n
editor|
either|Depends: left | right\n
left|
right|
no-left|Conflicts: left\n
no-right|Conflicts: right\n
LIST
  cat >"$definitions" <<CONF
define package_server{
    name     text
    target   test-1
    kind     apt
    uri      file:$TEST_DIR/server
    suite    ./
    trusted  yes
}
CONF
  export LUCIE_CACHE=$TEST_DIR/cache
}
new_lmp() {
  mkdir -p "$1/$2"
  cat >"$1/$2/lmp.conf" <<CONF
define lmp{
    lmp_name    $2
    version     1.0
    summary     package of a test
    maintainer  Tester <tester@example.org>
    license     MIT
}
define package_list{
    target      test-1
    packages    $3
}
CONF
}
