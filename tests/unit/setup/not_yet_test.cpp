#include "setup/not_yet.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace lucie;

class NotYetTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NotYetTest);
  CPPUNIT_TEST(what_nobody_does_is_told_once);
  CPPUNIT_TEST(what_is_done_is_not_told);
  CPPUNIT_TEST_SUITE_END();

 public:
  void what_nobody_does_is_told_once() {
    config::Cluster cluster;
    cluster.datasets.push_back({.name = "genome", .interface = "ib0", .encrypt = true});
    for (const char* host : {"cnode00", "cnode01"}) {
      config::Interface interface;
      interface.host = host;
      interface.name = "eth1";
      cluster.interfaces.push_back(interface);
    }
    const auto warnings = setup::not_yet_done(cluster);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, warnings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("dataset 'genome' is not encrypted on its way yet"),
                         warnings[0].message);
    CPPUNIT_ASSERT_EQUAL(std::string("dataset 'genome' comes through the interface that the node boots from"),
                         warnings[1].message);
    CPPUNIT_ASSERT_EQUAL(
        std::string("nothing sets up interface 'eth1': its host does not ask for LMP network"),
        warnings[2].message);
  }
  void what_is_done_is_not_told() {
    config::Cluster cluster;
    cluster.lucie_groups.emplace_back();
    cluster.installers.emplace_back();
    cluster.hosts.push_back({.name = "cnode00", .services = {"network"}});
    cluster.interfaces.push_back({.host = "cnode00", .name = "eth1"});
    cluster.datasets.push_back({.name = "genome"});
    CPPUNIT_ASSERT(setup::not_yet_done(cluster).empty());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NotYetTest);
