#include <cppunit/extensions/HelperMacros.h>

#include "lmp_tree.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/front_end.hpp"

using namespace lucie;
using namespace lucie::metapackage;

/// debconf/templates, the conditions that ask their questions, and what uses the answers.
class QuestionsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(QuestionsTest);
  CPPUNIT_TEST(faults_of_templates_have_their_places);
  CPPUNIT_TEST(faults_of_choices);
  CPPUNIT_TEST(faults_of_translations);
  CPPUNIT_TEST(continued_lines);
  CPPUNIT_TEST(choices_may_hold_commas);
  CPPUNIT_TEST(questions_of_one_variable);
  CPPUNIT_TEST(conditions_name_declared_questions);
  CPPUNIT_TEST(conditions_hold);
  CPPUNIT_TEST(undeclared_answers_are_faults);
  CPPUNIT_TEST(questions_that_nothing_uses_are_faults);
  CPPUNIT_TEST(names_that_a_front_end_makes);
  CPPUNIT_TEST(front_ends_are_shell_scripts);
  CPPUNIT_TEST(relations_hold_for_answers);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;
  std::vector<Fault> faults_;

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  /// The faults of an LMP xx with these templates, of which scripts use everything.
  std::string faults_of(const std::string& templates) {
    faults_.clear();
    trees_.manifest("xx");
    trees_.write("xx/scripts/10-all", "#!/bin/sh\nenv | grep ^LUCIE_ANSWER_\n");
    trees_.write("xx/debconf/templates", templates);
    trees_.read(faults_);
    std::string text;
    sort_faults(faults_);
    for (const Fault& fault : faults_) {
      text += std::to_string(fault.where.line) + ":" + std::to_string(fault.where.column) + ": " +
              fault.message + (fault.hint.empty() ? "" : " (" + fault.hint + ")") + "\n";
    }
    return text;
  }

 public:
  void faults_of_templates_have_their_places() {
    const std::string string = "Type: string\nDescription: what\n";
    same("", faults_of("Template: lmp-xx/a\n" + string + "\nTemplate: lmp-xx/b\n" + string));
    same("1:11: question 'lmp-yy/a' is not named 'lmp-xx/NAME'\n",
         faults_of("Template: lmp-yy/a\n" + string));
    same(
        "5:11: question 'lmp-xx/members' has a name that means something else in 'answers' blocks "
        "(give it another name)\n",
        faults_of("Template: lmp-xx/a\n" + string + "\nTemplate: lmp-xx/members\n" + string));
    same("1:11: 'a/b' is no name of a question (letters, digits, '.', '_', '+' and '-')\n",
         faults_of("Template: lmp-xx/a/b\n" + string));
    same("2:7: unknown type 'slect' of a question (did you mean 'select'?)\n",
         faults_of("Template: lmp-xx/a\nType: slect\nDescription: d\n"));
    same(
        "2:7: answers are no place for passwords: every node's slice shows them (deliver it as a file with "
        "'secret yes')\n",
        faults_of("Template: lmp-xx/a\nType: password\nDescription: d\n"));
    same("1:1: 'Choices' are missing in this question\n",
         faults_of("Template: lmp-xx/a\nType: select\nDescription: d\n"));
    same("1:1: 'Description' is missing in this question (its first line is what is asked)\n",
         faults_of("Template: lmp-xx/a\nType: string\n"));
    same("4:10: 'mpih' is none of the choices (did you mean 'mpich'?)\n",
         faults_of("Template: lmp-xx/a\nType: select\nChoices: mpich, lam\nDefault: mpih\nDescription: d\n"));
    same("3:10: 'yes' is no default of a boolean (debconf knows true and false)\n",
         faults_of("Template: lmp-xx/a\nType: boolean\nDefault: yes\nDescription: d\n"));
    same(
        "1:1: it is no 'Field: value' of debconf's templates (continued lines begin with a blank; debconf "
        "knows no comments here)\n",
        faults_of("# questions\n\nTemplate: lmp-xx/a\n" + string));
    same("4:1: unknown field 'Defalt' (did you mean 'Default'?)\n",
         faults_of("Template: lmp-xx/a\n" + string + "Defalt: b\n"));
    same(
        "4:1: a second 'Template' in one question (an empty line stands between questions)\n"
        "5:1: a second 'Type' in one question (an empty line stands between questions)\n"
        "6:1: a second 'Description' in one question (an empty line stands between questions)\n",
        faults_of("Template: lmp-xx/a\n" + string + "Template: lmp-xx/b\n" + string));
    same("5:11: question 'a' is declared twice\n",
         faults_of("Template: lmp-xx/a\n" + string + "\nTemplate: lmp-xx/a\n" + string));
    same("3:15: a control character (0x1b)\n",
         faults_of("Template: lmp-xx/a\nType: string\nDescription: d\x1b[2J\n"));
    same("1:1: a continued line that continues nothing\n", faults_of(" x\n\nTemplate: lmp-xx/a\n" + string));
    same(":0: it is larger than 1 MiB (templates are texts for a person)\n",
         faults_of(std::string((1 << 20) + 1, 'x')).substr(1));
    same(
        "1:1: it is no 'Field: value' of debconf's templates (continued lines begin with a blank; debconf "
        "knows no comments here)\n",
        faults_of(std::string(1 << 19, 'x')));
    same("0:0: it is not UTF-8 text (save the file as UTF-8)\n", faults_of("Template: \xff\n"));
  }
  void faults_of_choices() {
    const std::string start = "Template: lmp-xx/a\nType: select\nDescription: d\n";
    same(
        "4:13: a comma without a blank parts no choices (write ', ' between choices and '\\,' for a comma of "
        "a "
        "choice)\n",
        faults_of(start + "Choices: one,two\n"));
    same("", faults_of(start + "Choices: one\\,two, three\n"));
    same("4:10: 'one' is a choice twice\n", faults_of(start + "Choices: one, two, one\n"));
  }
  void faults_of_translations() {
    const std::string start = "Template: lmp-xx/a\nType: select\nChoices: one, two\nDescription: d\n";
    same("",
         faults_of(start +
                   "Description-ja.UTF-8: x\n more\nDescription-pt_BR.UTF-8: x\nChoices-ja.UTF-8: 1, 2\n"));
    same(
        "5:19: 'Choices-ja.UTF-8' and 'Choices' differ in number: 1 and 2 (they are taken one for the other "
        "in their "
        "order)\n",
        faults_of(start + "Choices-ja.UTF-8: 1\n"));
    same(
        "5:1: 'Description-ja' names no language of translations (a language and the encoding, as in "
        "'Description-ja.UTF-8')\n",
        faults_of(start + "Description-ja: x\n"));
    same("5:1: 'Type' has no translations\n", faults_of(start + "Type-ja.UTF-8: x\n"));
    same("4:1: 'Choices-ja.UTF-8' without 'Choices'\n",
         faults_of("Template: lmp-xx/a\nType: string\nDescription: d\nChoices-ja.UTF-8: x\n"));
    faults_of(start + " Long.\nDescription-ja.UTF-8: x\n");
    const auto fields = trees_.read(faults_).front().questions.front().fields;
    same("Long.", fields.at("extended_description"));
    same("x", fields.at("description-ja.utf-8"));
  }
  void continued_lines() {
    faults_of(
        "Template: lmp-xx/a\nType: string\nDescription: d\n one\n two\n .\n three\n   as it stands\n four\n");
    same("one two\n\nthree\n  as it stands\nfour",
         trees_.read(faults_).front().questions.front().fields.at("extended_description"));
  }
  void choices_may_hold_commas() {
    same("", faults_of("Template: lmp-xx/a\nType: multiselect\nChoices: one\\, two, three\n"
                       "Default: one\\, two\nDescription: d\n"));
    const auto lmps = trees_.read(faults_);
    CPPUNIT_ASSERT((lmps.front().questions.front().choices == std::vector<std::string>{"one, two", "three"}));
  }
  void questions_of_one_variable() {
    same("5:11: questions 'a-b' and 'a.b' are one to scripts: LUCIE_ANSWER_a_b\n",
         faults_of("Template: lmp-xx/a-b\nType: string\nDescription: d\n\n"
                   "Template: lmp-xx/a.b\nType: string\nDescription: d\n"));
  }
  void conditions_name_declared_questions() {
    trees_.write("xx/debconf/templates",
                 "Template: lmp-xx/flavour\nType: select\nChoices: a, b\nDescription: d\n\n"
                 "Template: lmp-xx/utc\nType: boolean\nDescription: d\n\n"
                 "Template: lmp-xx/who\nType: string\nDescription: d\n");
    trees_.write("xx/scripts/10-all", "#!/bin/sh\nenv | grep ^LUCIE_ANSWER_\n");
    const auto fault_of = [&](const std::string& when) {
      faults_.clear();
      trees_.manifest("xx", "define package_list{\n target any\n when " + when + "\n packages p\n}\n");
      trees_.read(faults_);
      return faults_.empty() ? std::string() : faults_.front().message + " (" + faults_.front().hint + ")";
    };
    same("", fault_of("flavour = a"));
    same("", fault_of("flavour != b"));
    same("", fault_of("utc"));
    same("", fault_of("utc = no"));
    same("question 'flavor' is not declared (did you mean 'flavour'?)", fault_of("flavor = a"));
    CPPUNIT_ASSERT(faults_.front().where.line == 10 && faults_.front().where.column == 7);
    same("'green' is no choice of question 'flavour' ()", fault_of("flavour = green"));
    same("question 'flavour' is a select, not a boolean (write 'flavour = ANSWER')", fault_of("flavour"));
    same("'a' is no answer to the boolean 'utc' (write 'utc' alone, or compare it with yes or no)",
         fault_of("utc = a"));
    same("question 'who' is neither a select nor a boolean ()", fault_of("who = a"));
  }
  void conditions_hold() {
    CPPUNIT_ASSERT(condition_holds("", {}));
    CPPUNIT_ASSERT(condition_holds("flavour = a", {{"flavour", "a"}}));
    CPPUNIT_ASSERT(!condition_holds("flavour != a", {{"flavour", "a"}}));
    CPPUNIT_ASSERT(condition_holds("flavour != a", {{"flavour", "b"}}));
    CPPUNIT_ASSERT(condition_holds("utc", {{"utc", "yes"}}) && condition_holds("utc", {{"utc", "true"}}));
    CPPUNIT_ASSERT(!condition_holds("utc", {}) && !condition_holds("utc", {{"utc", "false"}}));
    CPPUNIT_ASSERT(condition_holds("utc = no", {{"utc", "false"}}));
    CPPUNIT_ASSERT(condition_holds("utc != no", {{"utc", "1"}}));
  }
  void undeclared_answers_are_faults() {
    trees_.manifest("xx", "define package_list{\n target any\n when colour = red\n packages p\n}\n");
    trees_.write("xx/debconf/templates",
                 "Template: lmp-xx/colour\nType: select\nChoices: red\nDescription: d\n");
    trees_.write("xx/debconf/config", "#!/bin/sh\n# lmp-xx/none\ndb_input high lmp-xx/color\n");
    trees_.write("xx/scripts/10-a", "#!/bin/sh\n# $LUCIE_ANSWER_none\necho \"${LUCIE_ANSWER_color:-}\"\n");
    trees_.write("xx/modules/m", "#!/bin/sh\nlucie_value answers/xx/colours\n");
    trees_.read(faults_);
    same(
        "xx/debconf/config:3:22: error: question 'color' is not declared\n"
        "    3 | db_input high lmp-xx/color\n      |                      ^\n"
        "hint: did you mean 'colour'?\n"
        "xx/modules/m:2:24: error: question 'colours' is not declared\n"
        "    2 | lucie_value answers/xx/colours\n      |                        ^\n"
        "hint: did you mean 'colour'?\n"
        "xx/scripts/10-a:3:9: error: question 'color' is not declared\n"
        "    3 | echo \"${LUCIE_ANSWER_color:-}\"\n      |         ^\n"
        "hint: did you mean 'colour'?\n",
        trees_.shown(faults_));
  }
  void questions_that_nothing_uses_are_faults() {
    const std::string templates =
        "Template: lmp-xx/title\nType: title\nDescription: t\n\n"
        "Template: lmp-xx/who\nType: string\nDescription: d\n";
    trees_.manifest("xx");
    trees_.write("xx/debconf/templates", templates);
    trees_.read(faults_);
    same(
        "xx/debconf/templates:5:11: error: nothing uses the answer to 'who'\n"
        "    5 | Template: lmp-xx/who\n      |           ^\n"
        "hint: 'when' of a list, @{answer.who} in a template or $LUCIE_ANSWER_who in a script\n",
        trees_.shown(faults_));
    for (const auto& [file, text] :
         std::map<std::string, std::string>{{"xx/files/etc/a.in", "@{answer.who}"},
                                            {"xx/scripts/10-a", "#!/bin/sh\necho $LUCIE_ANSWER_who\n"},
                                            {"xx/modules/m", "#!/bin/sh\nlucie_value answers/xx/who\n"},
                                            {"xx/debconf/config", "#!/bin/sh\ndb_get lmp-xx/who\n"}}) {
      faults_.clear();
      trees_.write(file, text);
      trees_.read(faults_);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(file, std::string(), trees_.shown(faults_));
      std::filesystem::remove(trees_.folder() / file);
    }
  }
  void names_that_a_front_end_makes() {
    trees_.manifest("xx");
    trees_.write("xx/debconf/templates", "Template: lmp-xx/who\nType: string\nDescription: d\n");
    trees_.write("xx/scripts/10-a", "#!/bin/sh\necho $LUCIE_ANSWER_who # not $LUCIE_ANSWER_none\n");
    trees_.write(
        "xx/debconf/config",
        "#!/bin/sh\ndb_register lmp-xx/who lmp-xx/second\ndb_input high lmp-xx/second # lmp-xx/none\n"
        "db_data lmp-xx/third type string\ndb_get lmp-xx/third\ndb_input high 'lmp-xx/#' lmp-xx/fourth\n");
    trees_.read(faults_);
    same(
        "xx/debconf/config:6:33: error: question 'fourth' is not declared\n"
        "    6 | db_input high 'lmp-xx/#' lmp-xx/fourth\n      |                                 ^\n"
        "hint: questions are declared in debconf/templates\n",
        trees_.shown(faults_));
    faults_.clear();
    trees_.write("xx/debconf/config", "db_x_loadtemplatefile /x\ndb_input high lmp-xx/fourth\n");
    trees_.read(faults_);
    same("", trees_.shown(faults_));
  }
  void front_ends_are_shell_scripts() {
    trees_.manifest("xx");
    trees_.write("xx/debconf/templates", "Template: lmp-xx/who\nType: string\nDescription: d\n");
    trees_.write("xx/scripts/10-a", "#!/bin/sh\necho $LUCIE_ANSWER_who\n");
    const auto commands = [&](const std::string& text) {
      trees_.write("xx/debconf/config", text);
      faults_.clear();
      const auto lmps = trees_.read(faults_);
      return faults_.empty() ? asking_commands(lmps.front()) : faults_.front().message;
    };
    same("db_go\n", commands("#!/bin/sh\ndb_go\n"));
    same("set -e -u\ndb_go\n", commands("#! /bin/sh -e -u\ndb_go\n"));
    same("db_go\n", commands("db_go\n"));
    same("", commands(""));
    same("", commands("#!/bin/sh"));
    same("the front end is a script of '/usr/bin/perl'", commands("#!/usr/bin/perl\nuse x;\n"));
    same("it is larger than 1 MiB", commands(std::string((1 << 20) + 1, 'x')));
    const std::string one(1 << 19, 'x');
    same("question '" + one + "' is not declared", commands("db_input high lmp-xx/" + one));
  }
  void relations_hold_for_answers() {
    const std::vector<Relation> relations = {
        {.from = "a", .to = "b"},
        {.from = "a", .to = "c", .target = "test-2"},
        {.from = "mpi", .to = "x", .when = "mpi/flavour = openmpi"},
        {.from = "mpi", .to = "y", .when = "mpi/flavour = openmpi and zz/fast and slow"}};
    const auto held = [&](const std::string& flavour, const std::string& fast) {
      std::string names;
      for (const auto& relation : relations_that_hold(
               relations, "test-1", {{"mpi", {{"flavour", flavour}}}, {"zz", {{"fast and slow", fast}}}})) {
        CPPUNIT_ASSERT(relation.when.empty() && relation.target.empty());
        names += relation.to;
      }
      return names;
    };
    same("b", held("mpich", "yes"));
    same("bx", held("openmpi", "no"));
    same("bxy", held("openmpi", "yes"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(QuestionsTest);
