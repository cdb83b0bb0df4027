#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <fmt/format.h>

#include "lmp_tree.hpp"

using namespace lucie;
using namespace lucie::metapackage;
namespace fs = std::filesystem;

class ExpandTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ExpandTest);
  CPPUNIT_TEST(most_specific_variant_wins);
  CPPUNIT_TEST(own_files_win);
  CPPUNIT_TEST(own_file_for_an_unknown_path_is_a_fault);
  CPPUNIT_TEST(secrets_come_from_the_server);
  CPPUNIT_TEST(a_question_without_answer_has_its_default);
  CPPUNIT_TEST(shipped_lmps_as_they_arrive_on_a_node);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  config::Compiled compiled_ = small_cluster();
  std::vector<Fault> faults_;

  std::string content(const std::string& host) {
    const auto lmps = trees_.read(faults_);
    const auto files = expand_files(lmps.front(), compiled_, *compiled_.cluster.host(host),
                                    trees_.folder() / "own", faults_);
    return files.empty() ? std::string() : files.front().content;
  }
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void most_specific_variant_wins() {
    trees_.manifest("xx");
    trees_.write("xx/files/etc/motd/DEFAULT", "default");
    same("default", content("cnode00"));
    trees_.write("xx/files/etc/motd/full", "installer");
    same("installer", content("cnode00"));
    trees_.write("xx/files/etc/motd/nodes.in", "group of @{host.name}");
    same("group of cnode00", content("cnode00"));
    same("installer", content("gw"));
    trees_.write("xx/files/etc/motd/cnode00", "host");
    same("host", content("cnode00"));
    same("group of cnode01", content("cnode01"));
    same("", trees_.shown(faults_));
  }
  void own_files_win() {
    trees_.manifest("xx", "define file{\n path /etc/a\n mode 0600\n}\n");
    trees_.write("xx/files/etc/a", "package's");
    trees_.write("own/etc/a.in", "own of @{host.name}");
    same("own of cnode00", content("cnode00"));
    same("", trees_.shown(faults_));
  }
  void own_file_for_an_unknown_path_is_a_fault() {
    trees_.manifest("xx");
    trees_.write("xx/files/etc/motd", "");
    trees_.write("own/etc/mtd", "");
    content("cnode00");
    same("own/etc/mtd: error: LMP 'xx' has no file /etc/mtd\nhint: did you mean '/etc/motd'?\n",
         trees_.shown(faults_));
  }
  void secrets_come_from_the_server() {
    trees_.manifest("xx", "define file{\n path /etc/key\n secret yes\n}\n");
    same("", content("cnode00"));
    same(
        "xx/lmp.conf:8:8: error: the secret /etc/key of LMP 'xx' is not on this server\n"
        "    8 | define file{\n      |        ^\nhint: put it at own/etc/key\n",
        trees_.shown(faults_));
    faults_.clear();
    trees_.write("own/etc/key", "k");
    same("k", content("cnode00"));
    same("", trees_.shown(faults_));
  }
  void a_question_without_answer_has_its_default() {
    trees_.manifest("xx");
    trees_.write("xx/debconf/templates",
                 "Template: lmp-xx/c\nType: string\nDefault: d\nDescription: which\n");
    trees_.write("xx/files/f.in", "@{if answer.c == d}default@{end}");
    same("default", content("cnode00"));
    compiled_.answers = {{.lmp = "xx", .members = {"cnode00"}, .values = {{"c", "e"}}}};
    same("", content("cnode00"));
    same("default", content("cnode01"));
  }
  /// The rendered files of the LMPs that ship stand in golden/; LUCIE_UPDATE_GOLDEN=1 writes them anew.
  void shipped_lmps_as_they_arrive_on_a_node() {
    const fs::path source = SOURCE_FOLDER;
    for (const Lmp& lmp : find_lmps({source / "lmps"}, faults_)) {
      std::string text;
      for (const char* host : {"cnode00", "gw"}) {
        for (const auto& file :
             expand_files(lmp, compiled_, *compiled_.cluster.host(host), "/nowhere", faults_)) {
          text += fmt::format("=== {} {} {:04o} {}:{}\n{}", host, file.path, file.mode, file.owner,
                              file.group, file.content);
        }
      }
      const fs::path golden = source / "tests/unit/metapackage/golden" / (lmp.name + ".txt");
      if (std::getenv("LUCIE_UPDATE_GOLDEN") != nullptr) base::write_file(golden, text);
      same(base::read_file(golden), text);
    }
    same("", trees_.shown(faults_));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ExpandTest);
