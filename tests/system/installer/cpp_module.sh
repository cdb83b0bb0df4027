#!/usr/bin/env bash
# The C++ header for module authors: a module is compiled as authors do it, alone, and run.
. "${SOURCE:?is set by ./test}/tests/tap.sh" || exit 1
command -v g++ > /dev/null || skip_all "needs g++"
export LUCIE_TARGET=$TEST_DIR/target LUCIE_RUN=$TEST_DIR/run
mkdir -p "$LUCIE_TARGET/etc" "$LUCIE_RUN"

# What the installer answers: a program that knows two values and one archive.
cat > "$TEST_DIR/installer" << 'END'
#!/bin/sh
case $* in
  "--get host") echo cnode00 ;;
  "--get modules") printf 'init\npartition\n' ;;
  "--fetch secret") printf 'a\000b' ;;
  *) echo "no value '$2'" >&2; exit 1 ;;
esac
END
chmod 755 "$TEST_DIR/installer"
export LUCIE_PROGRAM=$TEST_DIR/installer

# build NAME: the program on standard input, by C++17 and every warning.
build() {
  cat > "$TEST_DIR/$1.cpp" && g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$SOURCE/include" \
    "$TEST_DIR/$1.cpp" -o "$TEST_DIR/$1"
}
full() {
  build full << 'END'
#include <lucie/module.hpp>
namespace module = lucie::module;
void run() {
  module::progress(0.25, "writing");
  module::write_target_file("/etc/gene/host", module::slice("host") + "\n", 0600);
  for (const std::string& name : module::slice_list("modules")) module::note("module " + name);
  module::write_file(module::run_folder() / "secret", module::fetch("secret"));
  module::note("kept " + std::to_string(module::read_file(module::run_folder() / "secret").size()) + " bytes");
  module::note(module::run({"echo", "two words"}));
}
int main(int argc, char** argv) {
  module::Description description;
  description.needs = module::Words{"target", "disk"};
  description.after = module::Words{};
  description.produces = module::Words{"data"};
  description.weight = 5;
  description.timeout = 60;
  description.retries = 1;
  description.summary = "the \"genes\"";
  return module::main(argc, argv, description, run);
}
END
}
step "a module is compiled with the standard library alone" full
describes() { [ "$("$TEST_DIR/$1" --describe)" = "$2" ] || { "$TEST_DIR/$1" --describe; return 1; }; }
step "it says what it is" describes full '{"version":1,"weight":5,"timeout":60,"retries":1,"needs":["target","disk"],'\
'"after":[],"produces":["data"],"summary":"the \"genes\""}'
runs() {
  "$TEST_DIR/full" > "$TEST_DIR/said" && printf '%s\n' '::progress 0.250 writing' 'module init' 'module partition' \
    'kept 3 bytes' 'two words' '' | same - "$TEST_DIR/said"
}
step "it runs, and the log is in order" runs
written() { [ "$(cat "$LUCIE_TARGET/etc/gene/host") $(stat -c %a "$LUCIE_TARGET/etc/gene/host")" = "cnode00 600" ]; }
step "its file is the node's, with its mode" written
step "nothing is left beside it" test "$(ls -A "$LUCIE_TARGET/etc/gene")" = host
step "a wrong argument is a usage error" expect 2 "$TEST_DIR/full" --help-me

bad() {
  build bad << 'END'
#include <lucie/module.hpp>
void run() {
  if (lucie::module::variable("HOW") == "slice") lucie::module::slice("nothing");
  if (lucie::module::variable("HOW") == "program") lucie::module::run({"sh", "-c", "echo why >&2; exit 7"});
  if (lucie::module::variable("HOW") == "missing") lucie::module::run({"no-such-program"});
  lucie::module::fail("the oven is cold");
}
int main(int argc, char** argv) { return lucie::module::main(argc, argv, {}, run); }
END
}
step "a module that says little is compiled, too" bad
step "what it does not say is left out" describes bad '{"version":1,"weight":1,"timeout":3600,"retries":0}'
# fails HOW TEXT: status 1, and standard error ends with the text.
fails() {
  HOW=$1 expect 1 "$TEST_DIR/bad" 2> "$TEST_DIR/said" && [ "$(tail -1 "$TEST_DIR/said")" = "error: $2" ] ||
    { cat "$TEST_DIR/said"; return 1; }
}
step "a failure is told" fails "" "the oven is cold"
step "so is an unknown value" fails slice "$LUCIE_PROGRAM: exit status 1"
step "and a program that fails" fails program "sh: exit status 7"
step "and one that is missing" fails missing "no-such-program: exit status 127"
# The shipped module that is written with it.
step "remotelogin says what it needs" grep -q '"needs":\["target"\]' <("$BUILD/src/installer/modules/remotelogin" --describe)
finish
