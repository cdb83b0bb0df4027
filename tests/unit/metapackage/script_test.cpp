#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "metapackage/script_uses.hpp"

using namespace lucie;
using namespace lucie::metapackage;

class ScriptTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ScriptTest);
  CPPUNIT_TEST(commands_and_redirections);
  CPPUNIT_TEST(text_is_no_command);
  CPPUNIT_TEST(constant_variables);
  CPPUNIT_TEST(variables_that_change);
  CPPUNIT_TEST(functions);
  CPPUNIT_TEST(the_target);
  CPPUNIT_TEST(operands_of_commands);
  CPPUNIT_TEST(patterns_and_programs_are_no_files);
  CPPUNIT_TEST(commands_that_run_commands);
  CPPUNIT_TEST(what_was_tested_is_no_need);
  CPPUNIT_TEST(functions_of_the_libraries);
  CPPUNIT_TEST(what_is_never_reached);
  CPPUNIT_TEST(answers);
  CPPUNIT_TEST(shell_text_inside);
  CPPUNIT_TEST(modules_of_the_installer);
  CPPUNIT_TEST(other_interpreters);
  CPPUNIT_TEST(relative_paths);
  CPPUNIT_TEST(what_nobody_can_tell);
  CPPUNIT_TEST(faults_of_the_syntax);
  CPPUNIT_TEST_SUITE_END();

  /// One line a use: "LINE deed NAME"; the interpreter's is left out.
  static std::string uses(const std::string& text, Place place = Place::node,
                          const char* shell = "#!/bin/sh") {
    std::vector<Fault> faults;
    std::vector<Unknown> unknown;
    std::string shown;
    for (const Use& use : program_uses(shell + std::string("\n") + text, "s", place, faults, unknown)) {
      if (use.position.line == 1) continue;
      shown += fmt::format("{} {} {}", use.position.line, in_words(use.deed), use.name);
      for (const AnswerCondition& condition : use.conditions) {
        shown += fmt::format(" {}{}{}", condition.variable, condition.negated ? "!=" : "=",
                             base::join({condition.answers.begin(), condition.answers.end()}, "|"));
      }
      shown += "\n";
    }
    CPPUNIT_ASSERT_EQUAL(std::string(), render_faults(faults));
    return shown;
  }
  /// One line a thing that nobody can tell: "LINE deed TEXT".
  static std::string unknown(const std::string& text, Place place = Place::node) {
    std::vector<Fault> faults;
    std::vector<Unknown> found;
    program_uses("#!/bin/sh\n" + text, "s", place, faults, found);
    std::string shown;
    for (const Unknown& one : found)
      shown += fmt::format("{} {} {}\n", one.position.line, in_words(one.deed), one.text);
    return shown;
  }
  /// The same lines; in which order a line's uses are found does not matter.
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(sorted(expected), sorted(actual));
  }
  static std::string sorted(const std::string& text) {
    const std::vector<std::string> lines = base::split(text, '\n');
    const std::set<std::string> unique(lines.begin(), lines.end());
    return base::join({unique.begin(), unique.end()}, "\n");
  }

 public:
  void commands_and_redirections() {
    same(
        "2 makes /etc/new\n2 runs make\n3 edits /etc/more\n3 runs df\n4 reads /etc/in\n4 runs wc\n"
        "5 edits /etc/both\n5 runs a\n5 runs b\n6 runs /usr/sbin/tool\n",
        uses("make all > /etc/new 2>/dev/null\ndf >> /etc/more 2>&1\nwc < /etc/in\n{ a | b; } <> /etc/both\n"
             "LC_ALL=C /usr/sbin/tool $(true)\n"));
    same("2 makes /etc/x\n2 runs cmd\n2 edits /etc/y\n2 runs d\n2 runs inner\n3 reads /etc/z\n3 runs cat\n",
         uses("cmd &> /etc/x; d &>> /etc/y <(inner)\nx=$(cat /etc/z)\n", Place::node, "#!/bin/bash"));
  }
  void text_is_no_command() {
    same("4 makes /etc/doc\n4 runs cat\n5 runs hostname\n",
         uses("# make clean\necho 'make install; sed -i x /etc/a' \"gcc\"\ncat > /etc/doc <<EOF\n"
              "make $(hostname) > /etc/b\nEOF\ntrue <<'EOF'\n$(gcc)\nEOF\n"));
  }
  void constant_variables() {
    same("4 edits /etc/ssh/sshd_config\n4 runs sed\n5 runs make\n6 reads /etc/default/x\n6 runs cat\n",
         uses("d=/etc/ssh\nf=$d/sshd_config tool=make\nsed -i s/a/b/ \"${f}\"\n$tool all\n"
              "cat \"${CONF:-/etc/default/x}\" /etc/$UNKNOWN /etc/*.conf\n"));
    same("2 runs cat\n3 runs cat\n", uses("for f in ; do cat \"$f\"; done\n>&2 cat\n"));
    same("2 reads /etc/a\n2 runs cat\n2 reads /etc/b\n",
         uses("for f in /etc/a /etc/b; do cat \"$f\"; done\n"));
  }
  void variables_that_change() {
    same("3 reads /etc/b\n3 runs cat\n4 runs cat\n5 reads /etc/c\n",
         uses("f=/etc/a\nf=/etc/b; cat $f\nread f; cat $f\nf=/etc/c; . $f\n"));
    same("3 reads /etc/a\n3 reads /etc/b\n", uses("if true; then f=/etc/a; else f=/etc/b; fi\n. $f\n"));
  }
  void functions() {
    same("2 edits /etc/x\n2 runs sed\n", uses("make() { sed -i \"$1\" \"$2\"; }\nmake s/a/b/ /etc/x\n"));
    same("", uses("unused() { gcc; }\ntrue\n"));
    same("4 runs gcc\n", uses("fail() { exit 1; }\n[ -n \"$1\" ] || fail\ngcc\nfail\nmake\n"));
    same("2 runs rm\n", uses("clean() { rm -f /etc/x; }\ntrap clean EXIT\n"));
    same("2 runs a\n", uses("again() { a; again; }\nagain\n"));
    same("3 reads /etc/k\n3 runs cat\n", uses("f() { local file=$1\ncat \"$file\"; }\nf /etc/k\n"));
  }
  void the_target() {
    same("2 edits /etc/x\n2 runs echo1\n3 edits /etc/y\n3 runs sed\n4 runs make\n5 runs chroot\n5 runs gcc\n",
         uses("echo1 >> \"$LUCIE_TARGET/etc/x\"\nsed -i s/a/b/ ${LUCIE_TARGET:-}/etc/y\nin_target make all\n"
              "chroot \"$LUCIE_TARGET\" gcc\n"));
  }
  void operands_of_commands() {
    same("2 runs cp\n2 reads /etc/a\n2 makes /etc/b\n2 makes /etc/b/a\n", uses("cp -p /etc/a /etc/b\n"));
    same("2 runs mv\n2 edits /etc/a\n2 makes /etc/b\n2 makes /etc/b/a\n", uses("mv -f /etc/a /etc/b\n"));
    same("2 runs install\n2 reads /etc/a\n2 makes /etc/d\n2 makes /etc/d/a\n3 runs install\n",
         uses("install -m 0600 -o root -t /etc/d /etc/a\ninstall -d /etc/e\n"));
    same("2 runs ln\n2 reads /etc/a\n2 makes /etc/b\n2 makes /etc/b/a\n", uses("ln -sfn /etc/a /etc/b\n"));
    same("2 runs tee\n2 makes /etc/a\n3 runs tee\n3 edits /etc/b\n", uses("tee /etc/a\ntee -a /etc/b\n"));
    same("2 runs chmod\n2 edits /etc/a\n3 runs touch\n3 makes /etc/b\n4 runs dd\n4 reads /etc/c\n",
         uses("chmod 0600 /etc/a\ntouch /etc/b\ndd if=/etc/c of=/dev/sda\n"));
    same("2 runs perl\n2 edits /etc/a\n3 runs python3\n3 reads /etc/b\n",
         uses("perl -pi -e 's/a/b/' /etc/a\npython3 /etc/b /etc/c\n"));
  }
  void patterns_and_programs_are_no_files() {
    same(
        "2 runs sed\n2 reads /etc/a\n3 runs sed\n3 edits /etc/b\n4 runs grep\n4 reads /etc/c\n5 runs awk\n"
        "5 reads /etc/d\n6 runs sed\n6 reads /etc/prog\n6 edits /etc/e\n7 runs sed\n7 edits /etc/f\n",
        uses("sed '/etc/d' /etc/a\nsed -i.bak -e /etc/ /etc/b\ngrep -q /etc/x /etc/c\nawk -F: /etc/ /etc/d\n"
             "sed -ni -f /etc/prog /etc/e\nsed --in-place=.old --expression /x/ /etc/f\n"));
  }
  void commands_that_run_commands() {
    same(
        "2 runs env\n2 runs make\n3 runs timeout\n3 runs gcc\n4 runs nice\n4 runs df\n5 runs xargs\n5 runs "
        "rm\n"
        "6 runs find\n6 runs sed\n7 runs g\n",
        uses("env -u X A=1 make\ntimeout -k 5 30 gcc -c\nnice -n 10 df\nxargs -n 1 rm\n"
             "find /etc -name x -exec sed -n p {} \\;\nexec g\nnever\n"));
  }
  void what_was_tested_is_no_need() {
    same("", uses("if [ -d /run/systemd/system ]; then systemctl restart x; fi\n"
                  "command -v g++ >/dev/null && g++\n[ -x /usr/sbin/exportfs ] || exit 0\nexportfs -ra\n"));
    same("3 reads /etc/b\n", uses("[ ! -f /etc/a ] || . /etc/a\n[ ! -f /etc/b ] && . /etc/b\n"));
    same("2 runs g++\n", uses("command -v g++ || g++\n"));
    same("3 runs make\n", uses("if ! command -v gcc; then exit 1; fi\nmake; gcc\n"));
    same("", uses("[[ -f /etc/a && -n $x ]] && . /etc/a\n", Place::node, "#!/bin/bash"));
  }
  void functions_of_the_libraries() {
    same(
        "2 reads /usr/share/lucie/agent.sh\n3 runs ls\n",
        uses(
            ". \"${LUCIE_AGENT_LIBRARY:-/usr/share/lucie/agent.sh}\"\nls || failure; port_answers 22\nok\n"));
    same("2 runs ok\n", uses("ok\n"));
  }
  void what_is_never_reached() {
    same("2 runs a\n", uses("if true; then a; exit 0; else exit 1; fi\nmake\n"));
    same("3 runs b\n", uses("( exit 1 )\nb\n"));
  }
  void answers() {
    same(
        "3 runs ompi_info LUCIE_ANSWER_flavour=openmpi\n4 runs other LUCIE_ANSWER_flavour!=openmpi\n6 runs "
        "always\n",
        uses("case $LUCIE_ANSWER_flavour in\nopenmpi) ompi_info ;;\n*) other ;;\nesac\nalways\n"));
    same("2 runs a LUCIE_ANSWER_k=x\n2 runs b LUCIE_ANSWER_k!=x\n3 runs c\n",
         uses("if [ \"$LUCIE_ANSWER_k\" = x ]; then a; else b; fi\nc\n"));
  }
  void shell_text_inside() {
    same("2 runs make\n3 runs sh\n3 runs gcc\n4 runs sh\n5 runs inner\n",
         uses("eval 'make all'\nsh -c \"gcc x\"\nsh <<'EOF'\ninner /etc/x\nEOF\n"));
  }
  void modules_of_the_installer() {
    same("3 edits /etc/x\n4 runs make\n",
         uses("parted /dev/sda\nsed -i s/a/b/ \"$LUCIE_TARGET/etc/x\" /etc/y\nin_target make\n",
              Place::installer));
  }
  void other_interpreters() {
    std::vector<Fault> faults;
    std::vector<Unknown> unknown;
    const auto uses =
        program_uses("#!/usr/bin/env -S python3 -u\nopen('/etc/x')\n", "s", Place::node, faults, unknown);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, uses.size());
    CPPUNIT_ASSERT_EQUAL(std::string("/usr/bin/env"), uses[0].name);
    CPPUNIT_ASSERT_EQUAL(std::string("python3"), uses[1].name);
    CPPUNIT_ASSERT_EQUAL(1, uses[1].position.line);
    CPPUNIT_ASSERT(unknown.size() == 1 && unknown[0].why == Unknown::Why::language);
  }
  void relative_paths() {
    same("2 reads /etc/a\n2 runs cat\n3 edits /etc/ssh/b\n3 runs sed\n4 runs cat\n",
         uses("cd /etc && cat a\n( cd ssh; sed -i s/x/y/ b )\ncd \"$1\"; cat c\n"));
    same("2 edits /etc/x\n2 runs echo1\n3 runs /opt/x/configure\n",
         uses("cd \"$LUCIE_TARGET/etc\" || exit 1; echo1 >> x\ncd -P /opt/x; ./configure\n"));
    same("2 runs ln\n2 makes /etc/y\n2 makes /etc/y/x\n", uses("cd /srv; ln -s ../x /etc/y\n"));
    same("3 edits /etc/x\n", uses("cd \"$LUCIE_TARGET\"\nsed -i s/a/b/ etc/x\n", Place::installer));
  }
  void what_nobody_can_tell() {
    same("2 reads \"$1\"\n3 edits \"$f\"\n4 runs $tool\n5 runs \"$code\"\n6 reads /etc/*.conf\n",
         unknown("cat \"$1\"\nread f; sed -i s/a/b/ \"$f\"\n$tool x\nsh -c \"$code\"\ncat /etc/*.conf\n"));
    same("2 edits /etc/strange\n3 reads relative\n4 edits {}\n",
         unknown("frobnicate --now /etc/strange\ncat relative\ncd /etc; find . -exec sed -i x {} +\n"));
    same("", unknown("echo x > \"$1\"\ncat \"/tmp/$1\" /tmp/$x - < /dev/null\nrm -rf /etc/x; test -f $x\n"));
    same("3 edits \"$LUCIE_TARGET/etc/$x\"\n",
         unknown("cat \"$1\"\nsed -i s/a/b/ \"$LUCIE_TARGET/etc/$x\"\n", Place::installer));
  }
  void faults_of_the_syntax() {
    std::vector<Fault> faults;
    std::vector<Unknown> unknown;
    program_uses("#!/bin/sh\nif true\nthen\n", "s", Place::node, faults, unknown);
    program_uses("#!/bin/sh\na=(1 2)\n", "t", Place::node, faults, unknown);
    CPPUNIT_ASSERT_EQUAL(
        std::string("s:2:1: error: the shell cannot read this: if statement must end with "
                    "\"fi\"\nhint: '#!/bin/bash' in the first line allows what bash knows\n"
                    "t:2:3: error: the shell cannot read this: arrays are a bash/mksh feature\n"
                    "hint: '#!/bin/bash' in the first line allows what bash knows\n"),
        render_faults(faults));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ScriptTest);
