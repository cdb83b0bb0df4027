#include "metapackage/relations.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "lmp_tree.hpp"
#include "metapackage/claims.hpp"
#include "metapackage/conditions.hpp"
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
    "Package: other-editor\nConflicts: editor\n\n"
    "Package: either\nDepends: left | right\n\n"
    "Package: left\n\nPackage: right\n\n"
    "Package: no-left\nConflicts: left\n\n"
    "Package: no-right\nConflicts: right\n\n"
    "Package: middle\n\nPackage: no-middle\nConflicts: middle\n\n"
    "Package: of-three\nDepends: left | middle | right\n\n";

std::string list_when(const std::string& when, const std::string& packages) {
  return "define package_list{\n target test-1\n when " + when + "\n packages " + packages + "\n}\n";
}

const std::string kind = "Template: lmp-aa/kind\nType: select\nChoices: one, two, three\nDescription: d\n";
const std::string kind_and_extra = kind + "\nTemplate: lmp-aa/extra\nType: boolean\nDescription: d\n";

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
  CPPUNIT_TEST(what_holds_for_every_answer);
  CPPUNIT_TEST(what_holds_for_several_answers);
  CPPUNIT_TEST(answers_to_two_questions_at_once);
  CPPUNIT_TEST(more_answers_than_are_tried);
  CPPUNIT_TEST(answers_that_never_meet);
  CPPUNIT_TEST(answers_that_cannot_be_given_together);
  CPPUNIT_TEST(sets_that_fit_two_by_two);
  CPPUNIT_TEST(sets_for_some_answers);
  CPPUNIT_TEST(every_set_among_many_is_found);
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

  Proof prove_all(std::size_t sets = 0) {
    lmps_ = trees_.read(faults_);
    CPPUNIT_ASSERT_EQUAL(std::string(), trees_.shown(faults_));
    static const TextRepository repository(packages);
    static universe::Universe universe = repository.open();
    return prove(lmps_,
                 [&](const std::string& target) -> universe::Universe& {
                   CPPUNIT_ASSERT_EQUAL(std::string("test-1"), target);
                   return universe;
                 },
                 {sets});
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
  /// "FROM TO WHEN" of each relation.
  std::string conditions() {
    std::string text;
    for (const Relation& relation : prove_all().relations)
      text += fmt::format("{} {} {}\n", relation.from, relation.to, relation.when);
    return text;
  }
  void what_holds_for_every_answer() {
    trees_.manifest("aa", list_when("kind = one", "chrony") + list_when("kind != one", "chrony, editor"));
    trees_.write("aa/debconf/templates", kind);
    trees_.list("bb", "ntpsec");
    same("aa bb \n", conditions());
    const Proof proof = prove_all();
    same("lmp-bb", deb_relations(lmps_[0], proof).conflicts.front());
  }
  void what_holds_for_several_answers() {
    trees_.manifest("aa", list_when("kind != one", "chrony") + list_when("kind = two", "editor"));
    trees_.write("aa/debconf/templates", kind);
    trees_.list("bb", "ntpsec");
    trees_.list("cc", "other-editor");
    same("aa bb aa/kind != one\naa cc aa/kind = two\n", conditions());
  }
  void answers_to_two_questions_at_once() {
    trees_.manifest("aa", list_when("kind = two", "no-left") + list_when("extra", "no-right"));
    trees_.write("aa/debconf/templates", kind_and_extra);
    trees_.list("bb", "either");
    const Proof proof = prove_all();
    same(
        "aa x bb rule 2 when aa/extra and aa/kind = two\n aa/lmp.conf:11: aa asks for no-left\n"
        " aa/lmp.conf:16: aa asks for no-right\n bb/lmp.conf:10: bb asks for either\n"
        " :0: either 1 depends on left | right, provided by left 1 or right 1\n"
        " :0: no-left 1 conflicts with left 1\n :0: no-right 1 conflicts with right 1\n",
        shown(proof));
    CPPUNIT_ASSERT(deb_relations(lmps_[0], proof).conflicts.empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, conditions_of(proof.relations[0]).size());
  }
  void more_answers_than_are_tried() {
    std::string lists, questions;
    for (int number = 0; number < 10; ++number) {
      lists += list_when(fmt::format("q{}", number), number == 0   ? "no-left"
                                                     : number == 1 ? "no-right"
                                                                   : "editor");
      questions += fmt::format("Template: lmp-aa/q{}\nType: boolean\nDescription: d\n\n", number);
    }
    trees_.manifest("aa", lists);
    trees_.write("aa/debconf/templates", questions);
    trees_.list("bb", "either");
    const Proof proof = prove_all();
    const std::string text = trees_.shown(proof.warnings);
    CPPUNIT_ASSERT_MESSAGE(text,
                           text.find("'aa' and 'bb' can be answered in more than 256 ways in test-1: not all "
                                     "were tried together") != std::string::npos);
    same("aa x bb rule 2 when aa/q0 and aa/q1", shown(proof).substr(0, 35));
  }
  void answers_that_never_meet() {
    trees_.manifest("aa", list_when("kind = one", "chrony") + list_when("kind = two", "ntpsec"));
    trees_.write("aa/debconf/templates", kind);
    const Proof proof = prove_all();
    same("", trees_.shown(proof.faults) + trees_.shown(proof.warnings) + shown(proof));
  }
  void answers_that_cannot_be_given_together() {
    trees_.manifest("aa", list_when("kind = one", "chrony") + list_when("extra", "ntpsec"));
    trees_.write("aa/debconf/templates", kind_and_extra);
    const Proof proof = prove_all();
    same("", trees_.shown(proof.faults) + shown(proof));
    const std::string text = trees_.shown(proof.warnings);
    CPPUNIT_ASSERT_MESSAGE(
        text,
        text.starts_with("aa/lmp.conf:13:8: error: 'aa' cannot be installed in test-1 when aa/kind = one "
                         "and aa/extra = true:\n  chrony was asked for\n"));
  }
  /// "LMP LMP LMP when WHEN" of each set.
  std::string sets(std::size_t most) {
    std::string text;
    for (const LmpSet& set : prove_all(most).sets)
      text += base::join(set.lmps, " ") + (set.when.empty() ? "" : " when " + set.when) + "\n";
    return text;
  }
  void sets_that_fit_two_by_two() {
    trees_.list("aa", "either");
    trees_.list("bb", "no-left");
    trees_.list("cc", "no-right, editor");
    trees_.list("dd", "editor, chrony");
    trees_.list("ee", "ntpsec");
    same("", sets(0));
    same("aa bb cc\n", sets(3));
    same("aa bb cc\n", sets(9));
    same("", sets(2));
  }
  void sets_for_some_answers() {
    trees_.list("aa", "either");
    trees_.list("bb", "no-left");
    trees_.manifest("cc", list_when("kind = two", "no-right"));
    std::string templates = kind;
    templates.replace(templates.find("lmp-aa"), 6, "lmp-cc");
    trees_.write("cc/debconf/templates", templates);
    same("aa bb cc when cc/kind = two\n", sets(3));
  }
  void every_set_among_many_is_found() {
    // One of three, each of which someone excludes; and pairs that exclude each other beside them.
    trees_.list("aa", "of-three");
    trees_.list("bb", "no-left");
    trees_.list("b2", "no-left, editor");
    trees_.list("cc", "no-right");
    trees_.list("dd", "no-middle");
    trees_.list("ee", "either");
    for (int i = 0; i < 4; ++i) trees_.list("x" + std::to_string(i), i % 2 == 0 ? "chrony" : "ntpsec");
    same("b2 cc ee\nbb cc ee\n", sets(3));
    same("aa b2 cc dd\naa bb cc dd\nb2 cc ee\nbb cc ee\n", sets(4));
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
