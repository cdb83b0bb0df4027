#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "lab/node/firmware.hpp"
#include "lab/node/own_disk.hpp"

using namespace lucie;

/// What a node made of namespaces reads: lucied's real boot scripts, udhcpc's variables, an fstab.
class NodeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NodeTest);
  CPPUNIT_TEST(script_that_installs);
  CPPUNIT_TEST(script_for_the_own_disk);
  CPPUNIT_TEST(no_script);
  CPPUNIT_TEST(lease);
  CPPUNIT_TEST(no_lease);
  CPPUNIT_TEST(table_of_file_systems);
  CPPUNIT_TEST_SUITE_END();

  static std::string script(const std::string& name) {
    return base::read_file(std::string(std::getenv("SOURCE")) + "/templates/ipxe/" + name);
  }

 public:
  void script_that_installs() {
    std::string text = script("install.ipxe.in");
    const std::string variable = "@{command_line}";
    text.replace(text.find(variable), variable.size(),
                 "lucie.server=http://192.0.2.1:8080 console=ttyS0,115200");
    const lab::BootChoice choice = lab::read_boot_script(text);
    CPPUNIT_ASSERT_EQUAL(std::string("lucie.server=http://192.0.2.1:8080 console=ttyS0,115200"),
                         choice.command_line.value());
    CPPUNIT_ASSERT(choice.said.starts_with("Lucie: installing "));
  }

  void script_for_the_own_disk() {
    const lab::BootChoice choice = lab::read_boot_script(script("own-disk.ipxe.in"));
    CPPUNIT_ASSERT(!choice.command_line);
    CPPUNIT_ASSERT_EQUAL(std::string("Lucie: @{why}"), choice.said);
  }

  void no_script() {
    CPPUNIT_ASSERT_THROW(lab::read_boot_script("there is no such page\n"), EnvironmentError);
  }

  void lease() {
    const lab::Lease lease = lab::read_lease(
        "ip=192.0.2.7\nmask=22\nrouter=192.0.2.254 192.0.2.253\ndns=192.0.2.1 192.0.2.2\ndomain=example.org\n"
        "boot_file=http://192.0.2.1:8080/boot/${netX/mac}\nbootfile=\n");
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), lease.address);
    CPPUNIT_ASSERT_EQUAL(22, lease.prefix);
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.254"), lease.router);
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1 192.0.2.2"), base::join(lease.name_servers, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("http://192.0.2.1:8080/boot/${netX/mac}"), lease.boot_file);
    CPPUNIT_ASSERT_EQUAL(std::string("other"),
                         lab::read_lease("ip=192.0.2.7\nboot_file=one\nbootfile=other\n").boot_file);
  }

  void no_lease() { CPPUNIT_ASSERT_THROW(lab::read_lease("ip=\nmask=\n"), EnvironmentError); }

  void table_of_file_systems() {
    const auto entries = lab::read_file_system_table(
        "# <file system> <mount point> <type> <options> <dump> <pass>\n"
        "UUID=c /var/log ext4 noatime 0 2\nUUID=a / ext4 errors=remount-ro 0 1\nUUID=b /var xfs defaults 0 "
        "0\n"
        "UUID=d none swap sw 0 0\nserver:/home /home nfs4 rw 0 0\nUUID=e /spare ext4 ro,noauto 0 0\n");
    std::string text;
    for (const auto& entry : entries) text += entry.device + entry.mount_point + " ";
    CPPUNIT_ASSERT_EQUAL(std::string("UUID=a/ UUID=b/var UUID=c/var/log "), text);
    CPPUNIT_ASSERT_EQUAL(std::string("errors=remount-ro"), entries.front().options);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NodeTest);
