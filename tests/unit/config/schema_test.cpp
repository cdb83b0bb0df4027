#include "config/schema.hpp"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

#include "base/text.hpp"
#include "cluster_of.hpp"
#include "config/block.hpp"
#include "config/value.hpp"

using namespace lucie;
using namespace lucie::config;
using std::string;

class SchemaTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SchemaTest);
  CPPUNIT_TEST(every_attribute_has_its_words);
  CPPUNIT_TEST(manual_page_names_every_type_and_attribute);
  CPPUNIT_TEST(manifest_s_manual_page_names_every_attribute);
  CPPUNIT_TEST(table_prints_itself);
  CPPUNIT_TEST(manifests_are_checked);
  CPPUNIT_TEST_SUITE_END();

  static string faults_of(const string& text) {
    const Text read = parse_text(text, "lmp.conf");
    std::vector<Fault> faults = read.faults;
    check_schema(read.blocks, manifest_types(), faults);
    return messages(faults);
  }

 public:
  void every_attribute_has_its_words() {
    for (const TypeSchema& type : schema()) {
      CPPUNIT_ASSERT(!type.doc.empty() && !type.attributes.empty());
      if (!type.identity.empty()) CPPUNIT_ASSERT(type.find(type.identity) != nullptr);
      for (const AttributeSchema& attribute : type.attributes) {
        const string name = string(type.type) + "." + string(attribute.key);
        CPPUNIT_ASSERT_MESSAGE(name, !attribute.doc.empty() && !attribute.doc.ends_with('.'));
        CPPUNIT_ASSERT_MESSAGE(name, !kind_syntax(attribute.kind).empty());
        CPPUNIT_ASSERT_MESSAGE(name, (attribute.kind == Kind::choice) == !attribute.choices.empty());
        CPPUNIT_ASSERT_MESSAGE(name, type.find(attribute.key) == &attribute);  // no key stands twice
      }
    }
  }
  void manual_page_names_every_type_and_attribute() {
    const string page = base::read_file(string(MANUAL_PAGES) + "/lucie.conf.5");
    for (const TypeSchema& type : schema()) {
      if (type.manifest) continue;
      const auto start = page.find(".Ss " + string(type.type) + "\n");
      CPPUNIT_ASSERT_MESSAGE(string(type.type), start != string::npos);
      const string section = page.substr(start, page.find("\n.S", start + 1) - start);
      for (const AttributeSchema& attribute : type.attributes) {
        const bool of_all_types =
            attribute.key == "use" || attribute.key == "register" || attribute.key == type.template_name;
        const string& place = of_all_types ? page : section;
        const string item = ".It Ic " + string(attribute.key);
        CPPUNIT_ASSERT_MESSAGE(
            string(type.type) + "." + string(attribute.key),
            place.find(item + "\n") != string::npos || place.find(item + " ") != string::npos);
      }
    }
  }
  void manifest_s_manual_page_names_every_attribute() {
    const string page = base::read_file(string(MANUAL_PAGES) + "/lmp.conf.5");
    const auto words = [&](const string& section) {
      string text = section;
      std::ranges::replace(text, '"', ' ');
      const auto all = base::split_words(text);
      return std::set<string>(all.begin(), all.end());
    };
    for (const TypeSchema& type : schema()) {
      if (!type.manifest) continue;
      const auto start = page.find(".SS " + string(type.type) + "\n");
      CPPUNIT_ASSERT_MESSAGE(string(type.type), start != string::npos);
      const auto named = words(page.substr(start, page.find("\n.S", start + 1) - start));
      for (const string& key : type.keys()) {
        CPPUNIT_ASSERT_MESSAGE(string(type.type) + "." + key, named.contains(key));
      }
    }
  }
  void table_prints_itself() {
    const string table = print_schema();
    CPPUNIT_ASSERT(
        table.find("host\taddress\tone\tan IPv4 address\t\tAddress in the network of the lucie_group\n") !=
        string::npos);
    CPPUNIT_ASSERT(table.find("lab\tfirmware\tone\tbios, uefi\tbios\tFirmware of a machine\n") !=
                   string::npos);
    CPPUNIT_ASSERT(table.find("disk_layout\tpartition\trepeats\t") != string::npos);
  }
  void manifests_are_checked() {
    CPPUNIT_ASSERT_EQUAL(
        string(),
        faults_of("define lmp{\nlmp_name mpi\nversion 1.2-1\nsummary MPI\nmaintainer A <a@example.org>\n"
                  "depends base because it sets the paths, ssh because it starts\n}\n"
                  "define package_list{\ntarget any\n}\n"
                  "define package_list{\ntarget debian-12\nwhen flavour = openmpi\npackages libstdc++6, "
                  "gcc-12:amd64\n}\n"
                  "define file{\npath /etc/munge/munge.key\nmode 0400\nowner munge:munge\nsecret yes\n}\n"));
    CPPUNIT_ASSERT_EQUAL(
        string("1:8 this block of type 'lmp' lacks 'summary'|1:8 this block of type 'lmp' lacks 'maintainer'"
               "|2:10 attribute 'lmp_name': 'Mpi' is not the name of an LMP: at least two of a-z 0-9 + . -"
               "|3:9 attribute 'version': 'v1' is not a version, as in 1.2-1"
               "|4:1 unknown attribute 'use' in a block of type 'lmp'"
               "|6:8 a block of type 'host' does not belong here"
               "|9:6 attribute 'path': 'etc/x' is not an absolute path"
               "|10:6 attribute 'mode': '9999' is not an octal mode, as in 0644"
               "|11:7 attribute 'owner': 'root' is not USER:GROUP"),
        [] {
          const Text read = parse_text(
              "define lmp{\nlmp_name Mpi\nversion v1\nuse x\n}\ndefine host{\n}\n"
              "define file{\npath etc/x\nmode 9999\nowner root\n}\n",
              "lmp.conf");
          std::vector<Fault> faults = read.faults;
          check_schema(read.blocks, manifest_types(), faults);
          sort_faults(faults);
          return messages(faults);
        }());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SchemaTest);
