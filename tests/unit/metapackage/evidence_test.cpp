#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "lmp_tree.hpp"
#include "metapackage/package.hpp"
#include "metapackage/relation_text.hpp"
#include "text_repository.hpp"

using namespace lucie;
using namespace lucie::metapackage;

/// Which claims on paths go together, and how relations are told.
class EvidenceTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(EvidenceTest);
  CPPUNIT_TEST(drop_in_folders_are_shared);
  CPPUNIT_TEST(variants_count_as_one_claim);
  CPPUNIT_TEST(circles_of_one_target);
  CPPUNIT_TEST(the_document_of_a_package);
  CPPUNIT_TEST(a_package_without_relations);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  std::vector<Lmp> lmps_;

  Proof prove_all() {
    std::vector<Fault> faults;
    lmps_ = trees_.read(faults);
    CPPUNIT_ASSERT_EQUAL(std::string(), trees_.shown(faults));
    static const TextRepository repository(
        "Package: editor\n\nPackage: make\n\nPackage: chrony\nConflicts: ntpsec\n\nPackage: ntpsec\n");
    repository.write_contents("usr/bin/make  devel/make\n");
    static universe::Universe universe = repository.open();
    return prove(lmps_, [](const std::string&) -> universe::Universe& { return universe; });
  }
  std::size_t relations() { return prove_all().relations.size(); }
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void drop_in_folders_are_shared() {
    for (const char* name : {"aa", "bb"}) {
      trees_.manifest(name);
      trees_.write(std::string(name) + "/files/etc/sysctl.d/50-" + name + ".conf", name);
      trees_.write(std::string(name) + "/files/etc/profile.d/" + name + ".sh.in", name);
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, relations());
    trees_.write("bb/files/etc/sysctl.d/50-aa.conf", "other");
    const Proof proof = prove_all();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, proof.relations.size());
    same("aa and bb bring different content for /etc/sysctl.d/50-aa.conf",
         proof.relations[0].evidence.back().text);
  }
  void variants_count_as_one_claim() {
    for (const char* name : {"aa", "bb"}) {
      trees_.manifest(name);
      trees_.write(std::string(name) + "/files/etc/x/DEFAULT", "one\n");
      trees_.write(std::string(name) + "/files/etc/x/cnode00", "two\n");
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, relations());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, path_claims(lmps_[0]).size());
    trees_.write("bb/files/etc/x/cnode00", "three\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, relations());
    trees_.write("bb/files/etc/x/cnode00", "two\n");
    trees_.write("bb/files/etc/x/cnode01", "three\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, relations());
  }
  void circles_of_one_target() {
    const auto second = [](const std::string& packages) {
      return "define package_list{\n target test-2\n packages " + packages + "\n}\n";
    };
    trees_.list("aa", "editor", second("make"));
    trees_.write("aa/scripts/50-x", "#!/bin/sh\nmake\n");
    trees_.list("bb", "make", second("editor"));
    trees_.write("bb/scripts/50-y", "#!/bin/sh\ncat /etc/aa.conf\n");
    CPPUNIT_ASSERT(prove_all().faults.empty());
    trees_.write("aa/files/etc/aa.conf", "x\n");
    const Proof proof = prove_all();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, proof.faults.size());
    same("the scripts' order runs in a circle: aa after bb after aa in test-1", proof.faults[0].message);
    same("one of these must go: aa runs make; bb reads /etc/aa.conf", proof.faults[0].hint);
    CPPUNIT_ASSERT_EQUAL(2, proof.faults[0].where.line);
  }
  void the_document_of_a_package() {
    trees_.list("aa", "chrony");
    trees_.list("bb", "ntpsec");
    trees_.manifest("cc", "", " depends bb because of the clock\n");
    const Proof proof = prove_all();
    const std::string universe = "Proved for test-1, universe " + proof.identities.at("test-1") + "\n\n";
    same("How lmp-aa needs and excludes other LMPs (see lmp-relations(7))\n\n" + universe +
             "aa conflicts with bb: their packages cannot be installed together (rule 2)\n"
             "  aa/lmp.conf:10: aa asks for chrony\n  bb/lmp.conf:10: bb asks for ntpsec\n"
             "  chrony 1 conflicts with ntpsec 1\n",
         relations_document(lmps_[0], proof, lmps_));
    same("How lmp-cc needs and excludes other LMPs (see lmp-relations(7))\n\n" + universe +
             "cc depends on bb: its author says so\n  cc/lmp.conf:7: cc says: because of the clock\n",
         relations_document(lmps_[2], proof, lmps_));
    const RpmPackage package = rpm_package(lmps_[0], proof, lmps_, 0);
    const auto found = std::ranges::find(package.files, "/usr/share/doc/lmp-aa/relations", &RpmFile::path);
    CPPUNIT_ASSERT(found != package.files.end());
    same(relations_document(lmps_[0], proof, lmps_), found->content);
  }
  void a_package_without_relations() {
    trees_.manifest("aa");
    const std::string text =
        relations_document(lmps_.empty() ? (prove_all(), lmps_[0]) : lmps_[0], {}, lmps_);
    same(
        "How lmp-aa needs and excludes other LMPs (see lmp-relations(7))\n\n"
        "It neither needs nor excludes another LMP.\n",
        text);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EvidenceTest);
