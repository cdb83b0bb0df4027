// The floor of bench/build: a bare loop that puts given trees into archives with libarchive and headers with
// librpm, and does nothing else: no LMP is read, proved or checked.
//   floor TREES OUT COUNT      each of TREES is what dpkg-deb --raw-extract makes; they are taken in turn
#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <rpm/header.h>
#include <rpm/rpmarchive.h>
#include <rpm/rpmcrypto.h>
#include <rpm/rpmfi.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmio.h>
#include <rpm/rpmtag.h>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;
namespace {

struct File {
  std::string path, content;
  bool folder;
};

std::string read_all(const fs::path& file) {
  std::ifstream input(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

std::vector<File> read_tree(const fs::path& top) {
  std::vector<File> files;
  for (fs::recursive_directory_iterator place(top), end; place != end; ++place) {
    if (top.filename() != "DEBIAN" && place->path().filename() == "DEBIAN") {
      place.disable_recursion_pending();
      continue;
    }
    const bool folder = place->is_directory();
    files.push_back(
        {"/" + fs::relative(place->path(), top).string(), folder ? "" : read_all(place->path()), folder});
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

struct Package {
  std::string name;
  std::vector<File> control, data;
};

void need(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

la_ssize_t append(archive*, void* into, const void* bytes, size_t size) {
  static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

void add(archive* writer, const std::string& path, const std::string& content, bool folder) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, path.c_str());
  archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
  archive_entry_set_perm(entry, folder ? 0755 : 0644);
  archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
  need(archive_write_header(writer, entry) == ARCHIVE_OK, "header");
  if (!content.empty()) archive_write_data(writer, content.data(), content.size());
  archive_entry_free(entry);
}

std::string tar(const std::vector<File>& files) {
  std::string bytes;
  archive* writer = archive_write_new();
  archive_write_set_format_gnutar(writer);
  archive_write_add_filter_xz(writer);
  archive_write_open(writer, &bytes, nullptr, append, nullptr);
  for (const File& file : files) add(writer, "." + file.path, file.content, file.folder);
  need(archive_write_close(writer) == ARCHIVE_OK, "tar");
  archive_write_free(writer);
  return bytes;
}

std::string deb(const Package& package) {
  std::string bytes;
  archive* writer = archive_write_new();
  archive_write_set_format_ar_bsd(writer);
  archive_write_open(writer, &bytes, nullptr, append, nullptr);
  add(writer, "debian-binary", "2.0\n", false);
  add(writer, "control.tar.xz", tar(package.control), false);
  add(writer, "data.tar.xz", tar(package.data), false);
  need(archive_write_close(writer) == ARCHIVE_OK, "ar");
  archive_write_free(writer);
  return bytes;
}

std::string digest(const std::string& bytes) {
  DIGEST_CTX context = rpmDigestInit(RPM_HASH_SHA256, RPMDIGEST_NONE);
  rpmDigestUpdate(context, bytes.data(), bytes.size());
  void* text = nullptr;
  rpmDigestFinal(context, &text, nullptr, 1);
  std::string hexadecimal(static_cast<const char*>(text));
  std::free(text);
  return hexadecimal;
}

Header header_of(const Package& package) {
  Header header = headerNew();
  for (const auto tag :
       {RPMTAG_NAME, RPMTAG_VERSION, RPMTAG_RELEASE, RPMTAG_ARCH, RPMTAG_OS, RPMTAG_LICENSE}) {
    headerPutString(header, tag, tag == RPMTAG_NAME ? package.name.c_str() : "1");
  }
  for (const File& file : package.data) {
    const std::string sum = file.folder ? "" : digest(file.content);
    const auto slash = file.path.rfind('/');
    const std::string folder = file.path.substr(0, slash + 1), name = file.path.substr(slash + 1);
    const char *folder_text = folder.c_str(), *name_text = name.c_str(), *sum_text = sum.c_str(),
               *root = "root";
    const std::uint32_t size = static_cast<std::uint32_t>(file.content.size()), zero = 0,
                        index = static_cast<std::uint32_t>(&file - package.data.data());
    const auto mode = static_cast<std::uint16_t>(file.folder ? S_IFDIR | 0755 : S_IFREG | 0644);
    headerPutStringArray(header, RPMTAG_DIRNAMES, &folder_text, 1);
    headerPutStringArray(header, RPMTAG_BASENAMES, &name_text, 1);
    headerPutUint32(header, RPMTAG_DIRINDEXES, &index, 1);
    headerPutUint32(header, RPMTAG_FILESIZES, &size, 1);
    headerPutUint16(header, RPMTAG_FILEMODES, &mode, 1);
    headerPutUint32(header, RPMTAG_FILEMTIMES, &zero, 1);
    headerPutUint32(header, RPMTAG_FILEINODES, &index, 1);
    headerPutStringArray(header, RPMTAG_FILEDIGESTS, &sum_text, 1);
    headerPutStringArray(header, RPMTAG_FILEUSERNAME, &root, 1);
    headerPutStringArray(header, RPMTAG_FILEGROUPNAME, &root, 1);
  }
  return header;
}

std::string payload(Header header, const Package& package, int memory) {
  need(ftruncate(memory, 0) == 0 && lseek(memory, 0, SEEK_SET) == 0, "memory");
  FD_t output = Fdopen(fdDup(memory), "w3.zstdio");
  rpmfiles list = rpmfilesNew(nullptr, header, RPMTAG_BASENAMES, RPMFI_KEEPHEADER);
  rpmfi place = rpmfiNewArchiveWriter(output, list);
  for (int index = rpmfiNext(place); index >= 0; index = rpmfiNext(place)) {
    const std::string& content = package.data[static_cast<std::size_t>(index)].content;
    if (!content.empty()) rpmfiArchiveWrite(place, content.data(), content.size());
  }
  need(rpmfiArchiveClose(place) == 0, "cpio");
  rpmfiFree(place);
  rpmfilesFree(list);
  need(Fclose(output) == 0, "zstd");
  std::string bytes(static_cast<std::size_t>(lseek(memory, 0, SEEK_END)), '\0');
  need(pread(memory, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "memory");
  return bytes;
}

std::string rpm(const Package& package, int memory) {
  Header header = header_of(package);
  const std::string content = payload(header, package, memory);
  headerPutString(header, RPMTAG_PAYLOADCOMPRESSOR, "zstd");
  const std::string sum = digest(content);
  const char* text = sum.c_str();
  headerPutStringArray(header, RPMTAG_PAYLOADDIGEST, &text, 1);
  header = headerReload(header, RPMTAG_HEADERIMMUTABLE);
  unsigned size = 0;
  void* blob = headerExport(header, &size);
  const std::string bytes(static_cast<const char*>(blob), size);
  std::free(blob);
  headerFree(header);
  Header signature = headerNew();
  headerPutString(signature, RPMTAG_SHA256HEADER, digest(bytes).c_str());
  blob = headerExport(signature, &size);
  std::string whole(96, '\0');
  whole.append(static_cast<const char*>(blob), size);
  std::free(blob);
  headerFree(signature);
  return whole + bytes + content;
}

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream output(file, std::ios::binary);
  output.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  output.close();
  need(static_cast<bool>(output), "write");
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return 2;
  std::vector<Package> packages;
  for (const auto& tree : fs::directory_iterator(words[1])) {
    packages.push_back(
        {tree.path().filename().string(), read_tree(tree.path() / "DEBIAN"), read_tree(tree.path())});
  }
  const int memory = memfd_create("floor", MFD_CLOEXEC);
  const fs::path out = words[2];
  for (int number = 0; number < std::atoi(words[3]); ++number) {
    const Package& package = packages.at(static_cast<std::size_t>(number) % packages.size());
    write(out / (std::to_string(number) + ".deb"), deb(package));
    write(out / (std::to_string(number) + ".rpm"), rpm(package, memory));
  }
  return 0;
}
