#include "metapackage/answers.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "lmp_tree.hpp"

using namespace lucie;
using namespace lucie::metapackage;

/// Answers of an answers file compared with the questions, and what holds for a host.
class AnswersTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AnswersTest);
  CPPUNIT_TEST(answers_of_members_come_last);
  CPPUNIT_TEST(defaults_hold_where_nothing_is_said);
  CPPUNIT_TEST(answers_of_another_root_do_not_hold);
  CPPUNIT_TEST(wrong_answers_have_their_places);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  config::Compiled compiled_ = small_cluster();
  std::vector<Fault> faults_;

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  Lmp mpi() {
    trees_.manifest("mpi");
    trees_.write("mpi/scripts/10-all", "#!/bin/sh\nenv | grep ^LUCIE_ANSWER_\n");
    trees_.write(
        "mpi/debconf/templates",
        "Template: lmp-mpi/flavour\nType: select\nChoices: openmpi, mpich\nDefault: openmpi\n"
        "Description: d\n\nTemplate: lmp-mpi/debug\nType: boolean\nDefault: false\nDescription: d\n\n"
        "Template: lmp-mpi/parts\nType: multiselect\nChoices: c, c++\nDescription: d\n\n"
        "Template: lmp-mpi/hello\nType: note\nDescription: d\n");
    return read_lmp(trees_.folder() / "mpi", faults_);
  }
  const config::Host& host(const char* name) const { return *compiled_.cluster.host(name); }

 public:
  void answers_of_members_come_last() {
    compiled_.answers = {{.lmp = "xx", .members = {"cnode00"}, .values = {{"a", "1"}}},
                         {.lmp = "xx", .values = {{"a", "0"}, {"b", "2"}}},
                         {.lmp = "xx", .values = {{"b", "3"}}},
                         {.lmp = "y", .values = {{"c", "3"}}}};
    CPPUNIT_ASSERT((answers_for("xx", compiled_, host("cnode00")) == Answers{{"a", "1"}, {"b", "3"}}));
    CPPUNIT_ASSERT((answers_for("xx", compiled_, host("cnode01")) == Answers{{"a", "0"}, {"b", "3"}}));
  }
  void defaults_hold_where_nothing_is_said() {
    compiled_.answers = {{.lmp = "mpi", .members = {"cnode00"}, .values = {{"debug", "yes"}}}};
    const Lmp lmp = mpi();
    same("", trees_.shown(faults_));
    CPPUNIT_ASSERT((answers_in_force(lmp, compiled_, host("cnode00")) ==
                    Answers{{"flavour", "openmpi"}, {"debug", "true"}, {"parts", ""}}));
    CPPUNIT_ASSERT_EQUAL(std::string("false"), answers_in_force(lmp, compiled_, host("gw")).at("debug"));
  }
  void answers_of_another_root_do_not_hold() {
    compiled_.answers = {{.lmp = "xx", .values = {{"a", "server"}}, .root = "/"},
                         {.lmp = "xx", .values = {{"a", "own"}}, .root = "full"}};
    same("server", answers_for("xx", compiled_, host("gw")).at("a"));
    compiled_.cluster.installers.front().lmp_root = "own";
    same("own", answers_for("xx", compiled_, host("gw")).at("a"));
  }
  void wrong_answers_have_their_places() {
    trees_.write("answers.conf",
                 "define answers{\n lmp_name mpi\n flavour mpih\n}\n"
                 "define answers{\n lmp_name mpi\n members cnode00\n debug maybe\n parts c, fortran\n}\n"
                 "define answers{\n lmp_name mpi\n members cnode01\n flavor mpich\n hello x\n}\n"
                 "define answers{\n lmp_name other\n any thing\n}\n");
    const auto blocks = config::read_answers(trees_.folder() / "answers.conf", compiled_.cluster, faults_);
    check_answers(blocks, {mpi()}, "/", faults_);
    same(
        "answers.conf:3:10: error: 'mpih' is no choice of question 'flavour'\n    3 |  flavour mpih\n"
        "      |          ^\nhint: did you mean 'mpich'?\n"
        "answers.conf:8:8: error: 'maybe' is neither yes nor no, as 'debug' asks\n    8 |  debug maybe\n"
        "      |        ^\n"
        "answers.conf:9:8: error: 'fortran' is no choice of question 'parts'\n    9 |  parts c, fortran\n"
        "      |        ^\nhint: one of c, c++\n"
        "answers.conf:14:9: error: LMP 'mpi' has no question 'flavor'\n   14 |  flavor mpich\n"
        "      |         ^\nhint: did you mean 'flavour'?\n"
        "answers.conf:15:8: error: 'hello' tells something and takes no answer\n   15 |  hello x\n"
        "      |        ^\n",
        trees_.shown(faults_));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AnswersTest);
