#include "rpm_built.hpp"

#include <cppunit/TestAssert.h>
#include <cstdlib>
#include <fmt/format.h>
#include <rpm/rpmbuild.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmmacro.h>
#include <rpm/rpmts.h>

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

using namespace lucie;
using namespace lucie::metapackage;
namespace fs = std::filesystem;

namespace {

void define(const std::string& name, const std::string& value) {
  rpmPushMacro(nullptr, name.c_str(), nullptr, value.c_str(), RMIL_CMDLINE);
}

void prepare(const RpmPackage& package, const fs::path& folder) {
  static const bool configured = rpmReadConfigFiles(nullptr, nullptr) == 0;
  CPPUNIT_ASSERT(configured);
  rpmSetVerbosity(RPMLOG_WARNING);
  setenv("SOURCE_DATE_EPOCH", std::to_string(package.time).c_str(), 1);
  define("_topdir", folder.string());
  define("_rpmdir", folder.string());
  define("_builddir", folder.string());
  define("_buildhost", "lucie");
  define("_binary_payload", "w9.zstdio");  // small packages
  define("use_source_date_epoch_as_buildtime", "1");
  define("clamp_mtime_to_source_date_epoch", "1");
  define("_smp_build_ncpus", "1");  // else a shell is asked
  define("__os_install_post", "%{nil}");
  define("__check_files", "%{nil}");
}

void lay_out(const RpmPackage& package, const fs::path& root) {
  for (const RpmFile& file : package.files) {
    const fs::path path = root / fs::path(file.path).relative_path();
    if (file.kind == RpmFile::Kind::directory) fs::create_directories(path);
    if (file.kind == RpmFile::Kind::directory || file.kind == RpmFile::Kind::answers) continue;
    fs::create_directories(path.parent_path());
    base::write_file(path, file.content, file.mode);
  }
}

std::string relations(const char* field, const std::vector<RpmRelation>& relations) {
  std::string text;
  for (const RpmRelation& relation : relations) {
    text += fmt::format("{}: {} {} {}\n", field, relation.name, relation.comparison, relation.version);
  }
  return text;
}

std::string file_line(const RpmFile& file) {
  static const std::map<RpmFile::Kind, const char*> marks = {
      {RpmFile::Kind::plain, ""},
      {RpmFile::Kind::directory, "%dir "},
      {RpmFile::Kind::document, "%doc "},
      {RpmFile::Kind::answers, "%ghost %config(noreplace) "}};
  return fmt::format("{}%attr({:04o},root,root) {}\n", marks.at(file.kind), file.mode, file.path);
}

std::string spec(const RpmPackage& package) {
  std::string text = fmt::format(
      "Name: {}\nVersion: {}\nRelease: {}\nSummary: {}\nLicense: {}\nPackager: {}\n"
      "Group: Applications/System\nBuildArch: noarch\n",
      package.name, package.version, package.release, package.summary, package.license, package.packager);
  if (!package.epoch.empty()) text += "Epoch: " + package.epoch + "\n";
  text += relations("Provides", package.provides) + relations("Requires", package.needs) +
          relations("Conflicts", package.conflicts);
  text += "%description\n" + package.description + "\n";
  const auto script = [&](const char* section, const std::string& body) {
    if (!body.empty()) text += fmt::format("%{}\n{}\n", section, body);
  };
  script("pre", package.scriptlets.pre);
  script("post", package.scriptlets.post);
  script("preun", package.scriptlets.preun);
  script("postun", package.scriptlets.postun);
  text += "%files\n";
  for (const RpmFile& file : package.files) text += file_line(file);
  const std::string epoch = package.epoch.empty() ? "" : package.epoch + ":";
  text += fmt::format("%changelog\n* Tue Nov 14 2023 {} - {}{}-{}\n- {}\n", package.packager, epoch,
                      package.version, package.release, package.change);
  return text;
}

/// rpm would look for keys in the database of the machine.
rpmts transaction_without_keys() {
  const rpmts transaction = rpmtsCreate();
  const rpmKeyring none = rpmKeyringNew();
  rpmtsSetKeyring(transaction, none);
  rpmKeyringFree(none);
  rpmtsSetVSFlags(transaction, _RPMVSF_NOSIGNATURES);
  return transaction;
}

}  // namespace

fs::path built_by_librpmbuild(const RpmPackage& package, const fs::path& folder) {
  prepare(package, folder);
  const fs::path root = folder / "root", file = folder / "x.spec";
  lay_out(package, root);
  base::write_file(file, spec(package));
  const rpmSpec parsed = rpmSpecParse(file.c_str(), RPMSPEC_ANYARCH | RPMSPEC_FORCE, root.c_str());
  CPPUNIT_ASSERT(parsed != nullptr);
  rpmBuildArguments_s arguments{};
  // Without RPMBUILD_BUILD the package would need rpmlib(ShortCircuited), which rpm refuses.
  arguments.buildAmount = RPMBUILD_BUILD | RPMBUILD_PACKAGEBINARY;
  const rpmts transaction = transaction_without_keys();
  const int failed = rpmSpecBuild(transaction, parsed, &arguments);
  rpmtsFree(transaction);
  rpmSpecFree(parsed);
  CPPUNIT_ASSERT_EQUAL(0, failed);
  return folder / "noarch" / rpm_file_name(package);
}

std::map<std::string, std::string> rpm_tags(const fs::path& file) {
  const rpmts transaction = transaction_without_keys();
  FD_t input = Fopen(file.c_str(), "r.ufdio");
  Header header = nullptr;
  const int status = rpmReadPackageFile(transaction, input, file.c_str(), &header);
  Fclose(input);
  rpmtsFree(transaction);
  CPPUNIT_ASSERT_EQUAL_MESSAGE(file.string(), static_cast<int>(RPMRC_OK), status);
  std::map<std::string, std::string> tags;
  const HeaderIterator place = headerInitIterator(header);
  const rpmtd data = rpmtdNew();
  while (headerNext(place, data) != 0) {
    std::string& text = tags[rpmTagGetName(rpmtdTag(data))];
    while (rpmtdNext(data) >= 0) {
      char* value = rpmtdFormat(data, RPMTD_FORMAT_XML, nullptr);
      text += std::string(value) + "\n";
      std::free(value);
    }
    rpmtdFreeData(data);
  }
  rpmtdFree(data);
  headerFreeIterator(place);
  headerFree(header);
  return tags;
}
