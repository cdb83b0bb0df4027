#include "metapackage/rpm.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "forged_rpm.hpp"
#include "metapackage/rpm_metadata.hpp"
#include "rpm_built.hpp"

using namespace lucie;
using namespace lucie::metapackage;

namespace {

RpmPackage small_package() {
  RpmPackage package{.name = "lmp-x",
                     .epoch = "1",
                     .version = "2.0",
                     .release = "3",
                     .summary = "Short",
                     .description = "One.\n\nTwo.",
                     .license = "MIT",
                     .packager = "A <a@example.org>",
                     .change = "Lucie Meta Package x, version 1:2.0-3.",
                     .time = 1700000000};
  package.provides = {{"lmp-path(/etc/x)", "=", "123"}, {"lmp-package(editor)", "", ""}};
  package.needs = {{"lmp-y", "", ""}, {"(lmp-a or lmp-b)", "", ""}};
  package.conflicts = {{"lmp-z", "", ""}, {"lmp-path(/etc/x)", "<", "123"}, {"lmp-path(/etc/x)", ">", "123"}};
  package.files = {
      {.path = "/usr/share/x", .mode = 0755, .kind = RpmFile::Kind::directory},
      {.path = "/usr/share/x/b", .content = "b\n", .mode = 0755},
      {.path = "/usr/share/x/a", .content = std::string(3000, 'a')},
      {.path = "/usr/share/x/empty"},
      {.path = "/usr/share/doc/lmp-x/copyright", .content = "MIT\n", .kind = RpmFile::Kind::document},
      {.path = "/etc/lucie/lmp/x/answers.conf", .mode = 0600, .kind = RpmFile::Kind::answers}};
  package.scriptlets.post = "echo post";
  package.scriptlets.postun = "echo postun";
  return package;
}

/// Where Lucie's package may differ from rpmbuild's: what libmagic says about files, the builder's compiler
/// flags, how zstd is told to pack (the digest of what comes out, Payloaddigestalt, is compared), and the
/// digests of headers that differ in those.
const std::set<std::string> allowed = {"Classdict", "Fileclass",       "Filecolors",   "Optflags",
                                       "Platform",  "Sigmd5",          "Sha1header",   "Sha256header",
                                       "Sigsize",   "Headerimmutable", "Payloaddigest"};

std::string differences(std::map<std::string, std::string> ours, std::map<std::string, std::string> theirs) {
  std::set<std::string> names;
  for (const auto* tags : {&ours, &theirs}) {
    for (const auto& [name, value] : *tags) names.insert(name);
  }
  std::string text;
  for (const std::string& name : names) {
    if (allowed.contains(name) || ours[name] == theirs[name]) continue;
    text += name + ": ours\n" + ours[name] + "rpmbuild's\n" + theirs[name];
  }
  return text;
}

}  // namespace

class RpmTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RpmTest);
  CPPUNIT_TEST(equals_what_rpmbuild_makes);
  CPPUNIT_TEST(equals_a_plain_one_of_rpmbuild);
  CPPUNIT_TEST(large_content_takes_the_highest_level);
  CPPUNIT_TEST(rpm_verifies_it);
  CPPUNIT_TEST(is_read_back);
  CPPUNIT_TEST(same_input_same_bytes);
  CPPUNIT_TEST(every_damage_is_an_error);
  CPPUNIT_TEST(content_that_the_header_does_not_list);
  CPPUNIT_TEST(paths_that_are_not_absolute);
  CPPUNIT_TEST(lists_of_files_that_are_not_whole);
  CPPUNIT_TEST(a_size_that_is_no_number);
  CPPUNIT_TEST(what_every_package_has_is_missing);
  CPPUNIT_TEST(versions_that_rpm_does_not_allow);
  CPPUNIT_TEST(order_of_versions);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"rpm-test"};

  std::filesystem::path written(const RpmPackage& package) {
    const auto file = folder_.path() / rpm_file_name(package);
    base::write_file(file, write_rpm(package));
    return file;
  }

 public:
  void equals_what_rpmbuild_makes() {
    const RpmPackage package = small_package();
    const auto ours = rpm_tags(written(package)),
               theirs = rpm_tags(built_by_librpmbuild(package, folder_.path()));
    CPPUNIT_ASSERT(ours.size() > 50);
    CPPUNIT_ASSERT_EQUAL(std::string(), differences(ours, theirs));
  }
  void equals_a_plain_one_of_rpmbuild() {
    RpmPackage package = small_package();
    package.epoch.clear();
    package.needs.clear();
    package.conflicts.clear();
    package.scriptlets = {};
    std::erase_if(package.files, [](const RpmFile& file) { return file.kind == RpmFile::Kind::answers; });
    const auto ours = rpm_tags(written(package)),
               theirs = rpm_tags(built_by_librpmbuild(package, folder_.path()));
    CPPUNIT_ASSERT_EQUAL(std::string(), differences(ours, theirs));
  }
  void large_content_takes_the_highest_level() {
    RpmPackage package = small_package();
    const auto level = [&] {
      return base::run_or_throw({.argv = {"rpm", "-qp", "--qf", "%{PAYLOADFLAGS}", written(package)}});
    };
    CPPUNIT_ASSERT_EQUAL(std::string("9"), level());
    package.files.push_back({.path = "/usr/share/lucie/large", .content = std::string(small_size, 'a')});
    CPPUNIT_ASSERT_EQUAL(std::string("19"), level());
  }
  void rpm_verifies_it() {
    const auto file = written(small_package());
    const std::string said = base::run_or_throw({.argv = {"rpm", "-Kv", file.string()}});
    CPPUNIT_ASSERT_EQUAL(file.string() +
                             ":\n    Header SHA256 digest: OK\n    Header SHA1 digest: OK\n"
                             "    Payload SHA256 digest: OK\n    MD5 digest: OK\n",
                         said);
  }
  void is_read_back() {
    const RpmContent content = read_rpm(write_rpm(small_package()), true);
    CPPUNIT_ASSERT_EQUAL(std::string("lmp-x 1 2.0 3 noarch"), content.name + " " + content.epoch + " " +
                                                                  content.version + " " + content.release +
                                                                  " " + content.architecture);
    CPPUNIT_ASSERT_EQUAL(
        std::string(
            "/etc/lucie/lmp/x/answers.conf /usr/share/doc/lmp-x/copyright /usr/share/x /usr/share/x/a "
            "/usr/share/x/b /usr/share/x/empty"),
        base::join(content.paths, " "));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, content.files.size());
    CPPUNIT_ASSERT_EQUAL(std::string("/usr/share/x/b"), content.files[2].path);
    CPPUNIT_ASSERT_EQUAL(std::string("b\n"), content.files[2].content);
    CPPUNIT_ASSERT_EQUAL(0755U, content.files[2].mode & 07777);
  }
  void same_input_same_bytes() { CPPUNIT_ASSERT(write_rpm(small_package()) == write_rpm(small_package())); }
  /// Also under the address sanitizer: no byte may lead it astray.
  void every_damage_is_an_error() {
    const std::string bytes = write_rpm(small_package());
    for (std::size_t length = 0; length < bytes.size(); length += 97) {
      CPPUNIT_ASSERT_THROW(read_rpm(std::string_view(bytes).substr(0, length), true), Error);
    }
    // The room for signatures is not covered by any digest: everything behind it is.
    const std::size_t covered = bytes.find("\x8e\xad\xe8\x01", 100);
    CPPUNIT_ASSERT(covered != std::string::npos);
    for (std::size_t at = covered; at < bytes.size(); at += 13) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
      CPPUNIT_ASSERT_THROW_MESSAGE(std::to_string(at), read_rpm(damaged, false), Error);
    }
  }
  /// Whoever wants to do harm gives the package the digests of what it has.
  void content_that_the_header_does_not_list() {
    const std::string bytes = write_rpm(small_package());
    const auto refusal = [&](const char* path) {
      try {
        read_rpm(forged_rpm(cut_rpm(bytes), write_tar({{.path = path, .content = "x"}}, 0)), true);
        return std::string();
      } catch (const Error& error) {
        return error.fault().message;
      }
    };
    CPPUNIT_ASSERT_EQUAL(std::string(), refusal("./usr/share/x/a"));
    for (const char* path : {"usr/share/x/a", "./usr/share/x/c", "/usr/share/x/../x/a"}) {
      CPPUNIT_ASSERT_EQUAL(std::string("damaged rpm: it has a file that its header does not list"),
                           refusal(path));
    }
  }
  void paths_that_are_not_absolute() {
    RpmPackage package = small_package();
    package.files.push_back({.path = "usr/share/y"});
    CPPUNIT_ASSERT_THROW(read_rpm(write_rpm(package), false), Error);
  }
  void lists_of_files_that_are_not_whole() {
    const std::string bytes = write_rpm(small_package());
    const auto refusal = [&](const std::vector<std::uint32_t>& folder_of) {
      RpmPieces pieces = cut_rpm(bytes);
      RpmHeader header = import_header(pieces.header);
      headerDel(header.get(), RPMTAG_DIRINDEXES);
      put_numbers(header.get(), RPMTAG_DIRINDEXES, folder_of);
      const std::string changed = header_bytes(header.get());
      pieces.header = changed;
      try {
        read_rpm(forged_rpm(pieces, pieces.payload), false);
        return std::string();
      } catch (const Error& error) {
        return error.fault().message;
      }
    };
    const std::size_t count = read_rpm(bytes, false).paths.size();
    CPPUNIT_ASSERT_EQUAL(std::string(), refusal(std::vector<std::uint32_t>(count, 0)));
    CPPUNIT_ASSERT_EQUAL(std::string("damaged rpm: its list of files is not whole"), refusal({0}));
    CPPUNIT_ASSERT_EQUAL(std::string("damaged rpm: a file in it has no folder"),
                         refusal(std::vector<std::uint32_t>(count, 77)));
  }
  void a_size_that_is_no_number() {
    const std::string bytes = write_rpm(small_package());
    const RpmPieces pieces = cut_rpm(bytes);
    RpmHeader signature(headerNew());
    put_signature_text(signature.get(), RPMSIGTAG_PAYLOADSIZE, "many");
    signature = reloaded(std::move(signature), RPMTAG_HEADERSIGNATURES);
    std::string forged = std::string(pieces.lead) + header_bytes(signature.get());
    forged.resize((forged.size() + 7) / 8 * 8, '\0');
    forged.append(pieces.header).append(pieces.payload);
    CPPUNIT_ASSERT(is_rpm(signed_rpm(forged, [](std::string_view) { return std::string(); })));
  }
  /// Its release is none that createrepo_c finds.
  void what_every_package_has_is_missing() {
    const std::string bytes = base::read_file(SOURCE_FOLDER "/tests/fuzz/corpus/rpm/no_release");
    const auto file = folder_.path() / "no_release.rpm";
    const RpmPieces pieces = cut_rpm(bytes);
    base::write_file(file, forged_rpm(pieces, pieces.payload));
    try {
      rpm_metadata(file, "pool/x.rpm");
      CPPUNIT_FAIL("taken");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("damaged rpm: it has no name, version, release or architecture"),
                           error.fault().message);
    }
  }
  void versions_that_rpm_does_not_allow() {
    RpmPackage package = small_package();
    package.version = "1.0-2";
    try {
      write_rpm(package);
      CPPUNIT_FAIL("written");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("'1.0-2-3' cannot be the version of an rpm"), error.fault().message);
    }
  }
  void order_of_versions() {
    CPPUNIT_ASSERT(compare_rpm_versions("1.10-1", "1.9-1") > 0);
    CPPUNIT_ASSERT(compare_rpm_versions("1.0~rc1-1", "1.0-0") < 0);
    CPPUNIT_ASSERT(compare_rpm_versions("1:0.1-1", "2.0-1") > 0);
    CPPUNIT_ASSERT(compare_rpm_versions("1.0-1", "1.0-1") == 0);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RpmTest);
