#include <algorithm>
#include <fmt/format.h>
#include <rpm/rpmds.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmlib.h>
#include <set>

#include "base/error.hpp"
#include "metapackage/rpm.hpp"
#include "metapackage/rpm_headers.hpp"
#include "metapackage/rpm_tables.hpp"

namespace lucie::metapackage {
namespace {

void put_facts(Header header, const RpmPackage& package) {
  const auto time = static_cast<std::uint32_t>(package.time);
  put_texts(header, RPMTAG_HEADERI18NTABLE, {"C"});
  put_text(header, RPMTAG_NAME, package.name);
  put_text(header, RPMTAG_VERSION, package.version);
  put_text(header, RPMTAG_RELEASE, package.release);
  if (!package.epoch.empty()) {
    put_numbers(header, RPMTAG_EPOCH, {static_cast<std::uint32_t>(std::stoul(package.epoch))});
  }
  put_translated(header, RPMTAG_SUMMARY, package.summary);
  put_translated(header, RPMTAG_DESCRIPTION, package.description);
  put_translated(header, RPMTAG_GROUP, "Applications/System");
  put_text(header, RPMTAG_LICENSE, package.license);
  put_text(header, RPMTAG_PACKAGER, package.packager);
  put_numbers(header, RPMTAG_BUILDTIME, {time});
  put_text(header, RPMTAG_BUILDHOST, "lucie");  // the machine's name would make two builds differ
  put_text(header, RPMTAG_OS, "linux");
  put_text(header, RPMTAG_ARCH, package.architecture);
  put_text(header, RPMTAG_PLATFORM, package.architecture + "-linux");
  put_text(header, RPMTAG_ENCODING, "utf-8");
  put_text(header, RPMTAG_RPMVERSION, RPMVERSION);
  // Without it rpm takes the package for one of sources.
  put_text(header, RPMTAG_SOURCERPM, fmt::format("{}-{}.src.rpm", package.name, version_release(package)));
  put_numbers(header, RPMTAG_CHANGELOGTIME, {time - time % 86400 + 43200});  // noon of the day, as rpmbuild
  put_texts(header, RPMTAG_CHANGELOGNAME,
            {fmt::format("{} - {}", package.packager, epoch_version_release(package))});
  put_texts(header, RPMTAG_CHANGELOGTEXT, {"- " + package.change});
}

std::string lead(const RpmPackage& package) {
  std::string bytes(lead_size, '\0');
  bytes.replace(0, 4, lead_magic);
  bytes[4] = 3;  // version of the lead; type 0: binary package
  bytes[9] = 1;  // architecture and system are read from the header
  const std::string name = fmt::format("{}-{}", package.name, version_release(package)).substr(0, 65);
  bytes.replace(10, name.size(), name);
  bytes[77] = 1;
  bytes[79] = 5;  // signatures stand in a header
  return bytes;
}

void check_version(const RpmPackage& package) {
  for (const std::string& part : {package.version, package.release}) {
    const auto strange = std::find_if_not(part.begin(), part.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 ||
             std::string_view("._+~^").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (!part.empty() && strange == part.end()) continue;
    throw Error(fmt::format("'{}' cannot be the version of an rpm", version_release(package)))
        .hint("it has letters, digits and . _ + ~ ^, and one '-' before the release");
  }
}

}  // namespace

std::string rpm_file_name(const RpmPackage& package) {
  return fmt::format("{}-{}.{}.rpm", package.name, version_release(package), package.architecture);
}

std::string write_rpm(const RpmPackage& package) {
  check_version(package);
  RpmHeader header(headerNew());
  put_facts(header.get(), package);
  put_scriptlets(header.get(), package.scriptlets);
  put_relations(header.get(), package);
  std::uint32_t archive_size = 0;
  const std::string payload = put_content(header.get(), package, archive_size);
  header = reloaded(std::move(header), RPMTAG_HEADERIMMUTABLE);
  const std::string bytes = header_bytes(header.get());
  return lead(package) + signature_bytes(bytes, payload, archive_size, {}) + bytes + payload;
}

}  // namespace lucie::metapackage
