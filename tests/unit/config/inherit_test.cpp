#include <cppunit/extensions/HelperMacros.h>

#include "base/text.hpp"
#include "cluster_of.hpp"

using namespace lucie;
using namespace lucie::config;
using base::join;
using std::string;

/// Templates, groups, and who wins.
class InheritTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(InheritTest);
  CPPUNIT_TEST(first_template_that_says_something_wins);
  CPPUNIT_TEST(plus_adds_along_use_and_then_after_the_groups);
  CPPUNIT_TEST(host_group_comes_before_lucie_group_and_default);
  CPPUNIT_TEST(null_takes_an_inherited_value_away);
  CPPUNIT_TEST(lists_of_several_groups_are_joined);
  CPPUNIT_TEST(host_settles_what_its_groups_dispute);
  CPPUNIT_TEST(custom_attributes_are_inherited_too);
  CPPUNIT_TEST(nested_groups_count);
  CPPUNIT_TEST(template_only_blocks_define_nothing);
  CPPUNIT_TEST(repeating_attributes_are_inherited_as_a_whole);
  CPPUNIT_TEST(names_and_registration_are_not_inherited);
  CPPUNIT_TEST_SUITE_END();

  static Cluster good(const string& text) {
    const ReadResult result = cluster_of(network() + text);
    CPPUNIT_ASSERT_EQUAL(string(), messages(result.faults) + messages(result.warnings));
    return result.cluster;
  }
  static string network() {
    return "define lucie_group{\nname l\nsubnet 255.255.255.0\ngateway 10.0.0.254\ninstaller "
           "from-lucie-group\n"
           "services net\n}\ndefine installer{\ninstaller_name from-lucie-group\n}\n"
           "define installer{\ninstaller_name a\n}\ndefine installer{\ninstaller_name b\n}\n";
  }
  static string host(const string& attributes) {
    return "define host{\nhost_name n1\naddress 10.0.0.1\n" + attributes + "}\n";
  }
  static string host_template(const string& name, const string& attributes) {
    return "define host{\nname " + name + "\nregister 0\n" + attributes + "}\n";
  }
  static string group(const string& name, const string& attributes, const string& members = "n1") {
    return "define host_group{\nhostgroup_name " + name + "\nmembers " + members + "\n" + attributes + "}\n";
  }
  static string services(const string& text) { return join(good(text).hosts.at(0).services, " "); }
  static string installer(const string& text) { return good(text).hosts.at(0).installer; }

 public:
  void first_template_that_says_something_wins() {
    const string templates = host_template("t1", "use t3\n") + host_template("t2", "installer b\n") +
                             host_template("t3", "installer a\n");
    CPPUNIT_ASSERT_EQUAL(string("a"), installer(templates + host("use t1, t2\n")));
    CPPUNIT_ASSERT_EQUAL(string("b"), installer(templates + host("use t2, t1\n")));
    CPPUNIT_ASSERT_EQUAL(string("full"), installer(templates + host("use t2, t1\ninstaller full\n")));
  }
  void plus_adds_along_use_and_then_after_the_groups() {
    const string templates = host_template("t1", "services +s1\nuse t2\n") +
                             host_template("t2", "services s2\nuse t3\n") +
                             host_template("t3", "services s3\n") + host_template("open", "services +s4\n");
    CPPUNIT_ASSERT_EQUAL(string("s0 s1 s2"), services(templates + host("use t1\nservices +s0\n")));
    CPPUNIT_ASSERT_EQUAL(string("s0"), services(templates + host("use t1\nservices s0\n")));
    CPPUNIT_ASSERT_EQUAL(string("g1 s0 s4"), services(templates + host("use open\nservices +s0\n") +
                                                      group("g", "services g1\n")));
    CPPUNIT_ASSERT_EQUAL(string("s0 s2"),
                         services(templates + host("use t2\nservices +s0\n") + group("g", "services g1\n")));
    CPPUNIT_ASSERT_EQUAL(string("g1 net s0"),
                         services(host("services +s0\n") + group("g", "services +g1\n")));
  }
  void host_group_comes_before_lucie_group_and_default() {
    CPPUNIT_ASSERT_EQUAL(string("from-lucie-group"), installer(host("")));
    CPPUNIT_ASSERT_EQUAL(string("a"), installer(host("") + group("g", "installer a\n")));
    CPPUNIT_ASSERT_EQUAL(string("b"), installer(host_template("t", "installer b\n") + host("use t\n") +
                                                group("g", "installer a\n")));
    CPPUNIT_ASSERT_EQUAL(string("default"), good(host("")).hosts.at(0).disk_layout);
  }
  void null_takes_an_inherited_value_away() {
    CPPUNIT_ASSERT_EQUAL(string("full"), installer(host("installer null\n") + group("g", "installer a\n")));
    CPPUNIT_ASSERT_EQUAL(string("full"), installer(host("") + group("g", "installer null\n")));
    CPPUNIT_ASSERT_EQUAL(string(""), services(host("services null\n") + group("g", "services g1\n")));
    CPPUNIT_ASSERT_EQUAL(string("s0"), services(host_template("t", "services null\n") +
                                                host("use t\nservices +s0\n") + group("g", "services g1\n")));
  }
  void lists_of_several_groups_are_joined() {
    CPPUNIT_ASSERT_EQUAL(string("g1 g2 g3"), services(host("") + group("a1", "services g2, g1\n") +
                                                      group("a2", "services g3, g1\n")));
  }
  void host_settles_what_its_groups_dispute() {
    CPPUNIT_ASSERT_EQUAL(string("full"), installer(host("installer full\n") + group("g", "installer a\n") +
                                                   group("h", "installer b\n")));
    CPPUNIT_ASSERT_EQUAL(string("full"),
                         installer(host_template("t", "installer full\n") + host("use t\n") +
                                   group("g", "installer a\n") + group("h", "installer b\n")));
    CPPUNIT_ASSERT_EQUAL(string("a"),
                         installer(host("") + group("g", "installer a\n") + group("h", "installer a\n")));
  }
  void custom_attributes_are_inherited_too() {
    const Cluster cluster =
        good(host_template("t", "_rack 1\n_row 2\n") + host("use t\n_rack 7\n_note null\n") +
             group("g", "_row 9\n_room \"r 5\"\n_note x\n"));
    const auto& custom = cluster.hosts.at(0).custom;
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, custom.size());
    CPPUNIT_ASSERT_EQUAL(string("7 2 r 5"),
                         custom.at("_rack") + " " + custom.at("_row") + " " + custom.at("_room"));
    CPPUNIT_ASSERT_EQUAL(string("9"), cluster.host_groups.at(0).custom.at("_row"));
  }
  void nested_groups_count() {
    const Cluster cluster =
        good(host("") + group("outer", "installer a\n", "inner") + group("inner", "", "n[1-1]"));
    CPPUNIT_ASSERT_EQUAL(string("outer inner"), join(cluster.hosts.at(0).groups, " "));
    CPPUNIT_ASSERT_EQUAL(string("n1"), join(cluster.host_group("outer")->hosts, " "));
    CPPUNIT_ASSERT_EQUAL(string("a"), cluster.hosts.at(0).installer);
  }
  void template_only_blocks_define_nothing() {
    const Cluster cluster =
        good("define host{\nhost_name ghost\nname t\nregister no\ninstaller a\n}\n" + host("use t\n"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, cluster.hosts.size());
    CPPUNIT_ASSERT_EQUAL(string("a"), cluster.hosts.at(0).installer);
  }
  void repeating_attributes_are_inherited_as_a_whole() {
    const Cluster cluster = good(
        "define disk_layout{\nname t\nregister 0\npartition / 1G- ext4\npartition /t 1G ext4\n}\n"
        "define disk_layout{\nlayout_name own\nuse t\npartition / 2G- xfs\n}\n"
        "define disk_layout{\nlayout_name inherited\nuse t\n}\n");
    CPPUNIT_ASSERT_EQUAL(string("xfs"), cluster.disk_layout("own")->partitions.at(0).file_system);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, cluster.disk_layout("own")->partitions.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, cluster.disk_layout("inherited")->partitions.size());
  }
  void names_and_registration_are_not_inherited() {
    const Cluster cluster = good(
        "define lucie_group{\ntemplate_name t\nname ghost\nregister 0\nsubnet 255.255.0.0\ngateway "
        "10.1.0.254\n}\n"
        "define lucie_group{\nname m\nuse t\n}\n" +
        host("lucie_group l\n"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, cluster.lucie_groups.size());
    CPPUNIT_ASSERT_EQUAL(string("10.1.0.0"), cluster.lucie_group("m")->network);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(InheritTest);
