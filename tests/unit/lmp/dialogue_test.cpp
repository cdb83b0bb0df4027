#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

#include "base/text.hpp"
#include "lmp/front_end/questions.hpp"
#include "lmp/front_end/whiptail_dialogue.hpp"
#include "lmp/front_end/wrapping.hpp"

using namespace lucie;
using namespace lucie::lmp;

/// What is drawn on a terminal, without one.
class DialogueTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DialogueTest);
  CPPUNIT_TEST(columns_of_letters);
  CPPUNIT_TEST(lines_of_a_text);
  CPPUNIT_TEST(endings_of_fields);
  CPPUNIT_TEST(a_menu_of_whiptail);
  CPPUNIT_TEST(other_questions_of_whiptail);
  CPPUNIT_TEST(a_small_terminal);
  CPPUNIT_TEST(answers_of_whiptail);
  CPPUNIT_TEST_SUITE_END();

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  static std::string words(const Prompt& prompt, int columns = 80, int lines = 24) {
    return base::join(whiptail_words(prompt, columns, lines), "|");
  }
  Prompt menu_{.name = "flavour",
               .type = "select",
               .title = "T",
               .summary = "Which?",
               .description = "Long.",
               .choices = {"a", "-b"},
               .labels = {"A", "-B"},
               .value = "-b"};

 public:
  void columns_of_letters() {
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, columns("abc"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, columns("äöü"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{6}, columns("日本語"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, columns("e\u0301"));
  }
  void lines_of_a_text() {
    same("one two|three|  as it  stands||four",
         base::join(wrapped("one two three\n  as it  stands\n\nfour", 8), "|"));
    same("日本語|の文で|す", base::join(wrapped("日本語の文です", 7), "|"));
    same("averylongword|x", base::join(wrapped("averylongword x", 5), "|"));
    same("", base::join(wrapped("", 5), "|"));
  }
  void endings_of_fields() {
    same("ja_jp.utf-8 ja_jp ja.utf-8 ja", base::join(language_endings("", "ja_JP.UTF-8"), " "));
    same("c", base::join(language_endings("", ""), " "));
    same("c", base::join(language_endings("", "POSIX"), " "));
    same("de fr c.utf-8 c", base::join(language_endings("de:fr", "C.UTF-8"), " "));
    same("sr@latin sr", base::join(language_endings("", "sr@latin"), " "));
  }
  void a_menu_of_whiptail() {
    same(
        "--title|T|--backtitle||--nocancel|--notags|--default-item|2|--menu|--|Long.\n\nWhich?|13|38|2|"
        "1|A|2|-B",
        words(menu_));
    menu_.may_go_back = true;
    menu_.value = "none of them";
    menu_.backtitle = "B";
    same("--title|T|--backtitle|B|--cancel-button|Back|--notags|--menu|--|Long.\n\nWhich?|13|38|2|1|A|2|-B",
         words(menu_));
  }
  void other_questions_of_whiptail() {
    same("--title|T|--backtitle||--nocancel|--defaultno|--yesno|--|Sure?|8|38",
         words({.type = "boolean", .title = "T", .summary = "Sure?", .value = "false"}));
    same("--title|T|--backtitle||--nocancel|--inputbox|--|Name:|9|38|--x",
         words({.type = "string", .title = "T", .summary = "Name:", .value = "--x"}));
    same("--title|T|--backtitle||--nocancel|--msgbox|--|Read.|8|38",
         words({.type = "note", .title = "T", .summary = "Read."}));
    menu_.type = "multiselect";
    menu_.value = "a";
    same(
        "--title|T|--backtitle||--nocancel|--notags|--separate-output|--checklist|--|Long.\n\nWhich?|13|38|2|"
        "1|A|on|2|-B|off",
        words(menu_));
  }
  void a_small_terminal() {
    menu_.choices = menu_.labels = std::vector<std::string>(40, "x");
    const auto few = whiptail_words(menu_, 60, 20);
    CPPUNIT_ASSERT_EQUAL(std::string("18"), few[few.size() - 83]);  // height
    CPPUNIT_ASSERT_EQUAL(std::string("7"), few[few.size() - 81]);   // lines of the list
    const auto note =
        whiptail_words({.type = "note", .title = "T", .description = std::string(3000, 'x') + " y"}, 40, 13);
    CPPUNIT_ASSERT(std::find(note.begin(), note.end(), "--scrolltext") == note.end());
    std::string lines;
    for (int i = 0; i < 50; ++i) lines += "x\n";
    const auto tall = whiptail_words({.type = "note", .title = "T", .description = lines}, 40, 13);
    CPPUNIT_ASSERT(std::find(tall.begin(), tall.end(), "--scrolltext") != tall.end());
    CPPUNIT_ASSERT_EQUAL(std::string("11"), tall[tall.size() - 2]);
  }
  void answers_of_whiptail() {
    same("-b", whiptail_answer(menu_, 0, "2"));
    same("", whiptail_answer(menu_, 0, "9"));
    menu_.type = "multiselect";
    same("a, -b", whiptail_answer(menu_, 0, "1\n2\n"));
    same("", whiptail_answer(menu_, 0, ""));
    same("true", whiptail_answer({.type = "boolean"}, 0, ""));
    same("false", whiptail_answer({.type = "boolean"}, 1, ""));
    same("two words", whiptail_answer({.type = "string"}, 0, "two words"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DialogueTest);
