#include "setup/network.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace lucie::setup;

class NetworkTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NetworkTest);
  CPPUNIT_TEST(finds_the_interface_by_network);
  CPPUNIT_TEST(lucie_address_decides);
  CPPUNIT_TEST(says_what_is_not_served);
  CPPUNIT_TEST(reads_addresses);
  CPPUNIT_TEST_SUITE_END();

  static lucie::config::Cluster cluster_with(const std::string& lucie_address) {
    lucie::config::LucieGroup group;
    group.name = "lucie1";
    group.gateway = "192.168.10.254";
    group.subnet = "255.255.255.128";
    group.lucie_address = lucie_address;
    lucie::config::Cluster cluster;
    cluster.lucie_groups = {group};
    return cluster;
  }

  const std::vector<OwnAddress> own = {
      {"eth0", "192.168.10.3"}, {"br0", "192.168.10.200", true}, {"eth1", "10.0.0.1"}};

  void finds_the_interface_by_network() {
    std::vector<lucie::Fault> warnings;
    const auto served = served_networks(cluster_with(""), own, warnings);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, served.size());
    CPPUNIT_ASSERT_EQUAL(std::string("br0"), served[0].interface);
    CPPUNIT_ASSERT_EQUAL(std::string("192.168.10.128"), served[0].network);
    CPPUNIT_ASSERT_EQUAL(25, served[0].prefix);
    CPPUNIT_ASSERT(served[0].unique_local && warnings.empty());
  }

  void lucie_address_decides() {
    std::vector<lucie::Fault> warnings;
    const auto served = served_networks(cluster_with("10.0.0.1"), own, warnings);
    CPPUNIT_ASSERT_EQUAL(std::string("eth1"), served.at(0).interface);
  }

  void says_what_is_not_served() {
    std::vector<lucie::Fault> warnings;
    CPPUNIT_ASSERT(served_networks(cluster_with("192.168.10.201"), own, warnings).empty());
    CPPUNIT_ASSERT_EQUAL(std::string("lucie group 'lucie1' is not served by this machine: no interface has "
                                     "its address 192.168.10.201"),
                         warnings.at(0).message);
  }

  void reads_addresses() {
    CPPUNIT_ASSERT_EQUAL(0xc0a80afeU, address_bits("192.168.10.254").value());
    CPPUNIT_ASSERT_EQUAL(std::string("192.168.10.254"), address_text(0xc0a80afeU));
    CPPUNIT_ASSERT(!address_bits("192.168.10") && !address_bits(""));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NetworkTest);

}  // namespace
