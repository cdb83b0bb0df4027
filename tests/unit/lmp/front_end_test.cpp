#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "lmp/front_end/protocol.hpp"
#include "lmp/front_end/text_dialogue.hpp"
#include "metapackage/debconf_templates.hpp"

using namespace lucie;
using namespace lucie::lmp;
using metapackage::Answers;

/// debconf's protocol and the text dialogue, without a process and a terminal.
class FrontEndTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FrontEndTest);
  CPPUNIT_TEST(what_is_asked_and_said);
  CPPUNIT_TEST(wrong_words_are_asked_again);
  CPPUNIT_TEST(back_to_the_question_before);
  CPPUNIT_TEST(back_before_the_first_question);
  CPPUNIT_TEST(back_over_what_is_not_shown);
  CPPUNIT_TEST(back_into_a_block_begins_at_its_end);
  CPPUNIT_TEST(without_a_dialogue_nothing_is_asked);
  CPPUNIT_TEST(errors_are_told_where_nobody_is_asked);
  CPPUNIT_TEST(priorities_and_seen_questions);
  CPPUNIT_TEST(one_choice_is_no_question);
  CPPUNIT_TEST(values_flags_and_fields);
  CPPUNIT_TEST(filled_in_choices);
  CPPUNIT_TEST(escaped_values);
  CPPUNIT_TEST(further_questions);
  CPPUNIT_TEST(templates_made_by_the_script);
  CPPUNIT_TEST(progress);
  CPPUNIT_TEST(wrong_commands_get_their_code);
  CPPUNIT_TEST(a_reply_is_one_line);
  CPPUNIT_TEST(in_the_users_language);
  CPPUNIT_TEST(a_person_who_never_answers);
  CPPUNIT_TEST(an_input_that_ends);
  CPPUNIT_TEST_SUITE_END();

  metapackage::Lmp lmp_;
  std::ostringstream shown_;
  DebconfProtocol::Options options_;

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  void question(const std::string& name, const std::string& type, const std::string& standard,
                const std::vector<std::string>& choices, const std::string& summary,
                const std::string& description = {}) {
    metapackage::Question question{.name = name, .type = type, .standard = standard, .choices = choices};
    question.fields = {{"type", type},
                       {"default", standard},
                       {"choices", metapackage::join_choices(choices)},
                       {"description", summary},
                       {"extended_description", description}};
    lmp_.questions.push_back(std::move(question));
  }
  /// Sends the commands and gives the replies, one a line.
  static std::string replies(DebconfProtocol& protocol, const std::string& commands) {
    std::istringstream lines(commands);
    std::string text;
    for (std::string line; std::getline(lines, line);) text += protocol.reply(line).value_or("end") + "\n";
    return text;
  }
  static LineSource typed(const std::string& said) {
    return [input = std::make_shared<std::istringstream>(said)]() -> std::optional<std::string> {
      std::string line;
      if (!std::getline(*input, line)) return {};
      return line;
    };
  }
  /// Nobody is asked.
  std::string replies(const std::string& commands, const Answers& known = {}) {
    shown_.str("");
    QuietDialogue dialogue(shown_);
    DebconfProtocol protocol(lmp_, known, dialogue, options_);
    return replies(protocol, commands);
  }
  /// The replies when a person types `said`.
  std::string asked(const std::string& commands, const std::string& said) {
    shown_.str("");
    TextDialogue dialogue(typed(said), shown_, 40);
    DebconfProtocol protocol(lmp_, {}, dialogue, options_);
    return replies(protocol, commands);
  }
  /// The answers after all commands when a person types `said`.
  Answers answers(const std::string& commands, const std::string& said, const Answers& known = {}) {
    shown_.str("");
    TextDialogue dialogue(typed(said), shown_, 40);
    DebconfProtocol protocol(lmp_, known, dialogue, options_);
    replies(protocol, commands);
    return protocol.answers();
  }

 public:
  void setUp() override {
    lmp_.name = "mpi";
    question("flavour", "select", "mpich", {"mpich", "openmpi", "openmpi-old"}, "MPI implementation:",
             "Programs are compiled for one implementation and run with it.\n\nOne for all.");
    question("debug", "boolean", "false", {}, "Debugging tools?");
    question("label", "string", "", {}, "Label:");
    question("parts", "multiselect", "c", {"c", "fortran", "java"}, "Languages:");
    question("hello", "note", "", {}, "Read this.");
  }
  void what_is_asked_and_said() {
    const Answers given =
        answers("INPUT high lmp-mpi/flavour\nINPUT low lmp-mpi/debug\nINPUT medium lmp-mpi/label\nGO\n",
                "2\ny\nthe label\n");
    same("openmpi", given.at("flavour"));
    same("true", given.at("debug"));
    same("the label", given.at("label"));
    same("c", given.at("parts"));
    CPPUNIT_ASSERT(!given.contains("hello"));
    same(
        "\nConfiguring lmp-mpi\n-------------------\n\n"
        "Programs are compiled for one\nimplementation and run with it.\n\nOne for all.\n\n"
        "  1. mpich *\n  2. openmpi\n  3. openmpi-old\n\nMPI implementation: [mpich] \n"
        "Debugging tools? (< goes back) [no] \nLabel: (< goes back) [] ",
        shown_.str());
  }
  void wrong_words_are_asked_again() {
    const Answers given =
        answers("INPUT high lmp-mpi/flavour\nINPUT high lmp-mpi/debug\nINPUT high lmp-mpi/parts\nGO\n",
                "open\n4\nopenmpi-\nmaybe\nYES\n1, cobol\n1,f\n");
    same("openmpi-old", given.at("flavour"));
    same("true", given.at("debug"));
    same("c, fortran", given.at("parts"));
    CPPUNIT_ASSERT(shown_.str().find("answer with a number or a name of the list\n") != std::string::npos);
    CPPUNIT_ASSERT(shown_.str().find("answer yes or no\n") != std::string::npos);
    same("", answers("INPUT high lmp-mpi/parts\nGO\n", "none\n").at("parts"));
    same("mpich", answers("INPUT high lmp-mpi/flavour\nGO\n", "\n").at("flavour"));
    same("openmpi",
         answers("INPUT high lmp-mpi/flavour\nGO\n", "\n", {{"flavour", "openmpi"}}).at("flavour"));
  }
  void back_to_the_question_before() {
    const Answers given =
        answers("INPUT high lmp-mpi/flavour\nINPUT high lmp-mpi/label\nGO\n", "2\n<\n1\nx\n");
    same("mpich", given.at("flavour"));
    same("x", given.at("label"));
  }
  void back_before_the_first_question() {
    same("0 multiselect escape backup\n0 question will be asked\n30 backup\n0 mpich\n",
         asked("CAPB backup\nINPUT high lmp-mpi/flavour\nGO\nGET lmp-mpi/flavour\n", "<\n"));
  }
  void back_over_what_is_not_shown() {
    // As in debconf: a GO without anything to show goes on in the direction of the one before.
    same(
        "0 ok\n0 multiselect escape backup\n0 question will be asked\n30 backup\n30 backup\n"
        "0 question will be asked\n0 ok\n0 ok\n",
        asked("GO\nCAPB backup\nINPUT high lmp-mpi/flavour\nGO\nGO\nINPUT high lmp-mpi/label\nGO\nGO\n",
              "<\nx\n"));
  }
  void back_into_a_block_begins_at_its_end() {
    const std::string block = "INPUT high lmp-mpi/flavour\nINPUT high lmp-mpi/label\nGO\n";
    const Answers given =
        answers("CAPB backup\n" + block + "INPUT high lmp-mpi/debug\nGO\n" + block, "2\nx\n<\ny\n");
    same("openmpi", given.at("flavour"));
    same("y", given.at("label"));
  }
  void without_a_dialogue_nothing_is_asked() {
    same("30 question skipped\n0 ok\n0 mpich\n0 kept\n0 false\n0 multiselect escape \n",
         replies("INPUT critical lmp-mpi/flavour\nGO\nGET lmp-mpi/flavour\nGET lmp-mpi/label\n"
                 "VISIBLE high lmp-mpi/label\nCAPB backup\n",
                 {{"label", "kept"}}));
    question("disk", "select", "", {"sda", "sdb"}, "Disk:");
    same("30 question skipped\n0 ok\n0 sda\n", replies("INPUT high lmp-mpi/disk\nGO\nGET lmp-mpi/disk\n"));
  }
  void errors_are_told_where_nobody_is_asked() {
    question("wrong", "error", "", {}, "That is no name.", "Names have letters.");
    same("30 question skipped\n0 ok\n", replies("INPUT high lmp-mpi/wrong\nGO\n"));
    same("\nConfiguring lmp-mpi\n-------------------\n\nNames have letters.\n\nThat is no name.\n",
         shown_.str());
  }
  void priorities_and_seen_questions() {
    options_.priority = "medium";
    same("30 question skipped\n0 question will be asked\n0 true\n30 question skipped\n0 ok\n0 x\n",
         asked("INPUT low lmp-mpi/debug\nINPUT medium lmp-mpi/label\nFSET lmp-mpi/parts seen true\n"
               "INPUT high lmp-mpi/parts\nGO\nGET lmp-mpi/label\n",
               "x\n"));
  }
  void one_choice_is_no_question() {
    question("only", "select", "", {"this"}, "Which:");
    same("30 question skipped\n0 ok\n0 this\n", asked("INPUT high lmp-mpi/only\nGO\nGET lmp-mpi/only\n", ""));
  }
  void values_flags_and_fields() {
    same("0 2.0\n30 Version too high (3.0)\n30 Version too low (1.0)\n",
         replies("VERSION 2.0\nVERSION 3.0\nVERSION 1.0\n"));
    same("0 value set\n0 two words\n0\n0 \n",
         replies("SET lmp-mpi/label two words\nGET lmp-mpi/label\nRESET lmp-mpi/label\nGET lmp-mpi/label\n"));
    same("0 false\n0 true\n0 true\n",
         replies("FGET lmp-mpi/label seen\nFSET lmp-mpi/label seen true\nFGET lmp-mpi/label seen\n"));
    same("0 select\n0 mpich, openmpi, openmpi-old\n0 MPI implementation:\n0 \n0 mpich\n0 lmp-mpi\n",
         replies("METAGET lmp-mpi/flavour Type\nMETAGET lmp-mpi/flavour choices\n"
                 "METAGET lmp-mpi/flavour description\nMETAGET lmp-mpi/flavour colour\n"
                 "METAGET lmp-mpi/flavour value\nMETAGET lmp-mpi/flavour owners\n"));
    same("0 true\n0 false\n", replies("EXIST lmp-mpi/label\nEXIST lmp-mpi/labels\n"));
  }
  void filled_in_choices() {
    question("disk", "select", "", {"${disks}"}, "Disk of ${host}${none} \\${host}:");
    const Answers given = answers(
        "SUBST lmp-mpi/disk disks sda, sdb\nSUBST lmp-mpi/disk host here\nINPUT high lmp-mpi/disk\nGO\n",
        "\n2\n");
    same("sdb", given.at("disk"));
    CPPUNIT_ASSERT(shown_.str().find("Disk of here ${host}:") != std::string::npos);
  }
  void escaped_values() {
    same(
        "0 multiselect escape \n0 value set\n1 a\\nb \\\\\n0 multiselect escape \n0 a\n",
        replies("CAPB escape\nSET lmp-mpi/label a\\nb\\ \\\\\nGET lmp-mpi/label\nCAPB\nGET lmp-mpi/label\n"));
  }
  void further_questions() {
    same("0\n0 value set\n0 x\n0\n10 lmp-mpi/label-2 doesn't exist\n",
         replies("REGISTER lmp-mpi/label lmp-mpi/label-2\nSET lmp-mpi/label-2 x\n"
                 "GET lmp-mpi/label-2\nUNREGISTER lmp-mpi/label-2\nGET lmp-mpi/label-2\n"));
    same("0 question will be asked\n10 lmp-mpi/label is busy, cannot unregister right now\n0\n0\n",
         asked("INPUT high lmp-mpi/label\nUNREGISTER lmp-mpi/label\nCLEAR\nUNREGISTER lmp-mpi/label\n", ""));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, answers("REGISTER lmp-mpi/label lmp-mpi/label-2\n", "").size());
  }
  void templates_made_by_the_script() {
    same(
        "10 Template data field 'description' received before type field\n0\n0\n10 Template type already "
        "set\n"
        "0 string\n0 line\n",
        replies("DATA mine/x description line\\nmore\nDATA mine/x type string\n"
                "DATA mine/x description line\\nmore\nDATA mine/x type text\n"
                "METAGET mine/x type\nMETAGET mine/x description\n"));
    const base::TemporaryDirectory folder("front-end-test");
    const std::string file = (folder.path() / "templates").string();
    base::write_file(file, "Template: mine/y\nType: select\nChoices: a, b\nDescription: d\n");
    same("0\n0 a, b\n", replies("X_LOADTEMPLATEFILE " + file + "\nMETAGET mine/y choices\n"));
    base::write_file(file, "Template: mine/y\nChoices: a, b\n");
    same("100 " + file + ":1: 'Type' is missing\n10 mine/y doesn't exist\n",
         replies("X_LOADTEMPLATEFILE " + file + "\nGET mine/y\n"));
    same("10 failed to open /nowhere/x: No such file or directory\n",
         replies("X_LOADTEMPLATEFILE /nowhere/x\n"));
  }
  void progress() {
    same(
        "20 There is no progress that was started\n0 OK\n0 OK\n0 OK\n0 OK\n0 OK\n20 min (2) > max (1)\n"
        "20 Unknown subcommand\n20 Incorrect number of arguments\n10 lmp-mpi/none doesn't exist\n",
        asked("PROGRESS STEP 1\nPROGRESS START 0 4 lmp-mpi/label\nPROGRESS STEP 1\nPROGRESS SET 9\n"
              "PROGRESS INFO lmp-mpi/hello\nPROGRESS STOP\nPROGRESS START 2 1 lmp-mpi/label\nPROGRESS FLY\n"
              "PROGRESS STOP now\nPROGRESS START 0 1 lmp-mpi/none\n",
              ""));
    same("Label:: 0 %\nLabel:: 25 %\nLabel:: 100 %\nRead this.: 100 %\n", shown_.str());
  }
  void wrong_commands_get_their_code() {
    same(
        "20 Bad line \"\" received from confmodule.\n"
        "20 Unsupported command \"fly\" (full line was \"FLY x\") received from confmodule.\n"
        "20 Incorrect number of arguments\n20 \"urgent\" is not a valid priority\n"
        "10 \"lmp-mpi/none\" doesn't exist\n0\n10 \"lmp-mpi/none\" doesn't exist\n"
        "10 \"lmp-mpi/none\" doesn't exist\nend\n",
        replies("\nFLY x\nGET\nINPUT urgent lmp-mpi/label\nINPUT high lmp-mpi/none\nBEGINBLOCK\n"
                "SETTITLE lmp-mpi/none\nINFO lmp-mpi/none\nSTOP\n"));
  }
  void a_reply_is_one_line() {
    same("0 multiselect escape \n20 Unsupported command \"a\n", replies("CAPB escape\na\\nb\n"));
    same("0 value set\n0 \n", replies("SET lmp-mpi/label\nGET lmp-mpi/label\n"));
  }
  void in_the_users_language() {
    question("tongue", "select", "one", {"one", "two"}, "Which?", "Long.");
    auto& fields = lmp_.questions.back().fields;
    fields["description-ja.utf-8"] = "どれ？";
    fields["choices-ja.utf-8"] = "一つ, 二つ";
    options_.languages = language_endings("", "ja_JP.UTF-8");
    same("two", answers("INPUT high lmp-mpi/tongue\nGO\n", "二つ\n").at("tongue"));
    same("\nConfiguring lmp-mpi\n-------------------\n\nLong.\n\n  1. 一つ *\n  2. 二つ\n\nどれ？ [一つ] ",
         shown_.str());
    same("0 どれ？\n0 Which?\n0 one, two\n",
         replies("METAGET lmp-mpi/tongue description\nMETAGET lmp-mpi/tongue description-de\n"
                 "METAGET lmp-mpi/tongue choices-c\n"));
    options_.languages = language_endings("", "de_DE.UTF-8");
    same("0 Which?\n", replies("METAGET lmp-mpi/tongue description\n"));
    options_.languages = language_endings("fr:ja", "C");
    same("0 どれ？\n", replies("METAGET lmp-mpi/tongue description\n"));
  }
  void a_person_who_never_answers() {
    try {
      answers("INPUT high lmp-mpi/debug\nGO\n", many("perhaps\n"));
      CPPUNIT_FAIL("answered");
    } catch (const Error& error) {
      same("100 answers to 'debug', and none of them is one", error.what());
    }
  }
  static std::string many(const std::string& line) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += line;
    return text;
  }
  void an_input_that_ends() {
    try {
      answers("INPUT high lmp-mpi/label\nGO\n", "");
      CPPUNIT_FAIL("answered");
    } catch (const Error& error) {
      same("there is no answer to 'label': the input has ended", error.what());
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FrontEndTest);
