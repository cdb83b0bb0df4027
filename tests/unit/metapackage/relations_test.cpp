#include "metapackage/relations.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "lmp_tree.hpp"
#include "metapackage/claims.hpp"
#include "metapackage/package.hpp"
#include "metapackage/records.hpp"
#include "text_repository.hpp"

using namespace lucie;
using namespace lucie::metapackage;

namespace {

const char* packages =
    "Package: base-files\nEssential: yes\nPriority: required\n\n"
    "Package: chrony\nProvides: time-daemon\nConflicts: time-daemon\n\n"
    "Package: ntpsec\nProvides: time-daemon\nConflicts: time-daemon\nDepends: python3\n\n"
    "Package: python3\n\n"
    "Package: needy\nDepends: absent\n\n"
    "Package: editor\n\n"
    "Package: other-editor\nConflicts: editor\n\n";

}  // namespace

class RelationsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RelationsTest);
  CPPUNIT_TEST(different_content_is_a_conflict);
  CPPUNIT_TEST(same_content_is_none);
  CPPUNIT_TEST(owner_and_mode_belong_to_the_content);
  CPPUNIT_TEST(variants_are_one_claim);
  CPPUNIT_TEST(lists_that_exclude_each_other);
  CPPUNIT_TEST(every_pair_among_many_is_found);
  CPPUNIT_TEST(lists_for_one_answer_only);
  CPPUNIT_TEST(a_list_that_cannot_be_installed);
  CPPUNIT_TEST(unknown_packages_with_the_nearest_name);
  CPPUNIT_TEST(a_target_that_nobody_offers);
  CPPUNIT_TEST(what_authors_declare);
  CPPUNIT_TEST(deb_fields);
  CPPUNIT_TEST(rpm_fields);
  CPPUNIT_TEST(relations_record_names_no_place);
  CPPUNIT_TEST(scripts_are_ordered);
  CPPUNIT_TEST(faults_of_an_order);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  std::vector<Lmp> lmps_;
  std::vector<Fault> faults_;

  Proof prove_all() {
    lmps_ = trees_.read(faults_);
    CPPUNIT_ASSERT_EQUAL(std::string(), trees_.shown(faults_));
    static const TextRepository repository(packages);
    static universe::Universe universe = repository.open();
    return prove(lmps_, [&](const std::string& target) -> universe::Universe& {
      CPPUNIT_ASSERT_EQUAL(std::string("test-1"), target);
      return universe;
    });
  }
  /// One line a relation and one an evidence.
  std::string shown(const Proof& proof) const {
    std::string text;
    for (const Relation& relation : proof.relations) {
      text += fmt::format("{} {} {} rule {}{}{}\n", relation.from,
                          relation.kind == Relation::Kind::conflict ? "x" : "->", relation.to, relation.rule,
                          relation.target.empty() ? "" : " in " + relation.target,
                          relation.when.empty() ? "" : " when " + relation.when);
      for (const Evidence& evidence : relation.evidence) {
        std::string file = evidence.file;
        if (!file.empty()) file = std::filesystem::relative(file, trees_.folder()).string();
        text += fmt::format(" {}:{}: {}\n", file, evidence.line, evidence.text);
      }
    }
    return text;
  }
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void different_content_is_a_conflict() {
    trees_.list("aa", "editor");
    trees_.list("bb", "editor");
    trees_.write("aa/files/etc/x", "one\ntwo\n");
    trees_.write("bb/files/etc/x.in", "one\n2\n");
    same(
        "aa x bb rule 1\n aa/files/etc/x:2: two\n bb/files/etc/x.in:2: 2\n"
        " :0: aa and bb bring different content for /etc/x\n",
        shown(prove_all()));
  }
  void same_content_is_none() {
    trees_.list("aa", "editor");
    trees_.list("bb", "editor");
    trees_.write("aa/files/etc/x.in", "@{host.name}\n");
    trees_.write("bb/files/etc/x.in", "@{host.name}\n");
    same("", shown(prove_all()));
    CPPUNIT_ASSERT_EQUAL(path_claims(lmps_[0]).front().value, path_claims(lmps_[1]).front().value);
  }
  void owner_and_mode_belong_to_the_content() {
    trees_.list("aa", "editor", "define file{\n path /etc/x\n mode 0600\n}\n");
    trees_.list("bb", "editor");
    trees_.write("aa/files/etc/x", "one\n");
    trees_.write("bb/files/etc/x", "one\n");
    same(
        "aa x bb rule 1\n aa/lmp.conf:12: /etc/x owned by root:root, mode 0600\n"
        " bb/files/etc/x:1: /etc/x owned by root:root, mode 0644\n"
        " :0: aa and bb bring different content for /etc/x\n",
        shown(prove_all()));
  }
  void variants_are_one_claim() {
    trees_.list("aa", "editor");
    trees_.list("bb", "editor");
    trees_.write("aa/files/etc/x/DEFAULT", "one\n");
    trees_.write("aa/files/etc/x/cnode00", "two\n");
    trees_.write("bb/files/etc/x", "one\n");
    same(
        "aa x bb rule 1\n aa/files/etc/x/DEFAULT:1: /etc/x owned by root:root, mode 0644, variants DEFAULT, "
        "cnode00\n bb/files/etc/x:1: /etc/x owned by root:root, mode 0644\n"
        " :0: aa and bb bring different content for /etc/x\n",
        shown(prove_all()));
  }
  void lists_that_exclude_each_other() {
    trees_.list("aa", "editor, chrony");
    trees_.list("bb", "ntpsec");
    const Proof proof = prove_all();
    same(
        "aa x bb rule 2\n aa/lmp.conf:10: aa asks for chrony\n bb/lmp.conf:10: bb asks for ntpsec\n"
        " :0: chrony 1 conflicts with time-daemon, provided by ntpsec 1\n",
        shown(proof));
    CPPUNIT_ASSERT((proof.excluded.at("aa") == std::vector<std::string>{"ntpsec"}));
    CPPUNIT_ASSERT(proof.identities.contains("test-1"));
  }
  void every_pair_among_many_is_found() {
    const char* lists[] = {"editor", "chrony",  "python3", "ntpsec",
                           "editor", "python3", "chrony",  "other-editor"};
    for (int i = 0; i < 8; ++i) trees_.list("a" + std::to_string(i), lists[i]);
    std::string pairs;
    for (const Relation& relation : prove_all().relations) pairs += relation.from + relation.to + " ";
    same("a0a7 a1a3 a3a6 a4a7 ", pairs);
  }
  void lists_for_one_answer_only() {
    trees_.list("aa", "editor",
                "define package_list{\n target test-1\n when kind = chrony\n packages chrony\n}\n");
    trees_.write("aa/debconf/templates",
                 "Template: lmp-aa/kind\nType: select\nChoices: chrony, none\nDescription: d\n");
    trees_.list("bb", "ntpsec");
    const Proof proof = prove_all();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, proof.relations.size());
    same("aa/kind = chrony", proof.relations[0].when);
    // What holds for one answer only is no field of the package.
    const DebRelations fields = deb_relations(lmps_[0], proof);
    CPPUNIT_ASSERT(fields.conflicts.empty());
    CPPUNIT_ASSERT((fields.provides == std::vector<std::string>{"lmp-package-editor"}));
  }
  void a_list_that_cannot_be_installed() {
    trees_.list("aa", "needy");
    trees_.list("bb", "editor, other-editor");
    const Proof proof = prove_all();
    same("", shown(proof));
    const std::string text = trees_.shown(proof.faults);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::size_t{2}, proof.faults.size());
    CPPUNIT_ASSERT_MESSAGE(
        text, text.starts_with("aa/lmp.conf:8:8: error: the package list of 'aa' cannot be "
                               "installed in test-1:\n  needy was asked for\n  needy 1 depends on absent"));
    CPPUNIT_ASSERT_MESSAGE(text, text.find("\n  other-editor 1 conflicts with editor") != std::string::npos);
  }
  void unknown_packages_with_the_nearest_name() {
    trees_.list("aa", "editor, chronny");
    same(
        "aa/lmp.conf:10:19: error: package 'chronny' is not in test-1\n   10 |  packages editor, chronny\n"
        "      |                   ^\nhint: did you mean 'chrony'?\n",
        trees_.shown(prove_all().faults));
  }
  void a_target_that_nobody_offers() {
    trees_.list("aa", "editor");
    lmps_ = trees_.read(faults_);
    try {
      prove(lmps_, [](const std::string&) -> universe::Universe& { throw Error("no server"); });
      CPPUNIT_FAIL("proved");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(8, error.fault().where.line);
    }
    try {
      prove(lmps_, [](const std::string&) -> universe::Universe& { throw EnvironmentError("no network"); });
      CPPUNIT_FAIL("proved");
    } catch (const Error& error) {
      CPPUNIT_ASSERT(!error.fault().where.known());
    }
  }
  void what_authors_declare() {
    trees_.manifest("bb", "", " depends cc | aa because it mounts\n conflicts aa because of the port\n");
    trees_.list("aa", "editor");
    same(
        "aa x bb rule 0\n bb/lmp.conf:8: bb says: because of the port\n"
        "bb -> aa | cc rule 0\n bb/lmp.conf:7: bb says: because it mounts\n",
        shown(prove_all()));
  }
  void deb_fields() {
    trees_.list("aa", "chrony");
    trees_.list("bb", "ntpsec");
    trees_.manifest("cc", "", " depends aa | bb because it needs the time\n");
    trees_.write("aa/files/etc/x", "one\n");
    const Proof proof = prove_all();
    const DebRelations fields = deb_relations(lmps_[0], proof);
    // base32 of the first 20 bytes of SHA-256("/etc/x"), worked out by other tools
    const std::string path = "lmp-path-ib2puakprwndvvcum7xffohr5u2d5ypv";
    const std::string value = std::to_string(path_claims(lmps_[0]).front().value);
    CPPUNIT_ASSERT((fields.conflicts == std::vector<std::string>{"lmp-bb", "lmp-package-ntpsec",
                                                                 path + " (<< " + value + ")",
                                                                 path + " (>> " + value + ")"}));
    CPPUNIT_ASSERT(
        (fields.provides == std::vector<std::string>{"lmp-package-chrony", path + " (= " + value + ")"}));
    CPPUNIT_ASSERT((deb_relations(lmps_[2], proof).depends == std::vector<std::string>{"lmp-aa | lmp-bb"}));
  }
  void rpm_fields() {
    trees_.list("aa", "chrony");
    trees_.list("bb", "ntpsec");
    trees_.manifest("cc", "", " depends aa | bb because it needs the time\n");
    trees_.write("aa/files/etc/x", "one\n");
    trees_.write("cc/debconf/templates", "Template: lmp-cc/kind\nType: string\nDescription: Which kind?\n");
    trees_.write("cc/files/etc/kind.in", "@{answer.kind}\n");
    const Proof proof = prove_all();
    const RpmPackage package = rpm_package(lmps_[0], proof, lmps_, 1700000000);
    const std::string value = std::to_string(path_claims(lmps_[0]).front().value);
    CPPUNIT_ASSERT((package.conflicts == std::vector<RpmRelation>{{"lmp-bb", "", ""},
                                                                  {"lmp-path(/etc/x)", "<", value},
                                                                  {"lmp-path(/etc/x)", ">", value},
                                                                  {"lmp-package(ntpsec)", "", ""}}));
    CPPUNIT_ASSERT((package.provides == std::vector<RpmRelation>{{"lmp-path(/etc/x)", "=", value},
                                                                 {"lmp-package(chrony)", "", ""}}));
    same("lmp-aa-1.0-0.noarch.rpm", rpm_file_name(package));
    const RpmPackage needs = rpm_package(lmps_[2], proof, lmps_, 1700000000);
    CPPUNIT_ASSERT((needs.needs == std::vector<RpmRelation>{{"(lmp-aa or lmp-bb)", "", ""}}));
    // Its front end's answers are a file that the package owns but never writes.
    CPPUNIT_ASSERT(std::any_of(needs.files.begin(), needs.files.end(), [](const RpmFile& file) {
      return file.path == "/etc/lucie/lmp/cc/answers.conf" && file.kind == RpmFile::Kind::answers;
    }));
  }
  void relations_record_names_no_place() {
    trees_.list("aa", "chrony");
    trees_.list("bb", "ntpsec");
    const Proof proof = prove_all();
    const std::string record = relations_record(lmps_[0], proof, lmps_);
    CPPUNIT_ASSERT_MESSAGE(record, record.find(trees_.folder().string()) == std::string::npos);
    CPPUNIT_ASSERT_MESSAGE(record, record.find("\"aa/lmp.conf\"") != std::string::npos);
    trees_.write("aa/relations.json", record);
    const auto read = recorded_relations(lmps_[0]);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read.size());
    same("bb", read[0].to);
    CPPUNIT_ASSERT_EQUAL(10, read[0].evidence[0].line);
  }
  void scripts_are_ordered() {
    for (const char* name : {"aa", "bb", "cc", "dd"}) trees_.manifest(name);
    trees_.manifest("aa", "", " depends dd because a\n");
    trees_.manifest("bb", "", " depends zz | cc because a\n");
    const Proof proof = prove_all();
    const auto order = order_lmps({"bb", "aa"}, lmps_, proof.relations, faults_);
    same("", trees_.shown(faults_));
    CPPUNIT_ASSERT((order == std::vector<std::string>{"dd", "aa", "cc", "bb"}));
  }
  void faults_of_an_order() {
    trees_.manifest("aa", "", " depends bb because a\n");
    trees_.manifest("bb", "", " depends cc because a\n");
    trees_.manifest("cc", "", " depends aa because a\n conflicts dd because of x\n");
    trees_.manifest("dd", "", " depends zz because a\n");
    const Proof proof = prove_all();
    order_lmps({"aa", "dd", "ccc"}, lmps_, proof.relations, faults_);
    same(
        "error: LMP 'dd' needs 'zz', which is not there\nhint: install the package 'lmp-zz'\n"
        "error: service 'ccc' has no LMP\nhint: did you mean 'cc'?\n"
        "error: services 'cc' and 'dd' exclude each other: cc says: because of x\n"
        "hint: 'lmp explain cc dd' tells more\n"
        "error: the scripts' order runs in a circle: aa after bb after cc after aa\n"
        "hint: one of these must go: aa says: because a; bb says: because a; cc says: because a\n",
        [&] {
          auto sorted = faults_;
          std::stable_sort(sorted.begin(), sorted.end(),
                           [](const Fault& a, const Fault& b) { return a.message < b.message; });
          return render_faults(sorted);
        }());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RelationsTest);
