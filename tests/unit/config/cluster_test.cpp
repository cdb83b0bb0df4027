#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

#include "base/text.hpp"
#include "cluster_of.hpp"
#include "config/agent_program.hpp"

using namespace lucie;
using namespace lucie::config;
using base::join;
using std::string;

/// Ranges, defaults, references between blocks.
class ClusterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ClusterTest);
  CPPUNIT_TEST(ranges_run_in_step);
  CPPUNIT_TEST(templates_bring_ranges);
  CPPUNIT_TEST(one_name_takes_a_whole_range_in_a_list);
  CPPUNIT_TEST(mac_addresses_come_from_a_file_or_an_interface);
  CPPUNIT_TEST(smallest_cluster_needs_little);
  CPPUNIT_TEST(installers_have_defaults_and_limits);
  CPPUNIT_TEST(package_servers_have_defaults);
  CPPUNIT_TEST(answers_and_datasets_know_their_hosts);
  CPPUNIT_TEST(watches_have_defaults);
  CPPUNIT_TEST(agents_match_patterns);
  CPPUNIT_TEST(recover_lines_are_comments_of_programs);
  CPPUNIT_TEST(labs_share_the_hosts);
  CPPUNIT_TEST(answers_files_are_read_against_the_cluster);
  CPPUNIT_TEST(service_sets_are_distinct);
  CPPUNIT_TEST(names_that_do_not_resolve_are_a_warning);
  CPPUNIT_TEST(missing_file_is_the_machine_s_fault);
  CPPUNIT_TEST_SUITE_END();

  static Cluster good(const string& text, const ReadOptions& options = {}) {
    const ReadResult result = cluster_of(text, options);
    CPPUNIT_ASSERT_EQUAL(string(), messages(result.faults) + messages(result.warnings));
    return result.cluster;
  }
  static string network() {
    return "define lucie_group{\nname l\nsubnet 255.255.0.0\ngateway 10.0.255.254\n}\n";
  }
  static string three_hosts() {
    return network() + "define host{\nhost_name n[1-3]\naddress 10.0.0.[1-3]\n}\n";
  }

 public:
  void ranges_run_in_step() {
    const Cluster cluster = good(
        network() +
        "define host{\nhost_name r[1-2]n[0-1], gw\naddress 10.0.[1-5].1[0-0]\n}\n"
        "define host{\nhost_name x[01-05/2]\naddress 10.0.0.[11-13]\nalias \"node [x]\"\n_slot s[a,b,7]\n"
        "mac_address 52-54-00-00-00-[10-12]\nservices base, app[1-3]\n}\n");
    CPPUNIT_ASSERT_EQUAL(string("x05"), cluster.hosts.back().name);
    CPPUNIT_ASSERT_EQUAL(string("10.0.0.12"), cluster.host("x03")->address);
    CPPUNIT_ASSERT_EQUAL(string("52:54:00:00:00:12"), cluster.host("x05")->mac_address);
    CPPUNIT_ASSERT_EQUAL(string("node [x]"), cluster.host("x05")->alias);
    CPPUNIT_ASSERT_EQUAL(string("s7"), cluster.host("x05")->custom.at("_slot"));
    CPPUNIT_ASSERT_EQUAL(string("app2 base"), join(cluster.host("x03")->services, " "));
  }
  void templates_bring_ranges() {
    const Cluster cluster = good(network() + "define host{\nname t\nregister 0\n_slot [7-9]\n}\n" +
                                 "define host{\nhost_name n[1-3]\naddress 10.0.0.[1-3]\nuse t\n}\n");
    CPPUNIT_ASSERT_EQUAL(string("9"), cluster.host("n3")->custom.at("_slot"));
  }
  void one_name_takes_a_whole_range_in_a_list() {
    const Cluster cluster = good(three_hosts() +
                                 "define interface{\nhost_name n1\ninterface_name bond0\nkind bond\n"
                                 "members eth[0-1], eth7\n}\n");
    CPPUNIT_ASSERT_EQUAL(string("eth0 eth1 eth7"), join(cluster.interfaces.at(0).members, " "));
  }
  void mac_addresses_come_from_a_file_or_an_interface() {
    const base::TemporaryDirectory folder("config-test");
    base::write_file(folder.path() / "macs",
                     "# host,mac\nn1, 52-54-00-00-00-01\n\nn2,525400000002\nother,52:54:0:0:0:9\n");
    base::write_file(folder.path() / "lucie.conf",
                     network() +
                         "define host{\nhost_name n[1-2]\naddress 10.0.0.[1-2]\nmac_file macs\n}\n"
                         "define host{\nhost_name n3\naddress 10.0.0.3\n}\n"
                         "define interface{\nhost_name n3\ninterface_name eth0\nboot yes\n"
                         "mac_address 5254.0000.0003\naddress 10.0.0.3\n}\n");
    const ReadResult result = read_cluster(folder.path() / "lucie.conf");
    CPPUNIT_ASSERT_EQUAL(string(), messages(result.faults) + messages(result.warnings));
    CPPUNIT_ASSERT_EQUAL(string("52:54:00:00:00:01"), result.cluster.host("n1")->mac_address);
    CPPUNIT_ASSERT_EQUAL(string("52:54:00:00:00:02"), result.cluster.host("n2")->mac_address);
    CPPUNIT_ASSERT_EQUAL(string("n3"), result.cluster.host_by_mac("52-54-00-00-00-03")->name);
    CPPUNIT_ASSERT(result.cluster.host_by_mac("52:54:00:00:00:09") == nullptr);
    CPPUNIT_ASSERT(result.cluster.host_by_mac("") == nullptr);
  }
  void smallest_cluster_needs_little() {
    const Cluster cluster = good(
        "define lucie_group{\nname l\nsubnet 255.255.255.0\n}\n"
        "define host{\nhost_name n1\naddress 10.0.0.1\n}\n");
    CPPUNIT_ASSERT_EQUAL(
        string("l full default"),
        cluster.hosts[0].lucie_group + " " + cluster.hosts[0].installer + " " + cluster.hosts[0].disk_layout);
    CPPUNIT_ASSERT_EQUAL(string("10.0.0.0"), cluster.lucie_groups[0].network);
    CPPUNIT_ASSERT(!cluster.lucie_groups[0].lucie_server.empty());
    const DiskLayout& layout = *cluster.disk_layout("default");
    CPPUNIT_ASSERT_EQUAL(string("first gpt swap /"), layout.disk + " " + layout.label + " " +
                                                         layout.partitions.at(0).mount_point + " " +
                                                         layout.partitions.at(1).mount_point);
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, good("# nothing\n").hosts.size());
    CPPUNIT_ASSERT(good("").installer("full") != nullptr);
  }
  void installers_have_defaults_and_limits() {
    const Cluster cluster = good(
        "define installer{\ninstaller_name full\ntimeouts install 30m, mount 90s\nretries install 2\n"
        "ssh_authorized_keys \"ssh-ed25519 AAAA a, b\", ssh-rsa BBBB c\nkernel_options quiet splash=\"a "
        "b\"\n}\n"
        "define installer{\ninstaller_name rocky\ntarget rocky-9\nmodules init, warm-up, mount\n}\n",
        {.own_target = "debian-13"});
    const Installer& full = *cluster.installer("full");
    CPPUNIT_ASSERT_EQUAL(
        string("debian-13 amd64 linux-image-amd64 /"),
        full.target + " " + full.architecture + " " + full.kernel_package + " " + full.lmp_root);
    CPPUNIT_ASSERT(full.timeouts.at("install") == std::chrono::minutes(30));
    CPPUNIT_ASSERT_EQUAL(2, full.retries.at("install"));
    CPPUNIT_ASSERT_EQUAL(string("ssh-ed25519 AAAA a, b|ssh-rsa BBBB c"), join(full.ssh_authorized_keys, "|"));
    CPPUNIT_ASSERT_EQUAL(string("quiet splash=a b"), full.kernel_options);
    const Installer& repair = *cluster.installer("repair");
    CPPUNIT_ASSERT_EQUAL(string("init mount configure finalize"), join(repair.modules, " "));
    CPPUNIT_ASSERT_EQUAL(string("init partition mount dolly extrbase install configure finalize"),
                         join(cluster.installer("data")->modules, " "));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, repair.timeouts.size());  // that of mount: repair has no install
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, repair.ssh_authorized_keys.size());
    CPPUNIT_ASSERT_EQUAL(string("kernel"), cluster.installer("rocky")->kernel_package);
    CPPUNIT_ASSERT_EQUAL(string("init warm-up mount"), join(cluster.installer("rocky")->modules, " "));
  }
  void package_servers_have_defaults() {
    const Cluster cluster = good(
        "define package_server{\nname d\ntarget debian-12\nuri file:/srv/d\nmirrors "
        "http://mirror.example.org/d\n"
        "trusted yes\n}\n"
        "define package_server{\nname r\ntarget rocky-9\nuri file:/srv/r\npriority 900\n}\n"
        "define package_server{\nname l\nkind lmp\nuri file:/srv/l\n}\n");
    const PackageServer& debian = cluster.package_servers.at(0);
    CPPUNIT_ASSERT_EQUAL(string("apt bookworm main 500"), debian.kind + " " + debian.suite + " " +
                                                              join(debian.components, ",") + " " +
                                                              std::to_string(debian.priority));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, debian.uris.size());
    CPPUNIT_ASSERT_EQUAL(string("rpm-md"), cluster.package_servers.at(1).kind);
    CPPUNIT_ASSERT(cluster.package_servers.at(1).trusted);
    CPPUNIT_ASSERT_EQUAL(string("d"), join(cluster.installer("full")->package_servers, " "));
  }
  void answers_and_datasets_know_their_hosts() {
    const Cluster cluster =
        good(three_hosts() +
             "define host_group{\nhostgroup_name g\nmembers n[2-3]\n}\n"
             "define answers{\nlmp_name base\ntimezone UTC\n}\n"
             "define answers{\nlmp_name base\nmembers g, n1, n2\ntimezone \"Asia/Tokyo\"\n}\n"
             "define dataset{\ndataset_name d\nsource /srv/d\ndestination /d\n}\n"
             "define dataset{\ndataset_name e\nsource /srv/d\ndestination /d\nmembers g\n}\n");
    CPPUNIT_ASSERT_EQUAL(string(""), join(cluster.answers.at(0).members, " "));
    CPPUNIT_ASSERT_EQUAL(string("n2 n3 n1"), join(cluster.answers.at(1).members, " "));
    CPPUNIT_ASSERT_EQUAL(string("Asia/Tokyo"), cluster.answers.at(1).values.at("timezone"));
    CPPUNIT_ASSERT_EQUAL(string("n1 n2 n3"), join(cluster.datasets.at(0).members, " "));
    CPPUNIT_ASSERT_EQUAL(string("n2 n3"), join(cluster.datasets.at(1).members, " "));
  }
  void watches_have_defaults() {
    const Cluster cluster =
        good(three_hosts() +
             "define watch{\nwatch_name w\nrecover yes\n}\n"
             "define watch{\nwatch_name v\nmembers n2\nagents ssh/*\nmail root\nrepeat 2h\n}\n");
    const Watch& watch = cluster.watches.at(0);
    CPPUNIT_ASSERT_EQUAL(string("n1 n2 n3"), join(watch.members, " "));
    CPPUNIT_ASSERT_EQUAL(string("*/* failure"), join(watch.agents, " ") + " " + join(watch.on, " "));
    CPPUNIT_ASSERT(watch.recover && watch.after == 1 && watch.repeat == std::chrono::hours(1));
    CPPUNIT_ASSERT_EQUAL(string("n2 root"), join(cluster.watches.at(1).members, " ") + " " +
                                                join(cluster.watches.at(1).mail, " "));
    CPPUNIT_ASSERT(cluster.watches.at(1).repeat == std::chrono::hours(2));
    CPPUNIT_ASSERT(cluster.lucie_groups.at(0).agent_interval == std::chrono::minutes(5));
  }
  void agents_match_patterns() {
    CPPUNIT_ASSERT(agent_matches("*/*", "ssh", "sshd") && agent_matches("ssh/sshd", "ssh", "sshd"));
    CPPUNIT_ASSERT(agent_matches("time-*/c?ock", "time-chrony", "clock"));
    CPPUNIT_ASSERT(!agent_matches("ssh/*", "sshd", "x") && !agent_matches("*", "ssh", "sshd"));
    CPPUNIT_ASSERT(is_agent_pattern("a/*") && !is_agent_pattern("a") && !is_agent_pattern("a/b/c"));
    CPPUNIT_ASSERT(!is_agent_pattern("/b") && !is_agent_pattern("a/") && !is_agent_pattern("a/b c"));
  }
  void recover_lines_are_comments_of_programs() {
    const auto lines =
        recover_lines("#!/bin/sh\n# recover: systemctl restart ssh \n#recover: x\necho # recover: y\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lines.size());
    CPPUNIT_ASSERT_EQUAL(string("systemctl restart ssh"), lines[0].command);
    CPPUNIT_ASSERT_EQUAL(2, lines[0].line);
    CPPUNIT_ASSERT(recover_lines("\x7f"
                                 "ELF\n# recover: x\n")
                       .empty());
  }
  void labs_share_the_hosts() {
    const Cluster cluster =
        good(three_hosts() + "define lab{\nmemory 512M\n}\ndefine lab{\nhosts n2\nkind namespace\n}\n");
    CPPUNIT_ASSERT_EQUAL(string("n1 n3"), join(cluster.labs.at(0).hosts, " "));
    CPPUNIT_ASSERT_EQUAL(string("n2"), join(cluster.labs.at(1).hosts, " "));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{512} << 20, cluster.labs.at(0).memory);
    CPPUNIT_ASSERT_EQUAL(string("namespace bios"),
                         cluster.labs.at(1).kind + " " + cluster.labs.at(1).firmware);
  }
  void answers_files_are_read_against_the_cluster() {
    const Cluster cluster = good(three_hosts());
    const base::TemporaryDirectory folder("config-test");
    const auto file = folder.path() / "answers.conf";
    base::write_file(file, "define answers{\nlmp_name mpi\nmembers n[1-2]\nflavour openmpi\n}\n");
    std::vector<Fault> faults;
    const auto answers = read_answers(file, cluster, faults);
    CPPUNIT_ASSERT_EQUAL(string(), messages(faults));
    CPPUNIT_ASSERT_EQUAL(string("n1 n2"), join(answers.at(0).members, " "));
    CPPUNIT_ASSERT_EQUAL(string("openmpi"), answers.at(0).values.at("flavour"));
    base::write_file(file, "define answers{\nlmp_name mpi\nmembers n9\n}\ndefine host{\n}\n");
    read_answers(file, cluster, faults);
    CPPUNIT_ASSERT_EQUAL(
        string("3:9 'n9' is neither a host nor a host group|5:8 a block of type 'host' does not belong here"),
        messages(faults));
  }
  void service_sets_are_distinct() {
    const Cluster cluster =
        good(network() +
             "define host{\nhost_name n[1-2]\naddress 10.0.0.[1-2]\nservices ssh, base\n}\n"
             "define host{\nhost_name n3\naddress 10.0.0.3\nservices base, ssh, base\n}\n"
             "define host{\nhost_name n4\naddress 10.0.0.4\nservices base\n}\n");
    const auto sets = cluster.service_sets();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sets.size());
    CPPUNIT_ASSERT_EQUAL(string("base ssh: n1 n2 n3"),
                         join(sets[1].services, " ") + ": " + join(sets[1].hosts, " "));
  }
  void names_that_do_not_resolve_are_a_warning() {
    const string text =
        "define lucie_group{\nname l\nsubnet 255.255.255.0\nlucie_server no-such-host.invalid\n}\n";
    CPPUNIT_ASSERT_EQUAL(string(), messages(cluster_of(text).warnings));
    const ReadResult result = cluster_of(text, {.resolve_names = true});
    CPPUNIT_ASSERT_EQUAL(string(), messages(result.faults));
    CPPUNIT_ASSERT_EQUAL(
        string("4:14 lucie_server 'no-such-host.invalid' does not resolve to an IPv4 address"),
        messages(result.warnings));
  }
  void missing_file_is_the_machine_s_fault() {
    CPPUNIT_ASSERT_THROW(read_cluster("/nonexistent/lucie.conf"), EnvironmentError);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ClusterTest);
