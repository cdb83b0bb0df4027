#include "installer/target_files.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"

using namespace lucie;
using namespace lucie::installer;

class TargetFilesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TargetFilesTest);
  CPPUNIT_TEST(the_address_is_set_by_mac);
  CPPUNIT_TEST(a_link_is_replaced_not_followed);
  CPPUNIT_TEST_SUITE_END();

  static wire::Slice slice() {
    wire::Slice slice;
    slice.host = "cnode00";
    slice.domain = "cluster.example.org";
    slice.mac_address = "00:50:56:40:40:b6";
    slice.address = "192.0.2.10";
    slice.netmask = "255.255.255.0";
    slice.gateway = "192.0.2.254";
    slice.dns = {"192.0.2.1"};
    return slice;
  }

 public:
  void the_address_is_set_by_mac() {
    CPPUNIT_ASSERT_EQUAL(std::string("[Match]\nMACAddress=00:50:56:40:40:b6\n\n[Network]\n"
                                     "Address=192.0.2.10/24\nGateway=192.0.2.254\nDNS=192.0.2.1\n"
                                     "Domains=cluster.example.org\n"),
                         network_file(slice()));
  }
  void a_link_is_replaced_not_followed() {
    const base::TemporaryDirectory folder("target-files-test");
    const auto target = folder.path() / "target";
    std::filesystem::create_directories(target / "etc");
    base::write_file(folder.path() / "outside", "mine\n");
    std::filesystem::create_symlink(folder.path() / "outside", target / "etc/resolv.conf");
    write_identity(target, folder.path(), slice());
    CPPUNIT_ASSERT_EQUAL(std::string("mine\n"), base::read_file(folder.path() / "outside"));
    CPPUNIT_ASSERT_EQUAL(std::string("search cluster.example.org\nnameserver 192.0.2.1\n"),
                         base::read_file(target / "etc/resolv.conf"));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00\n"), base::read_file(target / "etc/hostname"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TargetFilesTest);
