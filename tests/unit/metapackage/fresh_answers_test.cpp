#include <cppunit/extensions/HelperMacros.h>

#include "lmp_tree.hpp"
#include "metapackage/front_end.hpp"

using namespace lucie;
using namespace lucie::metapackage;

class FreshAnswersTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FreshAnswersTest);
  CPPUNIT_TEST(equals_what_the_program_writes);
  CPPUNIT_TEST_SUITE_END();

  static constexpr const char* templates = SOURCE_FOLDER "/templates";

  static void same(const Lmp& lmp) {
    AnswersFor defaults;
    for (const Question& question : lmp.questions) {
      if (question.has_answer()) defaults.answers[question.name] = question.standard;
    }
    CPPUNIT_ASSERT_EQUAL(changed_answers(lmp, "", defaults, templates), fresh_answers(lmp, templates));
  }

 public:
  void equals_what_the_program_writes() {
    Lmp lmp;
    lmp.name = "xx";
    lmp.questions = {{.name = "chosen", .type = "select", .standard = "b", .choices = {"a", "b"}}};
    same(lmp);
    int number = 0;
    for (const char* standard : {"", "plain", "two words", "a,b", ",a", "a+", " a", "null", "say \"it\"",
                                 "back\\slash", "@{x}", "50%", "ü", "#", "a;b", "/x/y.z", "=", "-1"}) {
      lmp.questions.push_back(
          {.name = "a-long-name-of-" + std::to_string(number++), .type = "string", .standard = standard});
      same(lmp);
    }
    lmp.questions = {{.name = "yes", .type = "boolean", .standard = "true"},
                     {.name = "told", .type = "note"}};
    same(lmp);
    lmp.questions = {{.name = "open", .type = "select", .choices = {"a", "b"}}};
    same(lmp);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FreshAnswersTest);
