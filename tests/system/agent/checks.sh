#!/usr/bin/env bash
# The helpers for authors of agents, in shell and in C++, give the same answers.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
command -v "${CXX:=g++}" > /dev/null || skip_all "needs a C++ compiler"
cat > "$TEST_DIR/probe.cpp" << 'END'
#include "lucie/agent.hpp"
#include <string_view>
using namespace lucie::checks;
int main(int, char** argv) {
  const std::string_view asked = argv[1];
  if (asked == "process_runs") return process_runs(argv[2]) ? 0 : 1;
  if (asked == "pid_file_runs") return pid_file_runs(argv[2]) ? 0 : 1;
  if (asked == "port_answers") return port_answers(std::stoi(argv[2])) ? 0 : 1;
  if (asked == "as_written") return as_written(argv[2]) == Written::same ? 0 : as_written(argv[2]) == Written::not_by_lucie ? 2 : 1;
  if (asked == "ok") ok(argv[2]);
  if (asked == "warning") warning(argv[2]);
  failure(argv[2]);
}
END
compiled() { "$CXX" -std=c++20 -Wall -Wextra -Werror -I "$SOURCE/include" "$TEST_DIR/probe.cpp" -o "$TEST_DIR/probe"; }
step "the header compiles alone" compiled
in_shell() { sh -c '. "$0"; "$@"' "$SOURCE/include/lucie/agent.sh" "$@"; }
# answers STATUS QUESTION…: both give it
answers() {
  local wanted=$1
  shift
  expect "$wanted" "$TEST_DIR/probe" "$@" && expect "$wanted" in_shell "$@"
}

# A program of our own with a long name that has blanks and parentheses, so that nobody else's is found.
cp "$(command -v sleep)" "$TEST_DIR/lucie ) test-daemon"
"$TEST_DIR/lucie ) test-daemon" 300 &
process=$!
trap 'kill $process 2> /dev/null; rm -rf "$TEST_DIR"' EXIT
echo $process > "$TEST_DIR/pid"
echo 999999999 > "$TEST_DIR/nobody.pid"
echo "12 34" > "$TEST_DIR/odd.pid"
step "a process is found by its name" answers 0 process_runs "lucie ) test-daemon"
step "and by its file" answers 0 process_runs "$TEST_DIR/lucie ) test-daemon"
step "but not by a part of it" answers 1 process_runs "lucie ) test"
step "a process that is not there is not found" answers 1 process_runs lucie-nobody-at-all
step "the process of a PID file lives" answers 0 pid_file_runs "$TEST_DIR/pid"
step "that of another does not" answers 1 pid_file_runs "$TEST_DIR/nobody.pid"
step "nor without a file" answers 1 pid_file_runs "$TEST_DIR/none.pid"
kill $process
wait $process 2> /dev/null
step "a process that ended is gone" answers 1 pid_file_runs "$TEST_DIR/pid"
# A child that nobody waits for is a zombie.
bash -c 'sleep 0 & echo $! > "$1"; exec sleep 300' - "$TEST_DIR/zombie.pid" &
process=$!
sleep 0.5
step "a zombie does not live" answers 1 pid_file_runs "$TEST_DIR/zombie.pid"

export LUCIE_FILES=$TEST_DIR/files.json
printf 'as Lucie wrote it\n' > "$TEST_DIR/a.conf"
head -c 200 /dev/zero > "$TEST_DIR/b[1].conf"
: > "$TEST_DIR/empty"
{
  printf '{\n "version": 1,\n "files": {\n'
  for file in a.conf 'b[1].conf' empty; do
    printf '  "%s": "%s",\n' "$TEST_DIR/$file" "$(sha256sum < "$TEST_DIR/$file" | cut -d' ' -f1)"
  done
  printf '  "%s": "%064d"\n }\n}\n' "$TEST_DIR/gone" 0
} > "$LUCIE_FILES"
for file in a.conf 'b[1].conf' empty; do step "$file is as written" answers 0 as_written "$TEST_DIR/$file"; done
echo more >> "$TEST_DIR/a.conf"
step "a changed file is not" answers 1 as_written "$TEST_DIR/a.conf"
step "nor one that is gone" answers 1 as_written "$TEST_DIR/gone"
step "another was not written by Lucie" answers 2 as_written "$TEST_DIR/probe"
step "the name is no pattern" answers 2 as_written "$TEST_DIR/aXconf"

exec 3< <(python3 -c 'import socket, sys, time
server = socket.create_server(("127.0.0.1", 0)); print(server.getsockname()[1], flush=True); time.sleep(60)')
server=$!
read -r port <&3
step "a port answers" answers 0 port_answers "$port"
kill $server
wait $server 2> /dev/null
step "a closed one does not" answers 1 port_answers "$port"
step "ok is 0" answers 0 ok fine
step "a warning is 1" answers 1 warning hm
step "a failure is 2" answers 2 failure no
says() { is_text=$(in_shell failure two words); [ "$is_text" = "two words" ] && [ "$("$TEST_DIR/probe" ok fine)" = fine ]; }
step "their text is printed" says
finish
