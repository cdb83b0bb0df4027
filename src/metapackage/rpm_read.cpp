#include <cstring>
#include <fmt/format.h>
#include <rpm/rpmver.h>
#include <set>

#include "base/error.hpp"
#include "metapackage/rpm.hpp"
#include "metapackage/rpm_headers.hpp"

namespace lucie::metapackage {
namespace {

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The size of the header at the start of `bytes`, with its magic: 16 bytes, 16 for each tag, the tags'
/// content.
std::size_t header_size(std::string_view bytes) {
  constexpr std::uint32_t too_many = 1 << 16, too_large = 1 << 28;  // rpm's own limits
  if (bytes.size() < 16 || !bytes.starts_with(header_magic)) throw Error("it is no rpm: a header is missing");
  const std::uint32_t tags = big_endian(bytes, 8), content = big_endian(bytes, 12);
  const std::size_t size = 16 + std::size_t{16} * tags + content;
  if (tags > too_many || content > too_large || size > bytes.size())
    throw Error("damaged rpm: it is cut off");
  return size;
}

void check_digest(const std::string& expected, std::string_view bytes, const char* what) {
  if (expected != rpm_digest(bytes, RPM_HASH_SHA256, true)) {
    throw Error(fmt::format("damaged rpm: {} differs from its digest", what));
  }
}

/// The older digests prove nothing, but rpm refuses a package in which one of them is wrong. Not every
/// package has them.
void check_older_digests(Header signature, const RpmPieces& pieces) {
  const std::string sha1 = get_text(signature, RPMSIGTAG_SHA1), md5 = get_bytes(signature, RPMSIGTAG_MD5);
  const std::string_view both(pieces.header.data(), pieces.header.size() + pieces.payload.size());
  if ((!sha1.empty() && sha1 != rpm_digest(pieces.header, RPM_HASH_SHA1, true)) ||
      (!md5.empty() && md5 != rpm_digest(both, RPM_HASH_MD5, false)))
    throw Error("damaged rpm: it differs from one of its older digests");
}

/// Read from the tags themselves: librpm's own list of files (rpmfiles) trusts what the header says of them.
std::vector<std::string> paths_of(Header header) {
  const std::vector<std::string> names = get_texts(header, RPMTAG_BASENAMES);
  const std::vector<std::string> folders = get_texts(header, RPMTAG_DIRNAMES);
  const std::vector<std::uint32_t> folder_of = get_numbers(header, RPMTAG_DIRINDEXES);
  if (folder_of.size() != names.size()) throw Error("damaged rpm: its list of files is not whole");
  std::vector<std::string> paths;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (folder_of[index] >= folders.size()) throw Error("damaged rpm: a file in it has no folder");
    paths.push_back(folders[folder_of[index]] + names[index]);
    if (!paths.back().starts_with('/')) throw Error("damaged rpm: the path of a file in it is not absolute");
  }
  return paths;
}

/// `paths`: what the header lists.
std::vector<ArchiveEntry> content_of(std::string_view payload, const std::vector<std::string>& paths) {
  const std::set<std::string_view> listed(paths.begin(), paths.end());
  std::vector<ArchiveEntry> files;
  for (ArchiveEntry& entry : read_archive(payload)) {
    if (entry.directory) continue;
    if (entry.path.starts_with("./")) entry.path.erase(0, 1);
    if (!listed.contains(entry.path)) throw Error("damaged rpm: it has a file that its header does not list");
    files.push_back(std::move(entry));
  }
  return files;
}

}  // namespace

RpmHeader import_header(std::string_view bytes) {
  std::string blob(bytes.substr(header_magic.size()));
  RpmHeader header(headerImport(blob.data(), static_cast<unsigned>(blob.size()), HEADERIMPORT_COPY));
  if (!header) throw Error("damaged rpm: a header cannot be read");
  return header;
}

RpmPieces cut_rpm(std::string_view bytes) {
  if (!is_rpm(bytes)) throw Error("it is no rpm");
  RpmPieces pieces{.lead = bytes.substr(0, lead_size)};
  bytes.remove_prefix(lead_size);
  const std::size_t signature = header_size(bytes), start = (signature + 7) / 8 * 8;
  if (start > bytes.size()) throw Error("damaged rpm: it is cut off");
  pieces.signature = bytes.substr(0, signature);
  bytes.remove_prefix(start);
  const std::size_t header = header_size(bytes);
  pieces.header = bytes.substr(0, header);
  pieces.payload = bytes.substr(header);
  return pieces;
}

bool is_rpm(std::string_view bytes) {
  return bytes.size() > lead_size && bytes.starts_with(lead_magic);
}

RpmContent read_rpm(std::string_view bytes, bool with_files) {
  if (!is_rpm(bytes)) throw Error("it is no rpm");
  const RpmPieces pieces = cut_rpm(bytes);
  const RpmHeader signature = import_header(pieces.signature), header = import_header(pieces.header);
  RpmContent content;
  content.identity = get_text(signature.get(), RPMSIGTAG_SHA256);
  check_digest(content.identity, pieces.header, "its header");
  check_digest(get_text(header.get(), RPMTAG_PAYLOADDIGEST), pieces.payload, "its content");
  check_older_digests(signature.get(), pieces);
  content.name = get_text(header.get(), RPMTAG_NAME);
  content.epoch = get_text(header.get(), RPMTAG_EPOCH);
  content.version = get_text(header.get(), RPMTAG_VERSION);
  content.release = get_text(header.get(), RPMTAG_RELEASE);
  content.architecture = get_text(header.get(), RPMTAG_ARCH);
  content.paths = paths_of(header.get());
  if (with_files) content.files = content_of(pieces.payload, content.paths);
  return content;
}

int compare_rpm_versions(const std::string& left, const std::string& right) {
  const rpmver first = rpmverParse(left.c_str()), second = rpmverParse(right.c_str());
  const int order = first != nullptr && second != nullptr ? rpmverCmp(first, second) : left.compare(right);
  rpmverFree(first);
  rpmverFree(second);
  return order;
}

}  // namespace lucie::metapackage
