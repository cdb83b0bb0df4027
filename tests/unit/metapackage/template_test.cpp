#include "metapackage/template.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "lmp_tree.hpp"

using namespace lucie;
using namespace lucie::metapackage;

class TemplateTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TemplateTest);
  CPPUNIT_TEST(names_stand_for_values);
  CPPUNIT_TEST(literal_marks);
  CPPUNIT_TEST(loops_go_over_lists);
  CPPUNIT_TEST(named_groups_and_nested_loops);
  CPPUNIT_TEST(conditions);
  CPPUNIT_TEST(control_lines_vanish);
  CPPUNIT_TEST(answers);
  CPPUNIT_TEST(last_line_without_newline_and_carriage_returns);
  CPPUNIT_TEST(unknown_names_are_faults);
  CPPUNIT_TEST(wrong_forms_are_faults);
  CPPUNIT_TEST(what_a_host_lacks_is_a_fault);
  CPPUNIT_TEST(deep_templates_are_refused);
  CPPUNIT_TEST(loops_that_multiply_are_ended);
  CPPUNIT_TEST(few_of_many_faults_are_told);
  CPPUNIT_TEST_SUITE_END();

  config::Compiled compiled_ = small_cluster();
  std::map<std::string, std::string> answers_ = {{"flavour", "openmpi"}, {"utc", "no"}};

  std::string expand(const std::string& text, const std::string& host = "cnode00") {
    std::vector<Fault> faults;
    const Template parsed(text, "t.in", faults);
    parsed.check({"flavour", "utc"}, faults);
    CPPUNIT_ASSERT_EQUAL(std::string(), render_faults(faults));
    const std::string content =
        parsed.expand({compiled_.cluster, *compiled_.cluster.host(host), answers_}, faults);
    CPPUNIT_ASSERT_EQUAL(std::string(), render_faults(faults));
    return content;
  }
  std::string faults_of(const std::string& text) {
    std::vector<Fault> faults;
    const Template parsed(text, "t.in", faults);
    parsed.check({"flavour", "utc"}, faults);
    return render_faults(faults);
  }
  std::string lacking(const std::string& text, const std::string& host) {
    std::vector<Fault> faults;
    const Template parsed(text, "t.in", faults);
    parsed.expand({compiled_.cluster, *compiled_.cluster.host(host), answers_}, faults);
    return render_faults(faults);
  }
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void names_stand_for_values() {
    same("cnode00 192.168.10.1 r1 192.168.10.254 debian-12 cnode00 nodes\n",
         expand("@{host.name} @{host.address} @{host._rack} @{lucie_group.gateway} @{ installer.target } "
                "@{host} @{host_group.name}\n"));
    same("base, ssh; 192.168.0.3; 192.168.0.2, 192.168.0.3; ",
         expand("@{host.services}; @{lucie_group.dns2}; @{lucie_group.dns}; @{lucie_group.dns3}"));
  }
  void literal_marks() { same("@{host.name} @ {x} a@b.c @@{x", expand("@@{host.name} @ {x} a@b.c @@@{x")); }
  void loops_go_over_lists() {
    same("192.168.10.1 cnode00\n192.168.10.2 cnode01\n",
         expand("@{for h in host_group.hosts}\n@{h.address} @{h.name}\n@{end}\n"));
    same("[192.168.0.2][192.168.0.3]", expand("@{for d in lucie_group.dns}[@{d}]@{end}"));
    same("", expand("@{for d in lucie_group.ntp}[@{d}]@{end}"));
  }
  void named_groups_and_nested_loops() {
    same("nodes:cnode00,cnode01,;",
         expand("@{for g in host.groups}@{g.name}:@{for h in g.hosts}@{h},@{end};@{end}"));
    same("cnode00 cnode01 ", expand("@{for h in host_group.nodes.hosts}@{h.name} @{end}", "gw"));
    same("cnode00 cnode01 gw ", expand("@{for h in lucie_group.hosts}@{h} @{end}", "gw"));
  }
  void conditions() {
    same("yes", expand("@{if host._rack == r1}yes@{else}no@{end}"));
    same("no", expand("@{if host._rack != \"r1\"}yes@{else}no@{end}"));
    same("self other ", expand("@{for h in host_group.hosts}@{if h.name == host.name}self@{else}other@{end} "
                               "@{end}"));
    same("none", expand("@{if lucie_group.ntp}some@{else}none@{end}"));
    same("no rack", expand("@{if host._rack}rack@{else}no rack@{end}", "cnode01"));
    same("a host.name", expand("@{if host.name == \"host.name\"}@{else}a @{end}host.name"));
  }
  void control_lines_vanish() {
    same("a\n  text\nb\n", expand("a\n  @{if host.name}  \n  text\n\t@{end}\r\nb\n"));
    same("x\n", expand("@{if host.name}@{if host.address}\nx\n@{end}@{end}\n"));
    same("x cnode00\n", expand("@{if host.name}x @{host.name}@{end}\n"));
    same("cnode00\n", expand("@{host.name}\n"));
  }
  void answers() {
    same("openmpi", expand("@{if answer.utc}utc@{else}@{answer.flavour}@{end}"));
    std::vector<Fault> faults;
    const Template uses_both("@{if answer.x == answer.y}@{end}@{host.name}", "t", faults);
    CPPUNIT_ASSERT((uses_both.answers_used() == std::set<std::string>{"x", "y"}));
    CPPUNIT_ASSERT(Template("@{host.name} answer.x", "t", faults).answers_used().empty());
  }
  void last_line_without_newline_and_carriage_returns() {
    same("a\r\ncnode00", expand("a\r\n@{host.name}"));
    same("", expand(""));
  }
  void unknown_names_are_faults() {
    same("t.in:2:5: error: unknown name 'host.adress' in a template\nhint: did you mean 'host.address'?\n",
         faults_of("x\nab@{host.adress}\n"));
    same("t.in:1:3: error: unknown name 'hots.name' in a template\nhint: did you mean 'host.name'?\n",
         faults_of("@{hots.name}"));
    same(
        "t.in:1:16: error: unknown name 'lucie_group.gatway' in a template\nhint: did you mean "
        "'lucie_group.gateway'?\n",
        faults_of("@{if host._a}@{lucie_group.gatway}@{end}"));
    same(
        "t.in:1:3: error: unknown name 'answer.flavor' in a template\nhint: did you mean "
        "'answer.flavour'?\n",
        faults_of("@{answer.flavor}"));
    same("t.in:1:44: error: unknown name 'h.addres' in a template\nhint: did you mean 'h.address'?\n",
         faults_of("@{for h in host_group.hosts}@{if h.name == h.addres}@{end}@{end}"));
    same("t.in:1:12: error: 'host.name' is no list\n", faults_of("@{for h in host.name}@{end}"));
  }
  void wrong_forms_are_faults() {
    same("t.in:1:1: error: 'for' without an 'end'\nhint: close it with '@{end}'\n",
         faults_of("@{for h in host_group.hosts}\n"));
    same("t.in:1:1: error: 'end' without a 'for' or 'if'\n", faults_of("@{end}"));
    same("t.in:1:29: error: 'else' without an 'if'\n",
         faults_of("@{for h in host_group.hosts}@{else}@{end}"));
    same("t.in:1:3: error: '@{' is not closed on its line\nhint: write '@@{' for a literal '@{'\n",
         faults_of("a @{host.name\n}"));
    same("t.in:1:1: error: empty '@{}'\nhint: write '@@{' for a literal '@{'\n", faults_of("@{}"));
    CPPUNIT_ASSERT(faults_of("@{if a b}@{end}").find("a condition is written") != std::string::npos);
    CPPUNIT_ASSERT(faults_of("@{for h host}@{end}").find("a loop is written") != std::string::npos);
    CPPUNIT_ASSERT(faults_of("@{host.name foo}").find("'foo' is not expected") != std::string::npos);
  }
  void what_a_host_lacks_is_a_fault() {
    same(
        "t.in:1:3: error: host 'cnode01' has no attribute '_rack'\n"
        "hint: define '_rack' there, or ask '@{if …}' first\n",
        lacking("@{host._rack}", "cnode01"));
    same(
        "t.in:1:12: error: host 'gw' is in 0 host groups, so 'host_group' does not say which\n"
        "hint: name it as host_group.NAME.hosts, or go over host.groups\n",
        lacking("@{for h in host_group.hosts}@{end}", "gw"));
    same("t.in:1:12: error: unknown host group 'nods'\nhint: did you mean 'nodes'?\n",
         lacking("@{for h in host_group.nods.hosts}@{end}", "gw"));
  }

  static std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  }
  void deep_templates_are_refused() {
    const auto nested = [](int deep) {
      return repeated("@{if host.name}\n", deep) + repeated("@{end}\n", deep);
    };
    same("", faults_of(nested(100)));
    same("t.in:101:1: error: 'if' stands more than 100 deep in others\n", faults_of(nested(101)));
    same("t.in:101:1: error: 'if' stands more than 100 deep in others\n", faults_of(nested(500'000)));
  }
  void loops_that_multiply_are_ended() {
    const auto nested = [](const std::string& body) {
      std::string text;
      for (const char name : std::string("abcdefghijklmnopqrstuvwxyz"))
        text += std::string("@{for ") + name + " in lucie_group.hosts}\n";
      return text + body + repeated("@{end}", 26);
    };
    for (const std::string& body : {std::string(), std::string(1 << 20, 'x')}) {
      const std::string told = lacking(nested(body), "gw");
      CPPUNIT_ASSERT_MESSAGE(
          told, told.find(":1: error: it makes a file of more than 67108864 bytes, or goes "
                          "through more than 2000000 steps\nhint: each loop ") != std::string::npos);
      CPPUNIT_ASSERT_EQUAL_MESSAGE("one fault", told.find("error"), told.rfind("error"));
    }
  }
  void few_of_many_faults_are_told() {
    const std::string text = repeated("@{host._rack}", 5000);
    std::vector<Fault> faults;
    Template(text, "t.in", faults)
        .expand({compiled_.cluster, *compiled_.cluster.host("gw"), answers_}, faults);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1001}, faults.size());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TemplateTest);
