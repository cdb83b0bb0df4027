#include "daemon/boot.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "daemon/archives.hpp"
#include "daemon/slices.hpp"
#include "sample.hpp"

using namespace lucie;
using daemon::Snapshot;

/// What is made for one node: boot scripts, slice and archives.
class BootTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(BootTest);
  CPPUNIT_TEST(install_script);
  CPPUNIT_TEST(own_disk_script);
  CPPUNIT_TEST(repair_uses_the_image_of_the_own_installer);
  CPPUNIT_TEST(missing_image_is_told);
  CPPUNIT_TEST(address_is_the_one_asked_at_when_none_is_defined);
  CPPUNIT_TEST(other_nfs_server_is_taken_by_address_only);
  CPPUNIT_TEST(template_with_unknown_name_is_refused);
  CPPUNIT_TEST(slice);
  CPPUNIT_TEST(slice_of_a_repair);
  CPPUNIT_TEST(overlay_has_expanded_files_with_owner_and_mode);
  CPPUNIT_TEST(own_template_wins);
  CPPUNIT_TEST(template_fault_is_told);
  CPPUNIT_TEST(scripts_and_modules);
  CPPUNIT_TEST(node_sets);
  CPPUNIT_TEST(paths_outside_the_state_are_refused);
  CPPUNIT_TEST_SUITE_END();

  Sample sample_;
  daemon::BootScripts scripts_{sample_.paths().templates};

  Snapshot snapshot() const { return Snapshot(sample_.compiled, sample_.state()); }
  static daemon::Endpoint endpoint() { return {"192.168.10.253", 8080}; }
  static constexpr const char* mac = "00:50:56:40:40:b6";

  /// "mode owner/group size name" of each member, as tar lists it, without the time.
  static std::string listing(const std::string& tar) {
    const auto lines = base::split(base::run_or_throw({.argv = {"tar", "-tvf", "-"}, .input = tar}), '\n');
    std::string text;
    for (const std::string& line : lines) {
      const auto words = base::split_words(line);
      if (words.size() == 6) text += base::join({words[0], words[1], words[2], words[5]}, " ") + "\n";
    }
    return text;
  }
  static std::string member(const std::string& tar, const std::string& name) {
    return base::run_or_throw({.argv = {"tar", "-xOf", "-", name}, .input = tar});
  }

 public:
  void install_script() {
    const Snapshot snapshot = this->snapshot();
    assert_golden("install.ipxe", scripts_.install(snapshot, *snapshot.host("cnode00"), "full", endpoint(),
                                                   mac, "0123456789abcdef"));
  }
  void own_disk_script() {
    assert_golden("own-disk.ipxe", scripts_.own_disk("cnode00 boots from its own disk"));
  }
  void repair_uses_the_image_of_the_own_installer() {
    const Snapshot snapshot = this->snapshot();
    const std::string line =
        daemon::kernel_command_line(snapshot, *snapshot.host("cnode00"), "repair", endpoint(), mac, "t");
    CPPUNIT_ASSERT_EQUAL(
        std::string("lucie.server=http://192.168.10.253:8080 lucie.nfs=192.168.10.253:/nfsroot/full "
                    "lucie.host=cnode00 lucie.mac=00:50:56:40:40:b6 lucie.token=t ip=dhcp "
                    "console=tty0 console=ttyS0,115200"),
        line);
  }
  void missing_image_is_told() {
    sample_.compiled.images.clear();
    const Snapshot snapshot = this->snapshot();
    CPPUNIT_ASSERT_THROW(scripts_.install(snapshot, *snapshot.host("cnode00"), "full", endpoint(), mac, "t"),
                         Error);
  }
  void address_is_the_one_asked_at_when_none_is_defined() {
    sample_.compiled.cluster.lucie_groups[0].lucie_address.clear();
    const Snapshot snapshot = this->snapshot();
    CPPUNIT_ASSERT_EQUAL(std::string("http://10.0.0.1:80"),
                         daemon::endpoint_for(snapshot, *snapshot.host("cnode00"), "10.0.0.1", 80).url());
  }
  void other_nfs_server_is_taken_by_address_only() {
    sample_.compiled.cluster.lucie_groups[0].nfs_server = "192.168.10.252";
    const Snapshot address = snapshot();
    CPPUNIT_ASSERT(
        daemon::kernel_command_line(address, *address.host("cnode00"), "full", endpoint(), mac, "t")
            .find("lucie.nfs=192.168.10.252:/nfsroot/full") != std::string::npos);
    sample_.compiled.cluster.lucie_groups[0].nfs_server = "ghost1";
    const Snapshot name = snapshot();
    CPPUNIT_ASSERT(daemon::kernel_command_line(name, *name.host("cnode00"), "full", endpoint(), mac, "t")
                       .find("lucie.nfs=192.168.10.253:/nfsroot/full") != std::string::npos);
  }
  void template_with_unknown_name_is_refused() {
    CPPUNIT_ASSERT_EQUAL(std::string("a x ${y}"), daemon::fill_template("a @{b} ${y}", {{"b", "x"}}));
    CPPUNIT_ASSERT_THROW(daemon::fill_template("@{c}", {{"b", "x"}}), Error);
    CPPUNIT_ASSERT_THROW(daemon::fill_template("@{b", {{"b", "x"}}), Error);
  }
  void slice() {
    const Snapshot snapshot = this->snapshot();
    assert_golden("slice.json",
                  wire::to_json(daemon::make_slice(snapshot, *snapshot.host("cnode00"), "full", endpoint(),
                                                   base::parse_time("2026-11-23T05:00:00Z"))));
  }
  void slice_of_a_repair() {
    const Snapshot snapshot = this->snapshot();
    const wire::Slice slice =
        daemon::make_slice(snapshot, *snapshot.host("cnode01"), "repair", endpoint(), {});
    CPPUNIT_ASSERT_EQUAL(std::string("init mount configure"), base::join(slice.modules, " "));
    CPPUNIT_ASSERT_EQUAL(std::string("http://192.168.10.253:8080/base/full.tar.zst"), slice.base_url);
    CPPUNIT_ASSERT_EQUAL(std::string("repair"), slice.environment.at("LUCIE_INSTALLER"));
    CPPUNIT_ASSERT_EQUAL(std::string("bye"), slice.answers.at("motd").at("text"));
  }
  void overlay_has_expanded_files_with_owner_and_mode() {
    const Snapshot snapshot = this->snapshot();
    const std::string tar = daemon::overlay_tar(snapshot, *snapshot.host("cnode00"), sample_.etc());
    CPPUNIT_ASSERT_EQUAL(
        std::string("-rw-r--r-- root/root 19 etc/motd\n-r-------- daemon/adm 4 etc/motd.key\n"),
        listing(tar));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00 says hello\n"), member(tar, "etc/motd"));
    CPPUNIT_ASSERT(tar == daemon::overlay_tar(snapshot, *snapshot.host("cnode00"), sample_.etc()));
  }
  void own_template_wins() {
    std::filesystem::create_directories(sample_.etc() / "lmp/motd/files/etc");
    base::write_file(sample_.etc() / "lmp/motd/files/etc/motd.in", "own @{host.address}\n");
    const Snapshot snapshot = this->snapshot();
    CPPUNIT_ASSERT_EQUAL(
        std::string("own 192.168.10.1\n"),
        member(daemon::overlay_tar(snapshot, *snapshot.host("cnode00"), sample_.etc()), "etc/motd"));
  }
  void template_fault_is_told() {
    base::write_file(sample_.state() / "lmp/motd-tree/files/etc/motd.in", "@{answer.text} @{host._rack}\n");
    const Snapshot snapshot = this->snapshot();
    CPPUNIT_ASSERT_THROW(daemon::overlay_tar(snapshot, *snapshot.host("cnode00"), sample_.etc()),
                         FaultsError);
  }
  void scripts_and_modules() {
    const Snapshot snapshot = this->snapshot();
    const config::Host& host = *snapshot.host("cnode00");
    CPPUNIT_ASSERT_EQUAL(
        std::string("-rwxr-xr-x root/root 21 motd/10-first\n-rwxr-xr-x root/root 22 motd/20-second\n"),
        listing(daemon::scripts_tar(snapshot, host)));
    CPPUNIT_ASSERT_EQUAL(
        std::string("-rwxr-xr-x root/root 10 motd/greet\n-rwxr-xr-x root/root 10 modules.d/own\n"),
        listing(daemon::modules_tar(snapshot, host, sample_.etc())));
    CPPUNIT_ASSERT_EQUAL(std::string("-rwxr-xr-x root/root 10 motd/greet\n"),
                         listing(daemon::modules_tar(snapshot, host, "/nonexistent")));
  }
  void node_sets() {
    const Snapshot snapshot = this->snapshot();
    const auto names = [&](const std::string& node_set) {
      std::string text;
      for (const config::Host* host : snapshot.select(node_set)) text += host->name + " ";
      return text;
    };
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00 cnode01 gw "), names("all"));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00 cnode01 "), names("cnode[01,00],cnode00"));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00 cnode01 gw "), names("gw,@rack1"));
    CPPUNIT_ASSERT_THROW(names(""), Error);
    try {
      names("cnode0");
      CPPUNIT_FAIL("no error");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("there is no host 'cnode0'"), std::string(error.what()));
      CPPUNIT_ASSERT_EQUAL(std::string("did you mean 'cnode00'?"), error.fault().hint);
    }
    CPPUNIT_ASSERT_THROW(names("@rack2"), Error);
  }
  void paths_outside_the_state_are_refused() {
    const Snapshot snapshot = this->snapshot();
    CPPUNIT_ASSERT_EQUAL(std::string("boot/x"), snapshot.below_state(sample_.state() / "boot/x").string());
    CPPUNIT_ASSERT_THROW(snapshot.below_state("/etc/shadow"), Error);
    CPPUNIT_ASSERT_THROW(snapshot.below_state("a/../../b"), Error);
    CPPUNIT_ASSERT_THROW(snapshot.below_state(""), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BootTest);
