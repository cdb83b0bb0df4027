#include <cppunit/extensions/HelperMacros.h>

#include "lmp_tree.hpp"

using namespace lucie;
using namespace lucie::metapackage;

class ManifestTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ManifestTest);
  CPPUNIT_TEST(a_whole_tree_is_read);
  CPPUNIT_TEST(faults_of_a_manifest_are_reported_together);
  CPPUNIT_TEST(a_maintainer_of_any_length);
  CPPUNIT_TEST(reasons_may_hold_commas);
  CPPUNIT_TEST(faults_of_a_tree);
  CPPUNIT_TEST(names_of_files_are_lines_of_text);
  CPPUNIT_TEST(what_cannot_be_listed_is_not_left_out);
  CPPUNIT_TEST(secrets_stay_out_of_the_tree);
  CPPUNIT_TEST(broken_templates_are_faults);
  CPPUNIT_TEST(trees_are_found_below_folders);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  std::vector<Fault> faults_;

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void a_whole_tree_is_read() {
    trees_.manifest("mpi",
                    "define package_list{\n target debian-12\n packages b, a\n nfsroot_packages n\n}\n"
                    "define package_list{\n target any\n packages a, c\n}\n"
                    "define package_list{\n target any\n when flavour = mpich\n packages m\n}\n"
                    "define file{\n path /etc/munge.conf\n mode 0640\n owner munge:adm\n}\n"
                    "define file{\n path /etc/key\n mode 0400\n owner munge:munge\n secret yes\n}\n");
    trees_.write("mpi/files/etc/munge.conf.in", "@{host.name}\n");
    trees_.write("mpi/files/etc/motd/DEFAULT", "all\n");
    trees_.write("mpi/files/etc/motd/cnode00.in", "@{host.name}\n");
    trees_.write("mpi/scripts/20-b", "#!/bin/sh\n");
    trees_.write("mpi/scripts/10-a", "#!/bin/sh\n");
    trees_.write("mpi/debconf/templates",
                 "Template: lmp-mpi/flavour\nType: select\nChoices: openmpi, mpich\nDefault: openmpi\n"
                 "Description: Which one?\n Both pass\n messages.\n .\n Choose.\n");
    const auto lmps = trees_.read(faults_);
    same("", trees_.shown(faults_));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lmps.size());
    const Lmp& lmp = lmps.front();
    CPPUNIT_ASSERT((lmp.packages("debian-12") == std::vector<std::string>{"a", "b", "c", "m"}));
    CPPUNIT_ASSERT((lmp.packages("debian-13") == std::vector<std::string>{"a", "c", "m"}));
    const Answers openmpi = {{"flavour", "openmpi"}}, mpich = {{"flavour", "mpich"}};
    CPPUNIT_ASSERT((lmp.packages("debian-12", openmpi) == std::vector<std::string>{"a", "b", "c"}));
    CPPUNIT_ASSERT((lmp.packages("debian-13", mpich) == std::vector<std::string>{"a", "c", "m"}));
    CPPUNIT_ASSERT((lmp.nfsroot_packages("debian-12") == std::vector<std::string>{"n"}));
    CPPUNIT_ASSERT((lmp.targets() == std::vector<std::string>{"debian-12"}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, lmp.files.size());
    same("/etc/key", lmp.files[0].path);
    CPPUNIT_ASSERT(lmp.files[0].secret && lmp.files[0].mode == 0400 && lmp.files[0].group == "munge");
    same("/etc/motd", lmp.files[1].path);
    CPPUNIT_ASSERT(lmp.files[1].expanded && lmp.files[1].templates == std::set<std::string>{"cnode00"});
    same("/etc/munge.conf", lmp.files[2].path);
    CPPUNIT_ASSERT(lmp.files[2].mode == 0640 && lmp.files[2].owner == "munge" && lmp.files[2].group == "adm");
    same("10-a", lmp.scripts.front().filename().string());
    same("openmpi", lmp.questions.at(0).standard);
    same("Which one?", lmp.questions.at(0).summary);
    same("Both pass messages.\n\nChoose.", lmp.questions.at(0).description);
  }
  void faults_of_a_manifest_are_reported_together() {
    trees_.write("xx/lmp.conf",
                 "define lmp{\n  lmp_name  Mpi\n  version  v1\n  sumary x\n  maintainer  me\n}\n");
    trees_.read(faults_);
    std::string places;
    sort_faults(faults_);
    for (const Fault& fault : faults_) {
      places += fault.where.file.substr(trees_.folder().string().size() + 1) + ":" +
                std::to_string(fault.where.line) + ":" + std::to_string(fault.where.column) + "\n";
    }
    same(
        "xx/lmp.conf:1:8\nxx/lmp.conf:1:8\nxx/lmp.conf:2:13\nxx/lmp.conf:3:12\nxx/lmp.conf:4:3\n"
        "xx/lmp.conf:5:15\n",
        places);
    const std::string text = trees_.shown(faults_);
    CPPUNIT_ASSERT_MESSAGE(text, text.ends_with("xx/lmp.conf:5:15: error: 'me' is no maintainer\n"
                                                "    5 |   maintainer  me\n"
                                                "      |               ^\n"
                                                "hint: written 'Name <mail@example.org>'\n"));
  }
  void a_maintainer_of_any_length() {
    trees_.write("xx/lmp.conf",
                 "define lmp{\n lmp_name xx\n version 1\n summary s\n license MIT\n maintainer " +
                     std::string(1 << 20, 'x') + " <a@b.c>\n}\n");
    trees_.read(faults_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faults_.size());
    same("the maintainer is longer than 200 bytes", faults_.front().message);
  }
  void reasons_may_hold_commas() {
    trees_.manifest("xx", "", " depends a | b because it mounts, and reads, c because of d\n");
    const auto lmps = trees_.read(faults_);
    same("", trees_.shown(faults_));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lmps.front().depends.size());
    same("a | b", lmps.front().depends[0].name);
    same("it mounts, and reads", lmps.front().depends[0].because);
    same("c", lmps.front().depends[1].name);
    trees_.manifest("xx", "", " conflicts a\n");
    trees_.read(faults_);
    same(
        "xx/lmp.conf:7:12: error: 'a' has no reason\n    7 |  conflicts a\n      |            ^\n"
        "hint: write 'conflicts a because …': only what cannot be seen in the content stands here\n",
        trees_.shown(faults_));
  }
  void faults_of_a_tree() {
    trees_.manifest("xx", "define file{\n path /etc/fo\n}\n");
    trees_.write("xx/files/etc/foo", "");
    trees_.write("xx/files/etc/foo.in", "");
    trees_.write("xx/scripts/setup", "echo\n");
    trees_.write("xx/script/10-a", "#!/bin/sh\n");
    trees_.read(faults_);
    same(
        "xx/files/etc/foo.in: error: '/etc/foo' is there twice, with and without '.in'\n"
        "xx/lmp.conf:9:7: error: '/etc/fo' is not in files/\n    9 |  path /etc/fo\n      |       ^\n"
        "hint: did you mean '/etc/foo'?\n"
        "xx/script: error: 'script' is no part of an LMP\nhint: did you mean 'scripts'?\n"
        "xx/scripts/setup: error: a script's name tells its place: two digits, '-', a name\n"
        "hint: for example '50-setup'\n"
        "xx/scripts/setup:1:1: error: the interpreter is missing\n    1 | echo\n      | ^\n"
        "hint: begin with '#!/bin/sh'\n",
        trees_.shown(faults_));
  }
  void names_of_files_are_lines_of_text() {
    trees_.manifest("xx");
    trees_.write("xx/files/etc/a\nb", "");
    trees_.write("xx/files/etc/c\xff", "");
    trees_.write("xx/files/etc/gr\xc3\xbc\xc3\x9f e", "");
    (void)trees_.read(faults_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, faults_.size());
    same("a control character, or a byte that is not UTF-8, in the name", faults_.front().message);
  }
  void what_cannot_be_listed_is_not_left_out() {
    trees_.manifest("xx");
    trees_.write("xx/files", "a file where the folder is expected");
    CPPUNIT_ASSERT_THROW(trees_.read(faults_), Error);
  }
  void secrets_stay_out_of_the_tree() {
    trees_.manifest("xx", "define file{\n path /etc/key\n secret yes\n}\n");
    trees_.write("xx/files/etc/key", "k");
    trees_.read(faults_);
    same(
        "xx/lmp.conf:9:7: error: '/etc/key' is a secret and lies in files/\n    9 |  path /etc/key\n"
        "      |       ^\nhint: keep it on the server, in /etc/lucie/lmp/xx/files/etc/key\n",
        trees_.shown(faults_));
  }
  void broken_templates_are_faults() {
    trees_.manifest("xx");
    trees_.write("xx/files/etc/a.in", "name @{host.nam}\n");
    trees_.read(faults_);
    same(
        "xx/files/etc/a.in:1:8: error: unknown name 'host.nam' in a template\n    1 | name @{host.nam}\n"
        "      |        ^\nhint: did you mean 'host.name'?\n",
        trees_.shown(faults_));
  }
  void trees_are_found_below_folders() {
    trees_.manifest("deep/er/b2");
    trees_.write("deep/er/b2/lmp.conf",
                 "define lmp{\n lmp_name b2\n version 1\n summary s\n"
                 " maintainer A <a@b.c>\n license MIT\n}\n");
    trees_.manifest("a1");
    const auto lmps = trees_.read(faults_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lmps.size());
    same("a1", lmps[0].name);
    same("b2", lmps[1].name);
    same("", trees_.shown(faults_));
    find_lmps({trees_.folder() / "none"}, faults_);
    same("none: error: there is no such folder\n", trees_.shown(faults_));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ManifestTest);
