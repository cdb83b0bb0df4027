#include <cppunit/extensions/HelperMacros.h>

#include "lmp_tree.hpp"
#include "metapackage/relations.hpp"
#include "text_repository.hpp"

using namespace lucie;
using namespace lucie::metapackage;

/// `package_server` of lists.
class ServersTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ServersTest);
  CPPUNIT_TEST(a_server_of_the_definitions);
  CPPUNIT_TEST(a_server_that_the_lmp_brings);
  CPPUNIT_TEST(an_unknown_server);
  CPPUNIT_TEST(a_package_that_the_server_lacks);
  CPPUNIT_TEST(two_lmps_that_differ);
  CPPUNIT_TEST(faults_of_the_definition);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  TextRepository main_{"Package: base\nEssential: yes\n\nPackage: editor\n\nPackage: tool\nVersion: 9\n"};
  TextRepository other_{"Package: tool\nVersion: 1\n\nPackage: special\n"};

  config::PackageServer other_server() const {
    config::PackageServer server = other_.server();
    server.name = "other";
    return server;
  }
  std::string definition(const std::string& name) const {
    return "define package_server{\n name " + name +
           "\n target test-1\n kind apt\n suite ./\n uri file:" + other_.path().string() + "\n}\n";
  }
  static std::string list(const std::string& server, const std::string& packages) {
    return "define package_list{\n target test-1\n package_server " + server + "\n packages " + packages +
           "\n}\n";
  }

  /// The faults, with the definitions' servers as given.
  std::string faults(const std::vector<config::PackageServer>& servers) const {
    std::vector<Fault> of_text;
    const std::vector<Lmp> lmps = trees_.read(of_text);
    if (!of_text.empty()) return trees_.shown(of_text);
    const PackageOrigins origins = package_origins(lmps, "test-1");
    universe::OpenOptions options = main_.options();
    options.additional = origins.servers;
    options.origins = origins.origins;
    base::SilentReporter reporter;
    universe::Universe universe = universe::open_universe("test-1", servers, options, reporter);
    const Proof proof = prove(lmps, [&](const std::string&) -> universe::Universe& { return universe; });
    if (!proof.faults.empty()) return trees_.shown(proof.faults);
    return universe.offers("tool") ? "tool " + universe.candidate("tool")->version : "";
  }
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void a_server_of_the_definitions() {
    trees_.manifest("aa", list("text", "editor"));
    same("tool 9", faults({main_.server(), other_server()}));
    trees_.manifest("aa", list("other", "tool"));
    same("tool 1", faults({main_.server(), other_server()}));
  }
  void a_server_that_the_lmp_brings() {
    trees_.manifest("aa", definition("other") + list("other", "tool | editor, special"));
    trees_.manifest("bb", definition("other") + list("other", "special"));
    same("tool 1", faults({main_.server()}));
  }
  void an_unknown_server() {
    trees_.manifest("aa", list("texd", "editor"));
    same(
        "aa/lmp.conf:10:17: error: package server 'texd' is not known for test-1\n"
        "   10 |  package_server texd\n      |                 ^\nhint: did you mean 'text'?\n",
        faults({main_.server()}));
    trees_.manifest("aa", list("elsewhere", "editor"));
    same(
        "aa/lmp.conf:10:17: error: package server 'elsewhere' is not known for test-1\n"
        "   10 |  package_server elsewhere\n      |                 ^\n"
        "hint: define it in the cluster's definitions, or beside this list\n",
        faults({main_.server()}));
  }
  void a_package_that_the_server_lacks() {
    trees_.manifest("aa", definition("other") + list("other", "special, editor"));
    same(
        "aa/lmp.conf:18:20: error: package 'editor' of 'aa' is not offered by package server 'other'\n"
        "   18 |  packages special, editor\n      |                    ^\n"
        "hint: other servers have it: give it a list of its own\n",
        faults({main_.server()}));
  }
  void two_lmps_that_differ() {
    trees_.manifest("aa", definition("other") + list("other", "tool"));
    trees_.manifest("bb", list("text", "tool"));
    const auto told = [&](const std::string& name) {
      return "bb/lmp.conf:11:11: error: package 'tool' is taken from 'text' here and from 'other' elsewhere\n"
             "   11 |  packages " +
             name + "\n      |           ^\nhint: the other list is at aa/lmp.conf:15\n";
    };
    same(told("tool"), faults({main_.server()}));
    trees_.manifest("bb", list("text", "tool (>= 1) | editor"));
    same(told("tool (>= 1) | editor"), faults({main_.server()}));
  }
  void faults_of_the_definition() {
    trees_.manifest("aa",
                    "define package_server{\n name other\n target test-1\n kind apt\n suite ./\n"
                    " uri http://mirror.example.org/\n}\n");
    same(
        "aa/lmp.conf:9:7: error: package_server 'other' has no keys to check it with\n"
        "    9 |  name other\n      |       ^\n"
        "hint: 'signed_by FILE' names its keyring; 'trusted yes' takes it without a check\n",
        faults({main_.server()}));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ServersTest);
