#include "lmp/wording.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "metapackage/relation_text.hpp"

using namespace lucie;
using metapackage::Relation;

class WordingTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WordingTest);
  CPPUNIT_TEST(relations_in_words);
  CPPUNIT_TEST(sums);
  CPPUNIT_TEST_SUITE_END();

 public:
  void relations_in_words() {
    Relation relation{.kind = Relation::Kind::conflict, .from = "a", .to = "b"};
    relation.rule = 1;
    relation.target = "debian-12";
    relation.evidence = {{"a/files/x", 3, "one\x1b[31m"}, {"b/lmp.conf", 0, "two"}, {{}, 0, "three"}};
    CPPUNIT_ASSERT_EQUAL(
        std::string("a conflicts with b in debian-12: they bring different content for one path (rule 1)\n"
                    "  a/files/x:3: one\\x1b[31m\n  b/lmp.conf: two\n  three\n"),
        describe(relation));
    Relation needs{.kind = Relation::Kind::depends, .from = "a", .to = "b | c"};
    needs.when = "a/utc";
    CPPUNIT_ASSERT_EQUAL(std::string("a depends on b | c when a/utc: its author says so\n"), describe(needs));
  }
  void sums() {
    const Relation conflict{.kind = Relation::Kind::conflict, .from = "a", .to = "b"};
    const Relation depends{.kind = Relation::Kind::depends, .from = "a", .to = "b"};
    CPPUNIT_ASSERT_EQUAL(std::string("1 LMP, no conflict, no dependency"), lmp::summarize(1, {}));
    CPPUNIT_ASSERT_EQUAL(std::string("3 LMPs, 1 conflict, 2 dependencies"),
                         lmp::summarize(3, {conflict, depends, depends}));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WordingTest);
