#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "lmp_tree.hpp"
#include "metapackage/package.hpp"
#include "metapackage/records.hpp"
#include "text_repository.hpp"

using namespace lucie;
using namespace lucie::metapackage;

namespace {

const char* packages =
    "Package: base-files\nEssential: yes\nPriority: required\nDepends: coreutils\n\n"
    "Package: coreutils\n\n"
    "Package: make\n\n"
    "Package: make-guile\nConflicts: make\n\n"
    "Package: build\nDepends: make, gcc\n\n"
    "Package: gcc\n\n"
    "Package: openmpi\n\n"
    "Package: mpich\n\n"
    "Package: editor\n\n";

const char* contents =
    "bin/cat                 utils/coreutils\n"
    "etc/base.conf           admin/base-files\n"
    "etc/gcc/spec file       devel/gcc\n"
    "usr/bin/gcc             devel/gcc\n"
    "usr/bin/make            devel/make,devel/make-guile\n"
    "usr/bin/ompi_info       net/openmpi\n"
    "usr/bin/parted          admin/absent\n"
    "usr/share/doc/make/x    devel/make\n";

}  // namespace

class NeedsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NeedsTest);
  CPPUNIT_TEST(another_lmp_has_the_package);
  CPPUNIT_TEST(another_lmp_has_the_file);
  CPPUNIT_TEST(several_are_alternatives);
  CPPUNIT_TEST(who_asks_comes_before_who_happens_to_have_it);
  CPPUNIT_TEST(own_packages_and_the_base_set_are_enough);
  CPPUNIT_TEST(what_is_made_is_no_need);
  CPPUNIT_TEST(nobody_has_it);
  CPPUNIT_TEST(nothing_owns_it);
  CPPUNIT_TEST(what_authors_state);
  CPPUNIT_TEST(what_nobody_can_tell_is_noted);
  CPPUNIT_TEST(agents_units_and_tables);
  CPPUNIT_TEST(for_one_answer_only);
  CPPUNIT_TEST(one_package_for_each_answer);
  CPPUNIT_TEST(one_target_only);
  CPPUNIT_TEST(one_that_excludes_it_does_not_help);
  CPPUNIT_TEST(circles);
  CPPUNIT_TEST(without_contents_what_was_recorded_counts);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  std::vector<Lmp> lmps_;
  std::vector<Fault> faults_;

  Proof prove_with(bool with_contents) {
    faults_.clear();
    lmps_ = trees_.read(faults_);
    CPPUNIT_ASSERT_EQUAL(std::string(), trees_.shown(faults_));
    const TextRepository repository(packages);
    if (with_contents) repository.write_contents(contents);
    universe::Universe universe = repository.open();
    return prove(lmps_, [&](const std::string&) -> universe::Universe& { return universe; });
  }
  Proof prove_all() { return prove_with(true); }

  void script(const std::string& lmp, const std::string& text) const {
    trees_.write(lmp + "/scripts/50-x", "#!/bin/sh\n" + text);
  }

  /// What `lmp check --json` prints, without what is the same everywhere.
  std::string shown(const Proof& proof) const {
    std::string record = check_record(lmps_, proof);
    const std::string folder = trees_.folder().string() + "/";
    for (auto at = record.find(folder); at != std::string::npos; at = record.find(folder)) {
      record.erase(at, folder.size());
    }
    return record;
  }
  /// One line a relation.
  static std::string relations(const Proof& proof) {
    std::string text;
    for (const Relation& relation : proof.relations) {
      text += fmt::format("{} {} {} rule {}{}{}\n", relation.from,
                          relation.kind == Relation::Kind::conflict ? "x" : "->", relation.to, relation.rule,
                          relation.target.empty() ? "" : " in " + relation.target,
                          relation.when.empty() ? "" : " when " + relation.when);
    }
    return text;
  }
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  /// All of it, as it must be for `files` in tests/unit/metapackage/golden.
  void same_as(const char* golden, const Proof& proof) const {
    same(base::read_file(std::string(SOURCE_FOLDER "/tests/unit/metapackage/golden/") + golden),
         shown(proof));
  }

 public:
  void another_lmp_has_the_package() {
    trees_.list("aa", "editor");
    script("aa", "cat /etc/base.conf\nmake -C /srv\nin_target /usr/bin/gcc x\n");
    trees_.list("bb", "editor, build");
    const Proof proof = prove_all();
    same_as("needs-package.json", proof);
    CPPUNIT_ASSERT((deb_relations(lmps_[0], proof).depends == std::vector<std::string>{"lmp-bb"}));
  }
  void another_lmp_has_the_file() {
    trees_.list("aa", "editor");
    script("aa", "f=/etc/bb.conf\nif true; then\n  sed -i s/a/b/ \"$LUCIE_TARGET$f\"\nfi\n");
    trees_.manifest("bb");
    trees_.write("bb/files/etc/bb.conf.in", "x\n");
    const Proof proof = prove_all();
    // Nothing in the universe is asked for sed: the text repository does not have it.
    same_as("needs-file.json", proof);
    same("bb aa ", base::join(order_lmps({"aa"}, lmps_, proof.relations, faults_), " ") + " ");
  }
  void several_are_alternatives() {
    trees_.list("aa", "editor");
    script("aa", "make\n");
    trees_.list("cc", "make");
    trees_.list("bb", "build");
    trees_.list("dd", "editor");
    trees_.list("ee", "editor");
    trees_.write("ee/files/usr/bin/make", "#!/bin/sh\n");
    same("aa -> cc | ee rule 3\n", relations(prove_all()));
  }
  void who_asks_comes_before_who_happens_to_have_it() {
    trees_.list("aa", "editor");
    script("aa", "make\n");
    trees_.list("bb", "build");
    trees_.list("cc", "editor");
    Proof proof = prove_all();
    same("aa -> bb rule 3\n", relations(proof));
    same("bb asks for build, which brings make with /usr/bin/make", proof.relations[0].evidence[1].text);
    trees_.list("cc", "editor, build, make (>= 0) | editor");
    proof = prove_all();
    same("aa -> cc rule 3\n", relations(proof));
    same("cc asks for make (>= 0) | editor, which has /usr/bin/make", proof.relations[0].evidence[1].text);
    trees_.list("cc", "editor", list_when("flavour = openmpi", "make"));
    question("cc");
    same("aa -> cc rule 3 when cc/flavour = openmpi\n", relations(prove_all()));
  }
  void own_packages_and_the_base_set_are_enough() {
    trees_.list("aa", "build");
    script("aa",
           "make; gcc; cat /bin/cat /usr/bin/cat /etc/base.conf '/etc/gcc/spec file' /etc/hosts\nawk 1\n");
    trees_.list("bb", "make");
    trees_.write("bb/files/etc/base.conf", "x\n");
    same("", relations(prove_all()));
  }
  void what_is_made_is_no_need() {
    trees_.list("aa", "editor");
    script("aa", "echo x > /etc/bb.conf\nsed -i s/a/b/ /etc/bb.conf\n");
    trees_.write("aa/files/usr/bin/own", "#!/bin/sh\nmake () { :; }\nmake\nown\n");
    trees_.manifest("bb");
    trees_.write("bb/files/etc/bb.conf", "x\n");
    same("", relations(prove_all()));
  }
  void nobody_has_it() {
    trees_.list("aa", "editor");
    script("aa", "# make\n\n  make all\nmake again\nparted\n");
    const Proof proof = prove_all();
    same_as("needs-nobody.json", proof);
    same(
        "aa/scripts/50-x:4:3: error: 'aa' runs 'make', which neither its packages nor the base set of test-1 "
        "have\n    4 |   make all\n      |   ^\nhint: add one of 'make', 'make-guile' to its packages for "
        "test-1\n",
        trees_.shown(proof.faults));
  }
  void nothing_owns_it() {
    trees_.list("aa", "editor");
    script("aa", "frobnicate\nsed -i s/a/b/ /etc/nowhere\n");
    const Proof proof = prove_all();
    same("", relations(proof) + trees_.shown(proof.faults) + trees_.shown(proof.warnings));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, proof.notes.size());
    same("'aa' runs 'frobnicate', which nothing in test-1 owns", proof.notes[1].message);
  }
  void what_authors_state() {
    trees_.manifest("aa", "", " runs make\n reads /etc/bb.conf\n");
    trees_.write("aa/scripts/50-x", "#!/usr/bin/gcc\nmake\n");
    trees_.manifest("bb");
    trees_.write("bb/files/etc/bb.conf", "x\n");
    trees_.list("cc", "make");
    trees_.list("dd", "gcc");
    const Proof proof = prove_all();
    same("aa -> bb rule 3\naa -> cc rule 3\naa -> dd rule 3\n", relations(proof));
    CPPUNIT_ASSERT_EQUAL(7, proof.relations[1].evidence[0].line);
    CPPUNIT_ASSERT_EQUAL(1, proof.relations[2].evidence[0].line);
  }
  void what_nobody_can_tell_is_noted() {
    trees_.manifest("aa");
    script("aa", "sed -i s/a/b/ \"$1\"\n$tool\n");
    trees_.write("aa/scripts/60-y", "#!/usr/bin/python3\nprint()\n");
    const auto notes = [&] {
      std::string text;
      for (const Fault& note : prove_all().notes) {
        if (!note.hint.empty())
          text += fmt::format("{}:{} {} | {}\n", note.where.line, note.where.column, note.message, note.hint);
      }
      return text;
    };
    const std::string program =
        "1:1 a program for /usr/bin/python3 is not read, but for its first line | state in lmp.conf what it "
        "'reads', 'edits' and 'runs'\n";
    same(
        "2:15 nobody can tell beforehand what 'aa' edits here: \"$1\" | state it in lmp.conf with 'edits'\n"
        "3:1 nobody can tell beforehand what 'aa' runs here: $tool | state it in lmp.conf with 'runs'\n" +
            program,
        notes());
    trees_.manifest("aa", "", " edits /etc/gcc/x\n");
    same("3:1 nobody can tell beforehand what 'aa' runs here: $tool | state it in lmp.conf with 'runs'\n",
         notes());
  }
  void agents_units_and_tables() {
    trees_.manifest("aa");
    trees_.write("aa/agents/one",
                 "#!/bin/sh\n# recover: one.recover && make --version\n. "
                 "/usr/share/lucie/agent.sh\ncat || failure ok\n");
    trees_.write("aa/agents/one.recover", "#!/bin/sh\ntrue\n");
    trees_.write("aa/files/etc/cron.d/two", "# x\n0 4 * * 1-5 root cd / && gcc x\n");
    trees_.write("aa/files/etc/systemd/system/three.service",
                 "[Service]\nEnvironmentFile=-/etc/may/lack\nExecStart=-/usr/bin/ompi_info all\n");
    trees_.list("bb", "make");
    trees_.list("cc", "gcc");
    trees_.list("dd", "openmpi");
    same("aa -> bb rule 3\naa -> cc rule 3\naa -> dd rule 3\n", relations(prove_all()));
  }
  static std::string list_when(const std::string& when, const std::string& packages) {
    return "define package_list{\n target test-1\n when " + when + "\n packages " + packages + "\n}\n";
  }
  void question(const std::string& lmp) const {
    trees_.write(
        lmp + "/debconf/templates",
        "Template: lmp-" + lmp + "/flavour\nType: select\nChoices: mpich, openmpi, none\nDescription: d\n");
  }
  void for_one_answer_only() {
    trees_.list("aa", "editor", list_when("flavour = openmpi", "openmpi"));
    question("aa");
    script("aa", "[ \"$LUCIE_ANSWER_flavour\" = mpich ] || ompi_info\n");
    trees_.list("bb", "openmpi");
    const Proof proof = prove_all();
    same("aa -> bb rule 3 when aa/flavour = none\n", relations(proof));
    CPPUNIT_ASSERT(deb_relations(lmps_[0], proof).depends.empty());  // not for every answer
  }
  void one_package_for_each_answer() {
    trees_.list("aa", "editor",
                list_when("flavour = openmpi", "make") + list_when("flavour != openmpi", "build"));
    question("aa");
    script("aa", "case $LUCIE_ANSWER_flavour in\n none) ;;\n *) make ;;\nesac\n");
    trees_.list("bb", "editor");
    script("bb", "make\n");
    same("bb -> aa rule 3\n", relations(prove_all()));
    trees_.list("aa", "editor", list_when("flavour = openmpi", "make"));
    script("aa", "true\n");
    same("bb -> aa rule 3 when aa/flavour = openmpi\n", relations(prove_all()));
  }
  void one_target_only() {
    trees_.list("aa", "editor", "define package_list{\n target test-2\n packages make\n}\n");
    script("aa", "make\n");
    trees_.list("bb", "make", "define package_list{\n target test-2\n packages editor\n}\n");
    same("aa -> bb rule 3 in test-1\n", relations(prove_all()));
  }
  void one_that_excludes_it_does_not_help() {
    trees_.list("aa", "editor");
    script("aa", "make\n");
    trees_.write("aa/files/etc/x", "1\n");
    trees_.list("bb", "make");
    trees_.write("bb/files/etc/x", "2\n");
    const Proof proof = prove_all();
    same("aa x bb rule 1\n", relations(proof));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, proof.faults.size());
  }
  void circles() {
    trees_.manifest("aa");
    script("aa", "sed -i s/a/b/ /etc/bb.conf\n");
    trees_.write("aa/files/etc/aa.conf", "x\n");
    trees_.manifest("bb", "", " depends cc because of the port\n");
    trees_.write("bb/files/etc/bb.conf", "x\n");
    trees_.manifest("cc", "", " reads /etc/aa.conf\n");
    same(
        "aa/scripts/50-x:2: error: the scripts' order runs in a circle: aa after bb after cc after aa\n"
        "    2 | sed -i s/a/b/ /etc/bb.conf\n"
        "hint: one of these must go: aa edits /etc/bb.conf; bb says: because of the port; cc reads "
        "/etc/aa.conf\n",
        trees_.shown(prove_all().faults));
  }
  void without_contents_what_was_recorded_counts() {
    trees_.list("aa", "editor");
    script("aa", "make\n");
    trees_.list("bb", "make");
    const Proof with = prove_all();
    trees_.write("aa/relations.json", relations_record(lmps_[0], with, lmps_));
    const Proof without = prove_with(false);
    same("aa -> bb rule 3\n", relations(without));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, without.faults.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, without.warnings.size());
    same("nobody knows which packages of test-1 have which files: its package servers have no Contents index",
         without.warnings[0].message);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NeedsTest);
