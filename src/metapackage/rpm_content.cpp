#include <algorithm>
#include <map>
#include <rpm/rpmfiles.h>
#include <sys/stat.h>

#include "metapackage/rpm_payload.hpp"
#include "metapackage/rpm_tables.hpp"

namespace lucie::metapackage {
namespace {

/// The columns of the header's table of files.
struct FileTable {
  std::vector<std::uint32_t> sizes, times, flags, verify, devices, inodes, folder_of;
  std::vector<std::uint16_t> modes, special_devices;
  std::vector<std::string> digests, links, owners, languages, names, folders;
  std::map<std::string, std::uint32_t> places;  ///< of each folder in `folders`

  void add(const RpmFile& file, std::uint32_t time);
  void put(Header header) const;

 private:
  void add_kind(RpmFile::Kind kind);
};

void FileTable::add_kind(RpmFile::Kind kind) {
  // The content of answers is not the package's, so `rpm -V` does not compare it.
  constexpr std::uint32_t everything = 0xFFFFFFFF, of_content = RPMVERIFY_FILEDIGEST | RPMVERIFY_FILESIZE |
                                                                RPMVERIFY_LINKTO | RPMVERIFY_MTIME;
  const bool answers = kind == RpmFile::Kind::answers;
  verify.push_back(answers ? everything & ~of_content : everything);
  devices.push_back(answers ? 0 : 1);
  std::uint32_t flag = kind == RpmFile::Kind::document ? RPMFILE_DOC : RPMFILE_NONE;
  if (answers) flag = RPMFILE_CONFIG | RPMFILE_NOREPLACE | RPMFILE_GHOST;
  flags.push_back(flag);
}

void FileTable::add(const RpmFile& file, std::uint32_t time) {
  const auto slash = file.path.rfind('/');
  const std::string folder = file.path.substr(0, slash + 1);
  const auto [known, fresh] = places.emplace(folder, static_cast<std::uint32_t>(folders.size()));
  if (fresh) folders.push_back(folder);
  folder_of.push_back(known->second);
  names.push_back(file.path.substr(slash + 1));
  const bool content = file.kind == RpmFile::Kind::plain || file.kind == RpmFile::Kind::document;
  const unsigned type = file.kind == RpmFile::Kind::directory ? S_IFDIR : S_IFREG;
  modes.push_back(static_cast<std::uint16_t>(type | file.mode));
  sizes.push_back(content ? static_cast<std::uint32_t>(file.content.size()) : 0);
  digests.push_back(content ? rpm_digest(file.content, RPM_HASH_SHA256, true) : std::string());
  add_kind(file.kind);
  times.push_back(time);
  inodes.push_back(static_cast<std::uint32_t>(inodes.size() + 1));
  special_devices.push_back(0);
  links.emplace_back();
  owners.emplace_back("root");
  languages.emplace_back();
}

void FileTable::put(Header header) const {
  put_numbers(header, RPMTAG_FILESIZES, sizes);
  put_short_numbers(header, RPMTAG_FILEMODES, modes);
  put_short_numbers(header, RPMTAG_FILERDEVS, special_devices);
  put_numbers(header, RPMTAG_FILEMTIMES, times);
  put_texts(header, RPMTAG_FILEDIGESTS, digests);
  put_texts(header, RPMTAG_FILELINKTOS, links);
  put_numbers(header, RPMTAG_FILEFLAGS, flags);
  put_texts(header, RPMTAG_FILEUSERNAME, owners);
  put_texts(header, RPMTAG_FILEGROUPNAME, owners);
  put_numbers(header, RPMTAG_FILEVERIFYFLAGS, verify);
  put_numbers(header, RPMTAG_FILEDEVICES, devices);
  put_numbers(header, RPMTAG_FILEINODES, inodes);
  put_texts(header, RPMTAG_FILELANGS, languages);
  put_numbers(header, RPMTAG_DIRINDEXES, folder_of);
  put_texts(header, RPMTAG_BASENAMES, names);
  put_texts(header, RPMTAG_DIRNAMES, folders);
  put_numbers(header, RPMTAG_FILEDIGESTALGO, {RPM_HASH_SHA256});
}

std::vector<const RpmFile*> sorted_files(const RpmPackage& package) {
  std::vector<const RpmFile*> files;
  for (const RpmFile& file : package.files) files.push_back(&file);
  std::sort(files.begin(), files.end(), [](const auto* a, const auto* b) { return a->path < b->path; });
  return files;
}

}  // namespace

/// As Fedora's rpmbuild has it; of small content the highest levels take a fiftieth away, in thirty times the
/// time.
int payload_level(std::size_t size) {
  return size <= small_size ? 9 : 19;
}

std::string put_content(Header header, const RpmPackage& package, std::uint32_t& archive_size) {
  const std::vector<const RpmFile*> files = sorted_files(package);
  FileTable table;
  for (const RpmFile* file : files) table.add(*file, static_cast<std::uint32_t>(package.time));
  table.put(header);
  std::uint32_t size = 0;
  for (const std::uint32_t file : table.sizes) size += file;
  put_numbers(header, RPMTAG_SIZE, {size});
  const std::string archive = rpm_archive(header, files);
  const int level = payload_level(archive.size());
  const std::string payload = compress(archive, {Compression::zst, level});
  archive_size = static_cast<std::uint32_t>(archive.size());
  put_text(header, RPMTAG_PAYLOADFORMAT, "cpio");
  put_text(header, RPMTAG_PAYLOADCOMPRESSOR, "zstd");
  put_text(header, RPMTAG_PAYLOADFLAGS, std::to_string(level));
  put_texts(header, RPMTAG_PAYLOADDIGEST, {rpm_digest(payload, RPM_HASH_SHA256, true)});
  put_texts(header, RPMTAG_PAYLOADDIGESTALT, {rpm_digest(archive, RPM_HASH_SHA256, true)});
  put_numbers(header, RPMTAG_PAYLOADDIGESTALGO, {RPM_HASH_SHA256});
  return payload;
}

}  // namespace lucie::metapackage
