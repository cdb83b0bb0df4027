#!/usr/bin/env bash
# The shell library for module authors: what a module says of itself.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
export LUCIE_MODULE_LIBRARY=$SOURCE/include/lucie/module.sh

# module TEXT: a module with these settings.
write_module() {
  printf '%s\n' '#!/bin/sh' '. "$LUCIE_MODULE_LIBRARY"' "$1" 'run() { progress 0.5 half; note "ran"; }' 'module "$@"' \
    > "$TEST_DIR/module"
  chmod +x "$TEST_DIR/module"
}

describes() {
  [ "$("$TEST_DIR/module" --describe)" = "$1" ] || { "$TEST_DIR/module" --describe; return 1; }
}

write_module 'needs="target disk" after="packages" produces="data" weight=5 timeout=60 retries=1'
step "everything said" describes \
  '{"version":1,"weight":5,"timeout":60,"retries":1,"needs":["target","disk"],"after":["packages"],"produces":["data"]}'
write_module ''
step "nothing said" describes '{"version":1,"weight":1,"timeout":3600,"retries":0}'
write_module 'produces= after=all'
step "empty lists are lists" describes \
  '{"version":1,"weight":1,"timeout":3600,"retries":0,"needs":[],"after":["all"],"produces":[]}'

runs() { [ "$("$TEST_DIR/module")" = "::progress 0.5 half
ran" ]; }
step "it runs" runs
needs=inherited step "variables of the environment are not taken for its own" describes \
  '{"version":1,"weight":1,"timeout":3600,"retries":0,"needs":[],"after":["all"],"produces":[]}'
step "a wrong argument is a usage error" expect 2 "$TEST_DIR/module" --help-me
finish
