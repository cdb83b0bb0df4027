#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

#include "rpm_repository.hpp"
#include "text_repository.hpp"
#include "universe/repomd.hpp"
#include "universe/rpm_index.hpp"

using namespace lucie;

namespace {

const char* packages =
    "setup 2.13-1\nfiles: /etc/hosts /etc/passwd\n\n"
    "bash 5.1-1 x86_64\nprovides: /bin/sh\nfiles: /usr/bin/bash /usr/bin/sh\nrequires: setup\n\n"
    "glibc 2.34-1 x86_64\nfiles: /lib64/ld.so /etc/ld.so.conf\n\n"
    "glibc 2.34-1 i686\n\n"
    "nice 1-1\n\n"
    "perl 5.32-1 x86_64\nfiles: /usr/bin/perl\nrequires: /bin/sh\n\n"
    "tool 1-1\nrequires: /usr/bin/perl, /usr/share/magic\n\n"
    "magic 3-1\nfiles: /usr/share/magic\n\n"
    "lone 1-1\nrequires: /usr/bin/nothing\n\n"
    "lang 1-1\nrequires: (lang-de if german), (big or small)\n\n"
    "german 1-1\n\n"
    "lang-de 1-1\nconflicts: english\n\n"
    "english 1-1\n\n"
    "big 2-1\n\n"
    "small 1-1\nconflicts: big >= 2\n\n"
    "both 1-1\nrequires: (big and small)\n\n"
    "old 1-1\n\n"
    "new 1-1\nobsoletes: old < 2\n\n"
    "tilde 1.0~rc1-1\n\n"
    "tilde 1.0-1\n\n"
    "wants 1-1\nrequires: tilde > 1.0";

}  // namespace

class RpmTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RpmTest);
  CPPUNIT_TEST(base_set_of_the_group);
  CPPUNIT_TEST(base_set_without_groups);
  CPPUNIT_TEST(files_are_dependencies);
  CPPUNIT_TEST(rich_dependencies);
  CPPUNIT_TEST(rich_dependencies_in_pairs);
  CPPUNIT_TEST(reasons_in_rpms_words);
  CPPUNIT_TEST(versions_and_architectures);
  CPPUNIT_TEST(owners_of_files);
  CPPUNIT_TEST(identity_is_that_of_the_indices);
  CPPUNIT_TEST(several_servers);
  CPPUNIT_TEST(broken_indices);
  CPPUNIT_TEST(broken_repomd);
  CPPUNIT_TEST(comps_and_checksums);
  CPPUNIT_TEST_SUITE_END();

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  static std::string closure(const universe::Universe& universe, const std::vector<std::string>& names) {
    const auto verdict = universe.solve(names);
    return verdict.installable ? shown(verdict.packages) : chain(verdict);
  }
  /// The message and hint that opening gives.
  static std::string trouble(const RpmRepository& repository) {
    try {
      repository.open();
    } catch (const Error& error) {
      std::string text = error.what();
      const std::string place = repository.path().string();
      for (auto at = text.find(place); at != std::string::npos; at = text.find(place))
        text.replace(at, place.size(), "");
      return text + (error.fault().hint.empty() ? "" : " | " + error.fault().hint);
    }
    return "opened";
  }
  static std::string trouble_of(const std::string& text) {
    try {
      universe::parse_repomd(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "read";
  }

 public:
  void base_set_of_the_group() {
    const RpmRepository repository(packages, {"setup", "bash", "absent"});
    const auto universe = repository.open();
    same("bash setup", base::join(universe.base_set(), " "));
    same("bash 5.1-1, setup 2.13-1", closure(universe, {}));
  }
  void base_set_without_groups() {
    const RpmRepository repository(packages);
    same("bash glibc setup", base::join(repository.open().base_set(), " "));
  }
  void files_are_dependencies() {
    const RpmRepository repository(packages, {"setup"});
    const auto universe = repository.open();
    same("bash 5.1-1, magic 3-1, perl 5.32-1, setup 2.13-1, tool 1-1", closure(universe, {"tool"}));
    same("lone was asked for\nlone 1-1 depends on /usr/bin/nothing, but no package provides it\n",
         closure(universe, {"lone"}));
  }
  void rich_dependencies() {
    const RpmRepository repository(packages, {"setup"});
    const auto universe = repository.open();
    same("big 2-1, lang 1-1, setup 2.13-1", closure(universe, {"lang"}));
    same("big 2-1, german 1-1, lang 1-1, lang-de 1-1, setup 2.13-1", closure(universe, {"lang", "german"}));
    CPPUNIT_ASSERT(universe.solve({"lang", "english"}).installable);
    CPPUNIT_ASSERT(!universe.solve({"lang", "english", "german"}).installable);
    CPPUNIT_ASSERT(!universe.solve({"both"}).installable);
  }
  void rich_dependencies_in_pairs() {
    const RpmRepository repository(packages, {"setup"});
    auto universe = repository.open();
    const auto compared =
        universe.compare_pairs({{{"lang", "german"}, 0}, {{"english"}, 1}, {{"tool"}, 2}, {{"small"}, 3}});
    for (const auto& pair : compared.exclusive) {
      if (pair.left == 0) CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pair.right);
    }
    CPPUNIT_ASSERT(std::ranges::count(compared.exclusive, 0U, &universe::ExclusivePair::left) == 1);
    const auto whole = repository.open();
    same(closure(whole, {"lang", "german", "tool"}), closure(universe, {"lang", "german", "tool"}));
    universe.prepare({"both", "tool"});
    // "(big and small)" needs each of them: both must be in what was prepared.
    same(
        "both was asked for\nboth 1-1 depends on (big and small)\nsmall 1-1 conflicts with big >= 2: big "
        "2-1\n",
        chain(universe.solve({"both", "tool"})));
  }
  void reasons_in_rpms_words() {
    const RpmRepository repository(packages, {"setup"});
    const auto universe = repository.open();
    same(
        "wants was asked for\nwants 1-1 depends on tilde > 1.0, but no package provides it (there is tilde "
        "1.0-1)\n",
        closure(universe, {"wants"}));
    same("big was asked for\nsmall was asked for\nsmall 1-1 conflicts with big >= 2: big 2-1\n",
         closure(universe, {"big", "small"}));
    same("new was asked for\nold was asked for\nnew 1-1 replaces old < 2: old 1-1\n",
         closure(universe, {"new", "old"}));
  }
  void versions_and_architectures() {
    const RpmRepository repository(packages, {"setup"});
    const auto universe = repository.open();
    same("1.0-1", universe.candidate("tilde")->version);
    same("x86_64", universe.candidate("glibc")->architecture);
    const auto package = universe.candidate("bash");
    same("Packages/bash-5.1-1.x86_64.rpm", package->file);
    same("file://" + repository.path().string() + "/Packages/bash-5.1-1.x86_64.rpm", package->uris.at(0));
    CPPUNIT_ASSERT_EQUAL(std::size_t{64}, package->sha256.size());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, package->size);
    CPPUNIT_ASSERT(universe.solve({"bash=5.1-1"}).installable);
    CPPUNIT_ASSERT(!universe.solve({"bash (>= 6)"}).installable);
  }
  void owners_of_files() {
    const RpmRepository repository(packages);
    auto universe = repository.open();
    const auto& contents = universe.contents();
    const auto owner = [&](const std::string& path) { return base::join(contents.file(path).packages, " "); };
    same("bash", owner("/bin/sh"));
    same("bash", owner("/usr/bin/sh"));
    same("setup", owner("/etc/hosts"));
    same("", owner("/usr/bin/awk"));  // Debian's alternative is none here
    CPPUNIT_ASSERT(contents.file("/etc/fstab").always);
    CPPUNIT_ASSERT(!contents.file("/etc/timezone").always);
    CPPUNIT_ASSERT(!universe.files_unknown("bash"));
  }
  void identity_is_that_of_the_indices() {
    RpmRepository repository(packages);
    const std::string first = repository.open().identity();
    same(first, repository.open().identity());
    repository.write(packages, {"setup"});
    const std::string second = repository.open().identity();
    CPPUNIT_ASSERT(first != second);
    CPPUNIT_ASSERT_EQUAL(std::size_t{64}, second.size());
    same("setup", base::join(repository.open().base_set(), " "));
  }
  void several_servers() {
    const RpmRepository one(packages), two("extra 1-1\nrequires: tool\n\nbash 9-1 x86_64\n");
    base::SilentReporter reporter;
    auto options = one.options();
    const std::vector<config::PackageServer> servers = {one.server("one"), two.server("two")};
    const auto universe = universe::open_universe("rocky-9", servers, options, reporter);
    same("one two", base::join(universe.servers(), " "));
    CPPUNIT_ASSERT(universe.solve({"extra"}).installable);
    same("9-1", universe.candidate("bash")->version);
    options.origins = {{"bash", "one"}};
    same("5.1-1", universe::open_universe("rocky-9", servers, options, reporter).candidate("bash")->version);
    auto apt = two.server("apt");
    apt.kind = "apt";
    try {
      universe::open_universe("rocky-9", {one.server("one"), apt}, options, reporter);
      CPPUNIT_FAIL("kinds were mixed");
    } catch (const Error& error) {
      same("package server 'apt' is of kind apt, but 'one' for the same target is of kind rpm-md",
           error.what());
    }
  }
  void broken_indices() {
    RpmRepository repository(packages);
    const std::string primary = base::read_file(repository.path() / "repodata/primary.xml");
    const std::string again = " | it is cut off or damaged; make the repository anew with createrepo_c";
    const auto with = [&](const std::string& type, const std::string& content) {
      repository.write(packages);
      repository.put(type, content);
      repository.write_repomd();
      const std::string found = trouble(repository);
      const std::string before = "package server 'rpms': file:///: ";
      CPPUNIT_ASSERT_MESSAGE(found, found.starts_with(before));
      return found.substr(before.size());
    };
    const std::string cut = with("primary", primary.substr(0, primary.size() / 2));
    CPPUNIT_ASSERT_MESSAGE(cut,
                           cut.starts_with("its primary index cannot be read: ") && cut.ends_with(again));
    same(
        "its primary index has no element 'metadata' | it is cut off, or no rpm-md at all; make the "
        "repository "
        "anew with createrepo_c",
        with("primary", "<html>Not here</html>"));
    same(
        "its filelists index has no element 'filelists' | it is cut off, or no rpm-md at all; make the "
        "repository anew with createrepo_c",
        with("filelists", ""));
    same(
        "its filelists index is of 1 packages, its primary index of 21 | they were not made together; make "
        "the "
        "repository anew with createrepo_c",
        with("filelists", "<filelists packages=\"1\"></filelists>"));
    std::string fewer = primary;
    fewer.replace(fewer.find("packages=\"21\""), 13, "packages=\"22\"");
    same("its primary index has 21 packages, but says 22 | make the repository anew with createrepo_c",
         with("primary", fewer));
    std::string two_lines = primary;
    two_lines.replace(two_lines.find("<name>bash<"), 11, "<name>ba\nsh<");
    same(
        "its primary index has a package 'ba\\x0ash', which is no name | it is damaged; make the repository "
        "anew with createrepo_c",
        with("primary", two_lines));
    same("its root element is 'html', not 'comps'", with("group", "<html/>"));
    // What is not as repomd.xml says.
    repository.write(packages);
    base::write_file(repository.path() / "repodata/primary.xml", primary + " ");
    CPPUNIT_ASSERT_MESSAGE(trouble(repository),
                           trouble(repository).find("bytes expected") != std::string::npos);
    CPPUNIT_ASSERT(!std::filesystem::exists(repository.options().cache / "universe/state.json"));
  }
  void broken_repomd() {
    RpmRepository repository(packages);
    repository.remove("filelists");
    repository.write_repomd();
    same(
        "package server 'rpms': file:///repodata/repomd.xml: it names no filelists, without which nobody "
        "knows "
        "which package has which file | make the repository anew with createrepo_c",
        trouble(repository));
    base::write_file(repository.path() / "repodata/repomd.xml", "<repomd><data");
    same("package server 'rpms': file:///repodata/repomd.xml: it is not XML (line 1)", trouble(repository));
    std::filesystem::remove(repository.path() / "repodata/repomd.xml");
    same("package server 'rpms': file:///repodata/repomd.xml: not found", trouble(repository));
    same("its root element is 'x', not 'repomd'", trouble_of("<x/>"));
    same("it is not XML (line 0)", trouble_of(""));
    const auto data = [](const std::string& checksum, const std::string& place) {
      return trouble_of("<repomd><data type=\"primary\">" + checksum + "<location href=\"" + place +
                        "\"/></data></repomd>");
    };
    const std::string sum = "<checksum type=\"sha256\">ab12</checksum>";
    same("read", data(sum, "repodata/p.xml"));
    for (const char* place : {"../x", "/etc/passwd", "", "a/../../b", "http://other/x"})
      CPPUNIT_ASSERT_MESSAGE(place, data(sum, place).starts_with("its primary has no usable place: '"));
    same("its primary has no checksum", data("", "repodata/p.xml"));
    same("its primary has no checksum", data("<checksum type=\"sha256\">../x</checksum>", "repodata/p.xml"));
  }
  void comps_and_checksums() {
    CPPUNIT_ASSERT(universe::parse_minimal_group("<comps/>").empty());
    const base::TemporaryDirectory folder("checksum");
    const auto file = folder.path() / "x";
    base::write_file(file, "abc");
    same("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         universe::checksum_of(file, "sha256"));
    CPPUNIT_ASSERT(universe::checksum_of(file, "sha512").starts_with("ddaf35a193617abacc417349ae204131"));
    CPPUNIT_ASSERT_THROW(universe::checksum_of(file, "md5"), Error);
    same("x86_64", universe::rpm_architecture("amd64"));
    same("s390x", universe::rpm_architecture("s390x"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RpmTest);
