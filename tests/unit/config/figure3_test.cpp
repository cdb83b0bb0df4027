#include <cppunit/extensions/HelperMacros.h>

#include "base/text.hpp"
#include "cluster_of.hpp"

using namespace lucie;
using namespace lucie::config;

/// Figure 3 of the paper, as it stands there, and the example cluster that we ship.
class Figure3Test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(Figure3Test);
  CPPUNIT_TEST(figure_3_is_read_as_it_stands);
  CPPUNIT_TEST(shipped_example_has_no_fault);
  CPPUNIT_TEST_SUITE_END();

 public:
  void figure_3_is_read_as_it_stands() {
    const ReadResult result = read_cluster(test_folder() / "figure3.conf");
    CPPUNIT_ASSERT_EQUAL(std::string(), render_faults(result.faults) + render_faults(result.warnings));
    const Cluster& cluster = result.cluster;
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, cluster.hosts.size());
    const Host& host = *cluster.host("cnode00");
    CPPUNIT_ASSERT_EQUAL(std::string("192.168.10.1"), host.address);
    CPPUNIT_ASSERT_EQUAL(std::string("00:50:56:40:40:b6"), host.mac_address);
    CPPUNIT_ASSERT_EQUAL(std::string("c++-develop c-develop mpi"), base::join(host.services, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("prestoi-cluster"), base::join(host.groups, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("lucie1 full default"),
                         host.lucie_group + " " + host.installer + " " + host.disk_layout);
    const LucieGroup& group = *cluster.lucie_group("lucie1");
    CPPUNIT_ASSERT_EQUAL(std::string("is.titech.ac.jp"), group.domain_name);
    CPPUNIT_ASSERT_EQUAL(std::string("192.168.10.0"), group.network);
    CPPUNIT_ASSERT_EQUAL(std::string("192.168.0.2"), base::join(group.dns, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("dhcp1"), group.dhcp_server);
    CPPUNIT_ASSERT_EQUAL(std::string("lucie1.is.titech.ac.jp"), group.tftp_server);
    CPPUNIT_ASSERT_EQUAL(std::string("ghost1"), group.http_server);
    CPPUNIT_ASSERT_EQUAL(std::string("init partition mount extrbase install configure finalize"),
                         base::join(cluster.installer("full")->modules, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("init mount configure finalize"),
                         base::join(cluster.installer("repair")->modules, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("linux-image-amd64"), cluster.installer("full")->kernel_package);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, cluster.service_sets().size());
  }
  void shipped_example_has_no_fault() {
    const ReadResult result = read_cluster(std::filesystem::path(EXAMPLE) / "lucie.conf");
    CPPUNIT_ASSERT_EQUAL(std::string(), render_faults(result.faults) + render_faults(result.warnings));
    CPPUNIT_ASSERT_EQUAL(std::string("base grub hello network ssh time-chrony"),
                         base::join(result.cluster.hosts.at(0).services, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("linux-image-cloud-amd64"),
                         result.cluster.installer(result.cluster.hosts.at(0).installer)->kernel_package);
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00 cnode01"), base::join(result.cluster.labs.at(0).hosts, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("uefi"), result.cluster.labs.at(1).firmware);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1} << 30, result.cluster.labs.at(0).memory);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(Figure3Test);
