#include "setup/watches.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/files.hpp"

using namespace lucie;

class WatchesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WatchesTest);
  CPPUNIT_TEST(watches_without_agents_are_told);
  CPPUNIT_TEST(watches_that_can_do_something_are_not);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"watches-test"};
  metapackage::Lmp ssh_;

  void agent(const std::string& name, const std::string& text) {
    base::write_file(folder_.path() / name, text);
    ssh_.agents.push_back(folder_.path() / name);
  }
  std::string warnings(const config::Watch& watch) const {
    config::Cluster cluster;
    cluster.watches = {watch};
    std::string text;
    for (const Fault& fault : setup::idle_watches(cluster, {&ssh_}))
      text += fault.message + "|" + fault.hint + "\n";
    return text;
  }

 public:
  void setUp() override {
    ssh_.name = "ssh";
    agent("sshd", "#!/bin/sh\n# recover: service ssh restart\n");
    agent("keys", "#!/bin/sh\n");
    agent("keys.recover", "#!/bin/sh\n");
    agent("port", "#!/bin/sh\n");
  }
  void watches_without_agents_are_told() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("watch 'w': no installed LMP has an agent 'ssh/shd'|did you mean 'ssh/sshd'?\n"),
        warnings({.name = "w", .agents = {"ssh/*", "ssh/shd"}, .on = {"failure"}}));
    CPPUNIT_ASSERT_EQUAL(std::string("watch 'w': it asks for recoveries, but none of its agents has one|"
                                     "lmp.conf(5) tells how an agent names its recovery\n"),
                         warnings({.name = "w", .agents = {"ssh/port"}, .on = {"failure"}, .recover = true}));
    CPPUNIT_ASSERT_EQUAL(std::string("watch 'w': no installed LMP has an agent 'ssh/keys.recover'|\n"),
                         warnings({.name = "w", .agents = {"ssh/keys.recover"}, .on = {"failure"}}));
  }
  void watches_that_can_do_something_are_not() {
    for (const char* pattern : {"*/*", "ssh/keys", "ssh/s*"})
      CPPUNIT_ASSERT_EQUAL(std::string(),
                           warnings({.name = "w", .agents = {pattern}, .on = {"failure"}, .recover = true}));
    CPPUNIT_ASSERT_EQUAL(std::string(), warnings({.name = "w", .agents = {"no/one"}, .on = {"silence"}}));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WatchesTest);
