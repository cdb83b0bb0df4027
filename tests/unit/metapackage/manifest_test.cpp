#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <unistd.h>

#include "lmp_tree.hpp"

using namespace lucie;
using namespace lucie::metapackage;

class ManifestTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ManifestTest);
  CPPUNIT_TEST(a_whole_tree_is_read);
  CPPUNIT_TEST(faults_of_a_manifest_are_reported_together);
  CPPUNIT_TEST(a_maintainer_of_any_length);
  CPPUNIT_TEST(reasons_may_hold_commas);
  CPPUNIT_TEST(a_manifest_reads_nothing_else);
  CPPUNIT_TEST(faults_of_a_tree);
  CPPUNIT_TEST(names_of_files_are_lines_of_text);
  CPPUNIT_TEST(what_cannot_be_listed_is_not_left_out);
  CPPUNIT_TEST(secrets_stay_out_of_the_tree);
  CPPUNIT_TEST(broken_templates_are_faults);
  CPPUNIT_TEST(trees_are_found_below_folders);
  CPPUNIT_TEST(dates_epochs_and_architectures);
  CPPUNIT_TEST(programs_are_for_the_architecture);
  CPPUNIT_TEST(links_devices_and_what_is_too_large);
  CPPUNIT_TEST(what_changes_is_noticed);
  CPPUNIT_TEST_SUITE_END();

  /// The start of a program's ELF header; `machine`: e_machine (elf(5)).
  static std::string program(char machine) {
    std::string start(
        "\x7f"
        "ELF\2\1\1",
        7);
    start.resize(64, '\0');
    start[16] = 2;
    start[18] = machine;
    return start;
  }

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
  void a_manifest_reads_nothing_else() {
    trees_.manifest("xx", "include /etc/passwd\ninclude *.conf\n");
    trees_.read(faults_);
    same(
        "xx/lmp.conf:8:1: error: 'include' does not stand here\n    8 | include /etc/passwd\n      | ^\n"
        "hint: an LMP's manifest is one file\n"
        "xx/lmp.conf:9:1: error: 'include' does not stand here\n    9 | include *.conf\n      | ^\n"
        "hint: an LMP's manifest is one file\n",
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
  void dates_epochs_and_architectures() {
    trees_.write("xx/lmp.conf",
                 "define lmp{\n lmp_name xx\n version 3:1.0-2\n summary s\n maintainer A <a@example.org>\n"
                 " license MIT\n date 2026-11-23\n architecture arm64\n}\n");
    const auto lmps = trees_.read(faults_);
    same("", trees_.shown(faults_));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1795392000}, lmps.front().date);
    same("arm64", lmps.front().architecture);
    same("3:1.0-2", lmps.front().version);
    for (const char* wrong :
         {"date 2026-13-01", "date 1970-01-01", "date 23.11.2026", "date 2107-01-01", "date 3045-02-28",
          "date 2026-11-23T00:00:00Z", "architecture sparc", "architecture any"}) {
      faults_.clear();
      trees_.manifest("xx", "", std::string(" ") + wrong + "\n");
      (void)trees_.read(faults_);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(wrong, std::size_t{1}, faults_.size());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(wrong, 7, faults_.front().where.line);
    }
  }
  void programs_are_for_the_architecture() {
    trees_.manifest("xx", "", " architecture amd64\n");
    trees_.write("xx/files/opt/amd64", program(62));
    trees_.write("xx/files/opt/firmware", program(40));
    trees_.write("xx/agents/xx", program(62));
    (void)trees_.read(faults_);
    same("", trees_.shown(faults_));
    trees_.write("xx/files/opt/arm64", program('\xb7'));
    (void)trees_.read(faults_);
    same("xx/files/opt/arm64: error: it is a program for arm64, and the LMP is for amd64\n",
         trees_.shown(faults_));
    faults_.clear();
    std::filesystem::remove_all(trees_.path("xx/files"));
    trees_.manifest("xx");
    (void)trees_.read(faults_);
    same(
        "xx/agents/xx: error: it is a program for amd64, and the LMP is for all\n"
        "hint: write 'architecture amd64' into lmp.conf\n",
        trees_.shown(faults_));
  }
  void links_devices_and_what_is_too_large() {
    namespace fs = std::filesystem;
    trees_.manifest("xx");
    trees_.write("xx/files/etc/x", "");
    for (const char* target : {"/etc/passwd", "/etc", "nowhere", "../../../../../../etc/passwd", "x"}) {
      fs::create_symlink(target, trees_.path("xx/files/etc/link"));
      faults_.clear();
      CPPUNIT_ASSERT(trees_.read(faults_).front().files.empty());
      same(
          "xx/files/etc/link: error: it is a link, and a package would not have what it points at\n"
          "hint: copy the file here, or make links on the node in a script\n",
          trees_.shown(faults_));
      fs::remove(trees_.path("xx/files/etc/link"));
    }
    for (const char* part : {"files", "scripts", "agents", "modules", "debconf"}) {
      faults_.clear();
      trees_.manifest("yy");
      fs::create_directory_symlink("/etc", trees_.path(std::string("yy/") + part));
      (void)trees_.read(faults_);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(part, std::size_t{1}, faults_.size());
      fs::remove_all(trees_.path("yy"));
    }
    faults_.clear();
    fs::resize_file(trees_.path("xx/files/etc/x"), 2ULL << 30);
    fs::rename(trees_.path("xx/files/etc/x"), trees_.path("xx/files/etc/x.in"));
    (void)trees_.read(faults_);
    same(
        "xx/files/etc/x.in: error: it has 2.0 GiB, and a text at most 16 MiB\n"
        "hint: large data is a dataset (lucie.conf(5)), which the ring spreads\n",
        trees_.shown({faults_.front()}));
  }
  void what_changes_is_noticed() {
    namespace fs = std::filesystem;
    trees_.manifest("xx");
    trees_.write("xx/files/etc/x", "one");
    const Lmp lmp = trees_.read(faults_).front();
    const auto noticed = [&] {
      try {
        check_unchanged(lmp);
      } catch (const Error& error) {
        return error.fault().where.file.substr(trees_.folder().string().size() + 1);
      }
      return std::string();
    };
    same("", noticed());
    trees_.write("xx/files/etc/y", "");
    same("xx/files/etc", noticed());
    fs::remove(trees_.path("xx/files/etc/y"));
    same("xx/files/etc", noticed());
    const Lmp again = trees_.read(faults_).front();
    const int file = open(trees_.path("xx/files/etc/x").c_str(), O_WRONLY);
    CPPUNIT_ASSERT(write(file, "two", 3) == 3);
    close(file);
    CPPUNIT_ASSERT_THROW(check_unchanged(again), Error);
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
