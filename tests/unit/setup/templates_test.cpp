#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/fill.hpp"
#include "setup/dhcp.hpp"
#include "setup/nfs.hpp"

namespace {

namespace fs = std::filesystem;
using lucie::setup::ServedNetwork;

fs::path source() {
  return std::getenv("SOURCE");
}

/// Compares with tests/unit/setup/golden/NAME; LUCIE_REGENERATE=1 writes it anew.
void assert_golden(const std::string& name, const std::string& text) {
  const fs::path golden = source() / "tests/unit/setup/golden" / name;
  if (std::getenv("LUCIE_REGENERATE") != nullptr) lucie::base::write_file(golden, text);
  CPPUNIT_ASSERT_EQUAL(lucie::base::read_file(golden), text);
}

lucie::config::Host make_host(const std::string& name, const std::string& group, const std::string& address,
                              const std::string& mac) {
  lucie::config::Host host;
  host.name = name;
  host.lucie_group = group;
  host.address = address;
  host.mac_address = mac;
  return host;
}

/// The paper's cluster, with a second network and a host that discovery has to find.
lucie::config::Cluster make_cluster() {
  lucie::config::LucieGroup first;
  first.name = "lucie1";
  first.domain_name = "is.titech.ac.jp";
  first.gateway = "192.168.10.254";
  first.subnet = "255.255.255.0";
  first.network = "192.168.10.0";
  first.dns = {"192.168.0.2", "192.168.0.3"};
  first.ntp = {"192.168.0.4"};
  lucie::config::LucieGroup second;
  second.name = "lucie2";
  second.subnet = "255.255.0.0";
  second.network = "10.1.0.0";
  second.ntp = {"time.example.org"};
  lucie::config::LucieGroup elsewhere;
  elsewhere.name = "elsewhere";
  lucie::config::Cluster cluster;
  cluster.lucie_groups = {first, second, elsewhere};
  cluster.hosts = {make_host("cnode00", "lucie1", "192.168.10.1", "00:50:56:40:40:b6"),
                   make_host("cnode01", "lucie1", "192.168.10.2", ""),
                   make_host("far00", "lucie2", "10.1.0.1", "00:50:56:40:40:b7"),
                   make_host("away", "elsewhere", "10.9.0.1", "00:50:56:40:40:b8")};
  return cluster;
}

const std::vector<ServedNetwork> served = {{"lucie1", "br0", "192.168.10.250", "192.168.10.0", 24, true},
                                           {"lucie2", "eth1", "10.1.255.1", "10.1.0.0", 16, false}};

class TemplatesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TemplatesTest);
  CPPUNIT_TEST(dnsmasq);
  CPPUNIT_TEST(dnsmasq_hosts);
  CPPUNIT_TEST(ganesha);
  CPPUNIT_TEST(kernel_exports);
  CPPUNIT_TEST(unknown_field_is_refused);
  CPPUNIT_TEST_SUITE_END();

  const fs::path templates = source() / "templates";

  void dnsmasq() {
    assert_golden("dnsmasq.conf",
                  lucie::setup::dnsmasq_configuration(make_cluster(), served, templates, "/var/lib/lucie"));
  }

  void dnsmasq_hosts() {
    CPPUNIT_ASSERT_EQUAL(std::string("# made by lucie-setup apply; changes are lost\n"
                                     "00:50:56:40:40:b6,192.168.10.1,cnode00,infinite\n"
                                     "00:50:56:40:40:b7,10.1.0.1,far00,infinite\n"),
                         lucie::setup::dnsmasq_hosts(make_cluster(), served));
  }

  void ganesha() {
    assert_golden("ganesha.conf", lucie::setup::ganesha_configuration({"full", "small"}, {served.front()},
                                                                      templates, "/var/lib/lucie"));
    assert_golden("ganesha-two-networks.conf",
                  lucie::setup::ganesha_configuration({"full"}, served, templates, "/var/lib/lucie"));
  }

  void kernel_exports() {
    assert_golden("lucie.exports",
                  lucie::setup::kernel_exports({"full", "small"}, served, templates, "/var/lib/lucie"));
  }

  void unknown_field_is_refused() {
    CPPUNIT_ASSERT_EQUAL(std::string("a 1 ${b} @{"), lucie::base::fill("a @{one} ${b} @{", {{"one", "1"}}));
    try {
      lucie::base::fill("@{tow}", {{"two", "2"}});
      CPPUNIT_FAIL("an unknown field was taken");
    } catch (const lucie::Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("the text uses unknown field 'tow'"), std::string(error.what()));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TemplatesTest);

}  // namespace
