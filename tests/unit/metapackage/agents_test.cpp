#include <cppunit/extensions/HelperMacros.h>

#include "lmp_tree.hpp"

using namespace lucie;

/// Agents of an LMP and their recoveries.
class AgentsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AgentsTest);
  CPPUNIT_TEST(recoveries_are_found);
  CPPUNIT_TEST(faults_of_recoveries);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;

  std::string faults() const {
    std::vector<Fault> faults;
    trees_.read(faults);
    return trees_.shown(faults);
  }

 public:
  void recoveries_are_found() {
    trees_.manifest("ssh");
    trees_.write("ssh/agents/sshd", "#!/bin/sh\n# recover: systemctl restart ssh\n");
    trees_.write("ssh/agents/keys", "#!/bin/sh\n#recover: ./mend now\n");
    trees_.write("ssh/agents/mend", "#!/bin/sh\n");
    trees_.write("ssh/agents/port",
                 "\x7f"
                 "ELF\n# recover: no text\n");
    trees_.write("ssh/agents/port.recover", "#!/bin/sh\n");
    CPPUNIT_ASSERT_EQUAL(std::string(), faults());
  }

  void faults_of_recoveries() {
    trees_.manifest("ssh");
    trees_.write("ssh/agents/keys", "#!/bin/sh\n# recover:\n");
    trees_.write("ssh/agents/port", "#!/bin/sh\n# recover: prt.recover -v\n");
    trees_.write("ssh/agents/sshd", "#!/bin/sh\n# recover: true\n\n# recover: false\n");
    trees_.write("ssh/agents/shd.recover", "#!/bin/sh\n");
    CPPUNIT_ASSERT_EQUAL(
        std::string("ssh/agents/keys:2:1: error: the recovery's command is missing\n"
                    "    2 | # recover:\n      | ^\n"
                    "hint: write '# recover: COMMAND'\n"
                    "ssh/agents/port:2:1: error: there is no program 'prt.recover' beside the agent\n"
                    "    2 | # recover: prt.recover -v\n      | ^\n"
                    "hint: did you mean 'shd.recover'?\n"
                    "ssh/agents/shd.recover: error: it is the recovery of no agent: there is no agent 'shd'\n"
                    "hint: did you mean 'sshd'?\n"
                    "ssh/agents/sshd:4:1: error: an agent has one recovery, and this is another\n"
                    "    4 | # recover: false\n      | ^\n"
                    "hint: the first stands in line 2\n"),
        faults());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AgentsTest);
