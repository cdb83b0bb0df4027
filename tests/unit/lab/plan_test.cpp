#include "lab/plan.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "lab/clean_root.hpp"
#include "lab/console.hpp"
#include "lab/machine.hpp"
#include "lab/power.hpp"

using namespace lucie;

class PlanTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PlanTest);
  CPPUNIT_TEST(from_cluster);
  CPPUNIT_TEST(of_namespaces);
  CPPUNIT_TEST(what_cannot_be_made);
  CPPUNIT_TEST(survives_json);
  CPPUNIT_TEST(command_line_of_a_machine);
  CPPUNIT_TEST(firmware);
  CPPUNIT_TEST(dependencies);
  CPPUNIT_TEST(consoles);
  CPPUNIT_TEST_SUITE_END();

  static config::Cluster cluster() {
    config::Cluster made;
    config::LucieGroup group;
    group.name = "lucie1";
    group.domain_name = "example.org";
    group.subnet = "255.255.255.0";
    group.lucie_address = "192.168.10.250";
    group.lucie_server = "lucie1.example.org";
    group.dhcp_server = "dhcp1";
    made.lucie_groups.push_back(group);
    for (const char* name : {"cnode00", "cnode01"}) {
      config::Host host;
      host.name = name;
      host.address = std::string("192.168.10.") + (made.hosts.empty() ? "1" : "2");
      host.mac_address = std::string("52:54:00:12:34:0") + (made.hosts.empty() ? "1" : "2");
      made.hosts.push_back(host);
    }
    config::Lab lab;
    lab.memory = 512ULL << 20;
    lab.hosts = {"cnode01"};
    made.labs.push_back(lab);
    return made;
  }

  static std::string fault(const config::Cluster& wrong) {
    try {
      lab::plan_of(wrong);
    } catch (const Error& error) {
      return error.what();
    }
    return "no fault";
  }

 public:
  void from_cluster() {
    const lab::Plan plan = lab::plan_of(cluster());
    CPPUNIT_ASSERT_EQUAL(std::string("lucie1"), plan.host_name);
    CPPUNIT_ASSERT_EQUAL(std::string("lucie1.example.org lucie1 dhcp1"),
                         base::join(plan.names.at("192.168.10.250"), " "));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode01.example.org cnode01"),
                         base::join(plan.names.at("192.168.10.2"), " "));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, plan.machines.size());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{512} << 20, plan.machine("cnode01")->memory);
    CPPUNIT_ASSERT(plan.machine("cnode00")->memory > 0);
    CPPUNIT_ASSERT(plan.machine("cnode02") == nullptr);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.number_of(*plan.machine("cnode01")));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, plan.namespace_nodes());
  }

  void of_namespaces() {
    config::Cluster both = cluster();
    both.labs.front().kind = "namespace";
    const lab::Plan plan = lab::plan_from_json(lab::to_json(lab::plan_of(both)));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.namespace_nodes());
    CPPUNIT_ASSERT(!plan.machine("cnode00")->is_namespace());
    CPPUNIT_ASSERT(plan.machine("cnode01")->is_namespace());
    CPPUNIT_ASSERT_THROW(lab::enter_node(plan, *plan.machine("cnode00"), {"true"}), Error);
    CPPUNIT_ASSERT_THROW(lab::require_machine(plan, "cnode02"), Error);
  }

  void what_cannot_be_made() {
    config::Cluster wrong = cluster();
    wrong.lucie_groups.front().lucie_address.clear();
    CPPUNIT_ASSERT_EQUAL(std::string("lucie group 'lucie1' has no lucie_address"), fault(wrong));
    wrong = cluster();
    wrong.hosts.front().mac_address.clear();
    CPPUNIT_ASSERT_EQUAL(std::string("host 'cnode00' has no mac_address, so the lab cannot make it"),
                         fault(wrong));
    wrong = cluster();
    wrong.labs.front().kind = "namespace";
    wrong.labs.front().firmware = "uefi";
    CPPUNIT_ASSERT_EQUAL(std::string("the lab cannot make nodes of kind 'namespace' with firmware 'uefi'"),
                         fault(wrong));
    wrong = cluster();
    wrong.lucie_groups.push_back(wrong.lucie_groups.front());
    CPPUNIT_ASSERT_EQUAL(std::string("the lab makes one Lucie server, but 2 lucie groups are defined"),
                         fault(wrong));
  }

  void survives_json() {
    lab::Plan plan = lab::plan_of(cluster());
    plan.state = "/run/lucie-lab";
    const std::string text = lab::to_json(plan);
    CPPUNIT_ASSERT_EQUAL(text, lab::to_json(lab::plan_from_json(text)));
    CPPUNIT_ASSERT_THROW(lab::plan_from_json("{}"), Error);
  }

  void command_line_of_a_machine() {
    lab::Plan plan = lab::plan_of(cluster());
    plan.state = "/run/lucie-lab";
    const std::string line = base::join(lab::machine_command(plan, *plan.machine("cnode01")), " ");
    for (const char* part :
         {"-accel tcg,thread=multi,tb-size=512", "-cpu max,-erms", "-m 512M", "ifname=tap1",
          "mac=52:54:00:12:34:02,bootindex=1", "file=/run/lucie-lab/mount/disks/cnode01.img",
          "virtio-blk-pci,drive=disk,bootindex=2", "logfile=/run/lucie-lab/log/cnode01.console"}) {
      CPPUNIT_ASSERT_MESSAGE(part, line.find(part) != std::string::npos);
    }
  }

  void firmware() {
    config::Cluster mixed = cluster();
    mixed.labs.front().firmware = "uefi";
    lab::Plan plan = lab::plan_of(mixed);
    plan.state = "/run/lucie-lab";
    const std::string bios = base::join(lab::machine_command(plan, *plan.machine("cnode00")), " ");
    CPPUNIT_ASSERT(bios.find("pflash") == std::string::npos && bios.find("romfile") == std::string::npos);
    const std::string uefi = base::join(lab::machine_command(plan, *plan.machine("cnode01")), " ");
    for (const char* part :
         {"OVMF_CODE_4M.fd", "unit=1,format=raw,file=/run/lucie-lab/mount/disks/cnode01.vars",
          "mac=52:54:00:12:34:02,bootindex=1,romfile="}) {
      CPPUNIT_ASSERT_MESSAGE(part, uefi.find(part) != std::string::npos);
    }
  }

  void dependencies() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("libc6 nfs-ganesha-vfs ipxe perl"),
        base::join(
            lab::first_alternatives("libc6 (>= 2.34), nfs-ganesha-vfs | nfs-kernel-server, ipxe, perl:any\n"),
            " "));
    CPPUNIT_ASSERT(lab::first_alternatives("\n").empty());
  }
  void consoles() {
    const auto last = [](std::string_view log) { return lab::last_console_line(log, 20); };
    CPPUNIT_ASSERT_EQUAL(std::string(), last(""));
    CPPUNIT_ASSERT_EQUAL(std::string("Booting"), last("\x1b[2J\x1b[01;00HiPXE\r\n\x1b[0mBooting\r\n \r\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("[    1.234567] virti"), last("one\n[    1.234567] virtio_net\xff"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PlanTest);
