#include <cppunit/extensions/HelperMacros.h>

#include "cluster_of.hpp"
#include "config/block.hpp"

using namespace lucie;
using namespace lucie::config;

class DefinitionTextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DefinitionTextTest);
  CPPUNIT_TEST(blocks_and_attributes_have_their_places);
  CPPUNIT_TEST(quotes_keep_blanks_commas_and_comment_signs);
  CPPUNIT_TEST(comments_begin_after_a_blank_only);
  CPPUNIT_TEST(backslash_joins_lines_and_places_stay_right);
  CPPUNIT_TEST(carriage_returns_and_a_byte_order_mark_are_taken);
  CPPUNIT_TEST(null_and_plus_are_meant_only_without_quotes);
  CPPUNIT_TEST(includes_are_read_in_the_order_of_their_names);
  CPPUNIT_TEST(a_folder_with_brackets_is_no_pattern);
  CPPUNIT_TEST(bytes_that_are_no_text_are_told_by_line);
  CPPUNIT_TEST_SUITE_END();

  /// The value of attribute `key` of the only block.
  static Attribute attribute_of(const std::string& line) {
    const Text text = parse_text("define host{\n" + line + "\n}\n", "x.conf");
    CPPUNIT_ASSERT_EQUAL(std::string(), messages(text.faults));
    return text.blocks.at(0).attributes.at(0);
  }
  static std::string items_of(const Attribute& attribute) {
    std::string text;
    for (const Item& item : attribute.items()) {
      text += "<" + item.text + ">" + std::to_string(item.position.line) + ":" +
              std::to_string(item.position.column);
    }
    return text;
  }

 public:
  void blocks_and_attributes_have_their_places() {
    const Text text = parse_text("\n  define  host_group {   # c\n\tmembers \t a, b  \n  }\n", "x.conf");
    CPPUNIT_ASSERT_EQUAL(std::string(), messages(text.faults));
    const Block& block = text.blocks.at(0);
    CPPUNIT_ASSERT_EQUAL(std::string("host_group"), block.type);
    CPPUNIT_ASSERT(block.position == (Position{"x.conf", 2, 11}));
    const Attribute& attribute = block.attributes.at(0);
    CPPUNIT_ASSERT_EQUAL(std::string("a, b"), attribute.value);
    CPPUNIT_ASSERT(attribute.key_position == (Position{"x.conf", 3, 2}));
    CPPUNIT_ASSERT(attribute.value_position == (Position{"x.conf", 3, 12}));
    CPPUNIT_ASSERT_EQUAL(std::string("<a>3:12<b>3:15"), items_of(attribute));
  }
  void quotes_keep_blanks_commas_and_comment_signs() {
    const Attribute whole = attribute_of(R"(alias " a # b, \"c\" \\ \n ")");
    CPPUNIT_ASSERT_EQUAL(std::string(R"( a # b, "c" \ \n )"), whole.value);
    CPPUNIT_ASSERT(whole.quoted);
    const Attribute part = attribute_of(R"(keys "a, b" , c" ; d")");
    CPPUNIT_ASSERT(!part.quoted);
    CPPUNIT_ASSERT_EQUAL(std::string("<a, b>2:7<c ; d>2:15"), items_of(part));
    const Attribute empty = attribute_of(R"(alias "")");
    CPPUNIT_ASSERT(empty.quoted && empty.value.empty());
  }
  void comments_begin_after_a_blank_only() {
    CPPUNIT_ASSERT_EQUAL(std::string("a#b;c"), attribute_of("alias a#b;c # no").value);
    CPPUNIT_ASSERT_EQUAL(std::string("a"), attribute_of("alias a ; no # no").value);
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, parse_text("#define host{\n;}\n", "x").blocks.size());
    // A comment ends with its line, whatever it ends with.
    CPPUNIT_ASSERT_EQUAL(std::string("x"), attribute_of("# c \\\nalias x").value);
  }
  void backslash_joins_lines_and_places_stay_right() {
    const Attribute attribute = attribute_of("members a, \\\n   b,\\\nc\\d \\\n");
    CPPUNIT_ASSERT_EQUAL(std::string("a,    b,c\\d"), attribute.value);
    CPPUNIT_ASSERT_EQUAL(std::string("<a>2:9<b>3:4<c\\d>4:1"), items_of(attribute));
    CPPUNIT_ASSERT_EQUAL(std::string("1:14 a '\\' joins the next line, but the text ends here"
                                     "|1:8 this block of type 'host' is not closed"),
                         [] {
                           auto faults = parse_text("define host{ \\", "x").faults;
                           return messages(faults);
                         }());
  }
  void carriage_returns_and_a_byte_order_mark_are_taken() {
    const Text text = parse_text(
        "\xEF\xBB\xBF"
        "define host{\r\nalias a \\\r\n b\r\n}\r\n",
        "x");
    CPPUNIT_ASSERT_EQUAL(std::string(), messages(text.faults));
    CPPUNIT_ASSERT_EQUAL(std::string("a  b"), text.blocks.at(0).find("alias")->value);
  }
  void null_and_plus_are_meant_only_without_quotes() {
    CPPUNIT_ASSERT(attribute_of("installer null").is_null());
    CPPUNIT_ASSERT(!attribute_of("installer \"null\"").is_null());
    CPPUNIT_ASSERT(attribute_of("services +a, b").adds());
    CPPUNIT_ASSERT(!attribute_of("services \"+a\"").adds());
    CPPUNIT_ASSERT_EQUAL(std::string("<a>2:12<b>2:15"), items_of(attribute_of("services + a, b")));
  }
  void includes_are_read_in_the_order_of_their_names() {
    const base::TemporaryDirectory folder("config-test");
    std::filesystem::create_directory(folder.path() / "d");
    for (const char* name : {"b", "a", "B", "10", "9"}) {
      base::write_file(folder.path() / "d" / (std::string(name) + ".conf"),
                       "define " + std::string(name) + "{\n}\n");
    }
    base::write_file(folder.path() / "d/unread.txt", "define no{\n}\n");
    base::write_file(folder.path() / "x.conf", "include \"d/9.conf\"\ninclude d/*.conf\ndefine last{\n}\n");
    const Text text = read_text(folder.path() / "x.conf");
    CPPUNIT_ASSERT_EQUAL(std::string(), messages(text.faults));
    std::string types;
    for (const Block& block : text.blocks) types += block.type + " ";
    CPPUNIT_ASSERT_EQUAL(std::string("9 10 B a b last "), types);
    CPPUNIT_ASSERT_EQUAL((folder.path() / "d/a.conf").string(), text.blocks.at(3).position.file);
  }
  void a_folder_with_brackets_is_no_pattern() {
    const base::TemporaryDirectory folder("config-test");
    const auto inner = folder.path() / "a[1]*";
    std::filesystem::create_directory(inner);
    base::write_file(inner / "y.conf", "define host{\n}\n");
    base::write_file(inner / "x.conf", "include y*.conf\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read_text(inner / "x.conf").blocks.size());
  }
  void bytes_that_are_no_text_are_told_by_line() {
    const Text text = parse_text(
        "# Gr\xFC\xDF"
        "e\ndefine host{\n  alias \xC3\xBC\x80\n}\ndefine host{\n}\n",
        "x");
    CPPUNIT_ASSERT_EQUAL(std::string("1:5 a byte that is not UTF-8 text|3:11 a byte that is not UTF-8 text"),
                         messages(text.faults));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, text.blocks.size());
    const std::string zero("define host{\n  alias a\0b\n}\n", 26);
    CPPUNIT_ASSERT_EQUAL(std::string("2:10 a byte that is not UTF-8 text"),
                         messages(parse_text(zero, "x").faults));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DefinitionTextTest);
