#include "config/compiled.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cluster_of.hpp"

using namespace lucie;
using namespace lucie::config;
using std::string;

class CompiledTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CompiledTest);
  CPPUNIT_TEST(everything_comes_back);
  CPPUNIT_TEST(versions_count_up_and_current_points_at_the_last);
  CPPUNIT_TEST(what_is_no_compiled_cluster_is_refused);
  CPPUNIT_TEST(set_of_a_host_is_the_one_proved_for_it);
  CPPUNIT_TEST_SUITE_END();

  /// A cluster that uses every type of block.
  static Compiled example() {
    const ReadResult result = read_cluster(test_folder() / "everything.conf");
    CPPUNIT_ASSERT_EQUAL(string(), render_faults(result.faults) + render_faults(result.warnings));
    Compiled compiled{.version = 3, .made = "2026-11-23T04:25:01Z", .lock = "abc", .cluster = result.cluster};
    compiled.lmps["base"] = {"base", "1.0-1", "/var/lib/lucie/lmp/0123"};
    compiled.service_sets = {{"full",
                              {"base", "ssh"},
                              {"base", "ssh"},
                              {{"openssh-server", "1:9.2p1-2", "amd64"}},
                              {"openssh-server"}}};
    compiled.images = {{"full", "debian-12", "lucie", "nfsroot/full", "boot/vmlinuz", "boot/initrd.img",
                        "base/full.tar.zst", "0123", 5'000'000'000, "pool/debian-12"}};
    compiled.answers = result.cluster.answers;
    return compiled;
  }
  static string refusal(const string& text) {
    try {
      compiled_from_json(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "taken";
  }

 public:
  void everything_comes_back() {
    const string text = to_json(example());
    const Compiled back = compiled_from_json(text);
    CPPUNIT_ASSERT_EQUAL(text, to_json(back));
    CPPUNIT_ASSERT_EQUAL(3, back.version);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{5'000'000'000}, back.images.at(0).base_size);
    CPPUNIT_ASSERT(!back.cluster.disk_layout("plain")->partitions.at(1).most.has_value());
    CPPUNIT_ASSERT(back.cluster.installer("full")->timeouts.at("install") == std::chrono::minutes(30));
    for (const auto* part :
         {"interfaces", "host_groups", "datasets", "answers", "labs", "watches", "package_servers"}) {
      CPPUNIT_ASSERT_MESSAGE(part, text.find("\"" + string(part) + "\": []") == string::npos);
    }
  }
  void versions_count_up_and_current_points_at_the_last() {
    const base::TemporaryDirectory state("config-test");
    try {
      load_current(state.path());
      CPPUNIT_FAIL("loaded what is not there");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(string("run 'lucie-setup apply'"), error.fault().hint);
    }
    Compiled compiled = example();
    store_compiled(state.path(), compiled);
    CPPUNIT_ASSERT_EQUAL(1, compiled.version);
    compiled.lock = "def";
    store_compiled(state.path(), compiled);
    CPPUNIT_ASSERT_EQUAL(2, compiled.version);
    CPPUNIT_ASSERT_EQUAL(string("def"), load_current(state.path()).lock);
    CPPUNIT_ASSERT_EQUAL(std::filesystem::path("2.json"),
                         std::filesystem::read_symlink(state.path() / "cluster/current"));
    base::replace_symlink("1.json", state.path() / "cluster/current");  // as a rollback does
    CPPUNIT_ASSERT_EQUAL(string("abc"), load_current(state.path()).lock);
    store_compiled(state.path(), compiled);
    CPPUNIT_ASSERT_EQUAL(3, load_current(state.path()).version);
  }
  void what_is_no_compiled_cluster_is_refused() {
    CPPUNIT_ASSERT_EQUAL(string("compiled cluster of format 2, but this program knows format 1"),
                         refusal(R"({"version":2})"));
    const string text = to_json(example());
    for (const string& wrong : {string(), string("{}"), string("[]"), text.substr(0, text.size() / 2)}) {
      CPPUNIT_ASSERT(refusal(wrong).starts_with("this is no compiled cluster: "));
    }
  }
  void set_of_a_host_is_the_one_proved_for_it() {
    Compiled compiled;
    compiled.service_sets = {{.installer = "full", .services = {"a", "b", "c"}},
                             {.installer = "full", .services = {"a", "b"}},
                             {.installer = "repair", .services = {"a"}}};
    CPPUNIT_ASSERT_EQUAL(std::size_t{2},
                         compiled.set_of({.installer = "full", .services = {"a"}})->services.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{3},
                         compiled.set_of({.installer = "full", .services = {"c"}})->services.size());
    CPPUNIT_ASSERT(compiled.set_of({.installer = "full", .services = {"d"}}) == nullptr);
    CPPUNIT_ASSERT(compiled.set_of({.installer = "other"}) == nullptr);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompiledTest);
