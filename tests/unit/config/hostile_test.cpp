#include <cppunit/extensions/HelperMacros.h>
#include <random>

#include "cluster_of.hpp"
#include "config/block.hpp"
#include "config/compiled.hpp"

using namespace lucie;
using namespace lucie::config;
using std::string;

/// Input that means harm, or is just very large, ends in faults or in a cluster, never in a crash.
class HostileTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(HostileTest);
  CPPUNIT_TEST(very_long_lines_are_read);
  CPPUNIT_TEST(many_quotes_are_read);
  CPPUNIT_TEST(deep_use_chains_are_refused);
  CPPUNIT_TEST(diamonds_of_templates_are_read_once);
  CPPUNIT_TEST(deep_groups_are_refused);
  CPPUNIT_TEST(huge_ranges_are_refused);
  CPPUNIT_TEST(chains_of_includes_are_refused);
  CPPUNIT_TEST(endless_files_are_refused);
  CPPUNIT_TEST(noise_is_refused);
  CPPUNIT_TEST(ten_thousand_hosts_are_read);
  CPPUNIT_TEST(ten_thousand_faulty_hosts_are_told);
  CPPUNIT_TEST_SUITE_END();

  static string network() {
    return "define lucie_group{\nname l\nsubnet 255.0.0.0\ngateway 10.255.255.254\n}\n";
  }
  static bool contains(const ReadResult& result, const string& message) {
    return messages(result.faults).find(message) != string::npos;
  }
  static string blocks(int count, string (*block)(int)) {
    string text = network();
    for (int number = 0; number < count; ++number) text += block(number);
    return text;
  }

 public:
  void very_long_lines_are_read() {
    const string value(4'000'000, 'x');
    const Text text = parse_text("define host{\nalias " + value + "\n}\n", "x");
    CPPUNIT_ASSERT_EQUAL(value.size(), text.blocks.at(0).find("alias")->value.size());
    string list = "define host_group{\nmembers a";
    for (int count = 0; count < 200'000; ++count) list += ", \\\na";
    CPPUNIT_ASSERT_EQUAL(std::size_t{200'001},
                         parse_text(list + "\n}\n", "x").blocks.at(0).find("members")->items().size());
  }
  void many_quotes_are_read() {
    string line = "define host{\nalias ";
    for (int count = 0; count < 200'000; ++count) line += "\"a\"b,";
    const Text text = parse_text(line + "\n}\n", "x");
    CPPUNIT_ASSERT_EQUAL(std::size_t{200'000}, text.blocks.at(0).find("alias")->items().size());
  }
  void deep_use_chains_are_refused() {
    const string text = blocks(20'000, [](int number) {
      return "define host{\nname t" + std::to_string(number) + "\nregister 0\nuse t" +
             std::to_string(number + 1) + "\n}\n";
    });
    const ReadResult result = cluster_of(text + "define host{\nhost_name n\naddress 10.0.0.1\nuse t0\n}\n");
    CPPUNIT_ASSERT(contains(result, "this block inherits from more than 200 templates"));
    CPPUNIT_ASSERT(contains(result, "host 't19999' uses unknown template 't20000'"));
  }
  void diamonds_of_templates_are_read_once() {
    const string text = blocks(100, [](int number) {
      const string next = "t" + std::to_string(number + 1), beside = "u" + std::to_string(number + 1);
      return "define host{\nname t" + std::to_string(number) + "\nregister 0\nuse " + next + ", " + beside +
             "\n}\ndefine host{\nname u" + std::to_string(number) + "\nregister 0\nuse " + beside + ", " +
             next + "\n}\n";
    });
    const ReadResult result =
        cluster_of(text +
                   "define host{\nname t100\nregister 0\nalias end\n}\ndefine host{\nname u100\n"
                   "register 0\n}\ndefine host{\nhost_name n\naddress 10.0.0.1\nuse t1\n}\n");
    CPPUNIT_ASSERT_EQUAL(string(), messages(result.faults));
    CPPUNIT_ASSERT_EQUAL(string("end"), result.cluster.hosts.at(0).alias);
  }
  void deep_groups_are_refused() {
    const string text = blocks(20'000, [](int number) {
      return "define host_group{\nhostgroup_name g" + std::to_string(number) + "\nmembers g" +
             std::to_string(number + 1) + "\n}\n";
    });
    CPPUNIT_ASSERT(contains(cluster_of(text), "host groups nested more than 100 deep"));
  }
  void huge_ranges_are_refused() {
    const ReadResult result =
        cluster_of(network() + "define host{\nhost_name n[0-999999]\naddress 10.[0-9].[0-99].[0-999]\n}\n" +
                   "define host_group{\nhostgroup_name g\nmembers n[0-199999], [0-99999999999999999999], "
                   "a[1-9][1-999999]\n}\n" +
                   "define interface{\nhost_name n[0-199999]\ninterface_name eth1\n}\n");
    CPPUNIT_ASSERT(contains(result, "more than 100000 hosts"));
    CPPUNIT_ASSERT(contains(result, "'99999999999999999999' is not a number"));
    CPPUNIT_ASSERT(contains(result, "more than 1000000 names"));
    CPPUNIT_ASSERT(result.faults.size() < 20);
  }
  void chains_of_includes_are_refused() {
    const base::TemporaryDirectory folder("config-test");
    for (int number = 0; number < 100; ++number) {
      base::write_file(folder.path() / std::to_string(number),
                       "include " + std::to_string(number + 1) + "\n");
    }
    CPPUNIT_ASSERT_EQUAL(string("1:9 files include each other more than 32 deep"),
                         messages(read_text(folder.path() / "0").faults));
  }
  void endless_files_are_refused() {
    CPPUNIT_ASSERT_EQUAL(string("1:9 '/dev/zero' is no plain file"),
                         messages(parse_text("include /dev/zero\n", "x").faults));
    CPPUNIT_ASSERT(contains(
        cluster_of(network() + "define host{\nhost_name n\naddress 10.0.0.1\nmac_file /dev/zero\n}\n"),
        "'/dev/zero' is no file that can be read"));
  }
  void noise_is_refused() {
    std::mt19937 random(20261123);
    const std::vector<string> pieces = {"define ",
                                        "host",
                                        "{",
                                        "}",
                                        "\n",
                                        " ",
                                        "\"",
                                        "\\",
                                        "#",
                                        ";",
                                        "use ",
                                        "name ",
                                        "+",
                                        "[1-3]",
                                        "[",
                                        "]",
                                        "null",
                                        ",",
                                        "address ",
                                        "10.0.0.1",
                                        "host_name ",
                                        "\x80",
                                        string(1, '\0'),
                                        "include ",
                                        "*",
                                        "lucie_group",
                                        "host_group",
                                        "members ",
                                        "services ",
                                        "\r\n",
                                        "answers",
                                        "lab",
                                        "partition ",
                                        "disk_layout",
                                        "1G-",
                                        "interface",
                                        "interface_name ",
                                        "-",
                                        "register 0"};
    for (int round = 0; round < 100; ++round) {
      string text;
      for (int count = 0; count < 200; ++count) text += pieces[random() % pieces.size()];
      CPPUNIT_ASSERT(!cluster_of(text).faults.empty());
    }
  }
  void ten_thousand_hosts_are_read() {
    const string text = blocks(10'000, [](int number) {
      const string name = std::to_string(number);
      return "define host{\nhost_name n" + name + "\naddress 10." + std::to_string(number / 60'000) + "." +
             std::to_string(number / 250) + "." + std::to_string(number % 250 + 1) + "\nmac_address 5254" +
             std::to_string(10'000'000 + number) + "\nuse t\n}\n";
    });
    const ReadResult result =
        cluster_of(text +
                   "define host{\nname t\nregister 0\nservices +mpi\n}\n"
                   "define host_group{\nhostgroup_name g\nmembers n[0-9999]\nservices base\n}\n");
    CPPUNIT_ASSERT_EQUAL(string(), messages(result.faults));
    CPPUNIT_ASSERT_EQUAL(std::size_t{10'000}, result.cluster.hosts.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.cluster.service_sets().size());
    const Compiled compiled = compiled_from_json(to_json(Compiled{.version = 1, .cluster = result.cluster}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{10'000}, compiled.cluster.hosts.size());
  }
  void ten_thousand_faulty_hosts_are_told() {
    const string text = blocks(10'000, [](int number) {
      return "define host{\nhost_name n" + std::to_string(number) +
             "\nadress 10.0.0.1\ninstaller ful\nuse tt\n}\n";
    });
    CPPUNIT_ASSERT(cluster_of(text).faults.size() >= 40'000);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HostileTest);
