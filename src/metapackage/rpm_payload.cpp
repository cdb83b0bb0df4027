#include "metapackage/rpm_payload.hpp"

#include <fmt/format.h>
#include <rpm/rpmarchive.h>
#include <rpm/rpmfi.h>
#include <rpm/rpmio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::metapackage {
namespace {

/// librpm writes to descriptors only; this one lies in memory.
base::FileDescriptor memory_file() {
  base::FileDescriptor descriptor(memfd_create("lucie-rpm", MFD_CLOEXEC));
  if (!descriptor.valid()) throw_errno("memfd_create");
  return descriptor;
}

/// What `write` puts into a descriptor of librpm's that was opened with `mode`.
template <typename Write>
std::string written(const char* mode, Write write) {
  const base::FileDescriptor memory = memory_file();
  FD_t output = fdDup(memory.get());
  if (output != nullptr) output = Fdopen(output, mode);
  if (output == nullptr) throw EnvironmentError(fmt::format("librpm cannot write as {}", mode));
  const bool done = write(output);
  if (Fclose(output) != 0 || !done) throw EnvironmentError("librpm cannot write an archive");
  return base::read_file(fmt::format("/proc/self/fd/{}", memory.get()));
}

/// The archive that librpm writes of the header's files; ghosts have no content there.
bool write_files(FD_t output, Header header, const std::vector<const RpmFile*>& files) {
  const rpmfiles list = rpmfilesNew(nullptr, header, RPMTAG_BASENAMES, RPMFI_KEEPHEADER);
  const rpmfi place = rpmfiNewArchiveWriter(output, list);
  bool done = true;
  for (int index = rpmfiNext(place); done && index >= 0; index = rpmfiNext(place)) {
    const std::string& content = files[static_cast<std::size_t>(index)]->content;
    done = rpmfiArchiveWrite(place, content.data(), content.size()) == content.size();
  }
  done = rpmfiArchiveClose(place) == 0 && done;
  rpmfiFree(place);
  rpmfilesFree(list);
  return done;
}

}  // namespace

std::string rpm_archive(Header header, const std::vector<const RpmFile*>& files) {
  return written("w.ufdio", [&](FD_t output) { return write_files(output, header, files); });
}

}  // namespace lucie::metapackage
