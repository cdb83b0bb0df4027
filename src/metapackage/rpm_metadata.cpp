#include "metapackage/rpm_metadata.hpp"

// Its structures have a member of this name, which is a word of C++20.
#define requires needs
#include <createrepo_c/createrepo_c.h>
#undef requires
#include <fmt/format.h>
#include <memory>

#include "base/error.hpp"

namespace lucie::metapackage {
namespace {

using Package = std::unique_ptr<cr_Package, decltype(&cr_package_free)>;
using Metadata = std::unique_ptr<cr_Metadata, decltype(&cr_metadata_free)>;

void set_up() {
  static const bool once = [] {
    cr_xml_dump_init();
    cr_package_parser_init();
    return true;
  }();
  static_cast<void>(once);
}

/// Frees it and throws.
[[noreturn]] void fail(const std::filesystem::path& file, GError* error) {
  const std::string why = error != nullptr ? error->message : "unknown failure";
  g_clear_error(&error);
  throw Error(fmt::format("createrepo_c cannot read it: {}", why)).at({file.string(), 0, 0});
}

std::string taken(char* text) {
  const std::unique_ptr<char, decltype(&g_free)> owner(text, g_free);
  return text != nullptr ? text : "";
}

RpmMetadata dumped(cr_Package* package, const std::filesystem::path& file) {
  for (const char* part : {package->name, package->version, package->release, package->arch}) {
    if (part == nullptr)
      throw Error("damaged rpm: it has no name, version, release or architecture").at({file.string(), 0, 0});
  }
  GError* error = nullptr;
  const cr_XmlStruct xml = cr_xml_dump(package, &error);
  RpmMetadata metadata{.name = package->name,
                       .version = fmt::format("{}:{}-{}", package->epoch != nullptr ? package->epoch : "0",
                                              package->version, package->release),
                       .sha256 = package->pkgId != nullptr ? package->pkgId : "",
                       .primary = taken(xml.primary),
                       .filelists = taken(xml.filelists),
                       .other = taken(xml.other)};
  if (error != nullptr) fail(file, error);
  return metadata;
}

}  // namespace

RpmMetadata rpm_metadata(const std::filesystem::path& file, const std::string& place) {
  set_up();
  constexpr int changes = 10;
  GError* error = nullptr;
  const Package package(cr_package_from_rpm(file.c_str(), CR_CHECKSUM_SHA256, place.c_str(), nullptr, changes,
                                            nullptr, CR_HDRR_NONE, &error),
                        cr_package_free);
  if (!package) fail(file, error);
  package->time_file = package->time_build;  // when it was copied says nothing and differs each time
  return dumped(package.get(), file);
}

std::map<std::string, RpmMetadata> read_rpm_metadata(const std::filesystem::path& repository) {
  set_up();
  const Metadata metadata(cr_metadata_new(CR_HT_KEY_HREF, 0, nullptr), cr_metadata_free);
  GError* error = nullptr;
  if (cr_metadata_locate_and_load_xml(metadata.get(), repository.c_str(), &error) != CRE_OK) {
    fail(repository / "repodata/repomd.xml", error);
  }
  std::map<std::string, RpmMetadata> packages;
  GHashTableIter place;
  g_hash_table_iter_init(&place, cr_metadata_hashtable(metadata.get()));
  gpointer value = nullptr;
  while (g_hash_table_iter_next(&place, nullptr, &value) != FALSE) {
    auto* package = static_cast<cr_Package*>(value);
    packages.emplace(package->location_href, dumped(package, repository / package->location_href));
  }
  return packages;
}

}  // namespace lucie::metapackage
