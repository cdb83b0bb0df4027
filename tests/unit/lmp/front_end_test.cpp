#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

#include "base/error.hpp"
#include "lmp/front_end/protocol.hpp"

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
  CPPUNIT_TEST(without_a_dialogue_nothing_is_asked);
  CPPUNIT_TEST(values_flags_and_fields);
  CPPUNIT_TEST(filled_in_choices);
  CPPUNIT_TEST(escaped_values);
  CPPUNIT_TEST(further_questions);
  CPPUNIT_TEST(wrong_commands_get_their_code);
  CPPUNIT_TEST(an_input_that_ends);
  CPPUNIT_TEST_SUITE_END();

  metapackage::Lmp lmp_;
  std::ostringstream shown_;

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  void question(const std::string& name, const std::string& type, const std::string& standard,
                const std::vector<std::string>& choices, const std::string& summary,
                const std::string& description = {}) {
    lmp_.questions.push_back({name, type, standard, choices, summary, description, {}});
  }
  /// Sends the commands and gives the replies, one a line.
  static std::string replies(DebconfProtocol& protocol, const std::string& commands) {
    std::istringstream lines(commands);
    std::string text;
    for (std::string line; std::getline(lines, line);) text += protocol.reply(line).value_or("end") + "\n";
    return text;
  }
  /// The answers after all commands when a person types `said`.
  Answers answers(const std::string& commands, const std::string& said, const Answers& known = {}) {
    std::istringstream input(said);
    shown_.str("");
    TextDialogue dialogue(input, shown_, 40);
    DebconfProtocol protocol(lmp_, known, &dialogue);
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
    std::istringstream input("<\n");
    TextDialogue dialogue(input, shown_);
    DebconfProtocol protocol(lmp_, {}, &dialogue);
    same("0 multiselect escape backup\n0 question will be asked\n30 backup\n0 mpich\n",
         replies(protocol, "CAPB backup\nINPUT high lmp-mpi/flavour\nGO\nGET lmp-mpi/flavour\n"));
  }
  void without_a_dialogue_nothing_is_asked() {
    DebconfProtocol protocol(lmp_, {{"label", "kept"}}, nullptr);
    same("30 question skipped\n0 ok\n0 mpich\n0 kept\n0 false\n",
         replies(protocol,
                 "INPUT critical lmp-mpi/flavour\nGO\nGET lmp-mpi/flavour\nGET lmp-mpi/label\n"
                 "VISIBLE high lmp-mpi/label\n"));
  }
  void values_flags_and_fields() {
    DebconfProtocol protocol(lmp_, {}, nullptr);
    same("0 2.1\n30 Version 3.0 is not spoken here, only 2.1\n",
         replies(protocol, "VERSION 2.0\nVERSION 3.0\n"));
    same("0 value set\n0 two words\n0\n0 \n",
         replies(protocol,
                 "SET lmp-mpi/label two words\nGET lmp-mpi/label\nRESET lmp-mpi/label\n"
                 "GET lmp-mpi/label\n"));
    same("0 false\n0 true\n0 true\n",
         replies(protocol,
                 "FGET lmp-mpi/label seen\nFSET lmp-mpi/label seen true\nFGET lmp-mpi/label seen\n"));
    same("0 select\n0 mpich, openmpi, openmpi-old\n0 MPI implementation:\n10 colour does not exist\n",
         replies(protocol,
                 "METAGET lmp-mpi/flavour Type\nMETAGET lmp-mpi/flavour choices\n"
                 "METAGET lmp-mpi/flavour description\nMETAGET lmp-mpi/flavour colour\n"));
    same("0 true\n0 false\n", replies(protocol, "EXIST lmp-mpi/label\nEXIST lmp-mpi/labels\n"));
  }
  void filled_in_choices() {
    question("disk", "select", "", {"${disks}"}, "Disk of ${host}:");
    const Answers given = answers(
        "SUBST lmp-mpi/disk disks sda, sdb\nSUBST lmp-mpi/disk host here\nINPUT high lmp-mpi/disk\nGO\n",
        "\n2\n");
    same("sdb", given.at("disk"));
    CPPUNIT_ASSERT(shown_.str().find("Disk of here:") != std::string::npos);
  }
  void escaped_values() {
    DebconfProtocol protocol(lmp_, {}, nullptr);
    same("0 multiselect escape backup\n0 value set\n1 a\\nb \\\\\n",
         replies(protocol, "CAPB escape\nSET lmp-mpi/label a\\nb\\ \\\\\nGET lmp-mpi/label\n"));
    replies(protocol, "CAPB\n");
    same("0 a\n", replies(protocol, "GET lmp-mpi/label\n"));
  }
  void further_questions() {
    DebconfProtocol protocol(lmp_, {}, nullptr);
    same("0\n0 value set\n0 x\n0\n10 lmp-mpi/label-2 doesn't exist\n",
         replies(protocol,
                 "REGISTER lmp-mpi/label lmp-mpi/label-2\nSET lmp-mpi/label-2 x\n"
                 "GET lmp-mpi/label-2\nUNREGISTER lmp-mpi/label-2\nGET lmp-mpi/label-2\n"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, protocol.answers().size());
  }
  void wrong_commands_get_their_code() {
    DebconfProtocol protocol(lmp_, {}, nullptr);
    same(
        "20 Bad line \"\"\n20 Unsupported command \"fly\"\n20 Incorrect number of arguments\n"
        "20 \"urgent\" is not a valid priority\n10 lmp-mpi/none doesn't exist\n0\n",
        replies(protocol, "\nFLY\nGET\nINPUT urgent lmp-mpi/label\nINPUT high lmp-mpi/none\nBEGINBLOCK\n"));
    CPPUNIT_ASSERT(!protocol.reply("STOP").has_value());
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
