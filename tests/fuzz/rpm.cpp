#include "metapackage/rpm.hpp"

#include <sanitizer/lsan_interface.h>

#include "accepting.hpp"
#include "forged_rpm.hpp"
#include "metapackage/repository_format.hpp"

using namespace lucie;

namespace {

/// What publishing and reading from a repository do with it.
void read(const std::string& text) {
  const auto read = [&](bool with_files) {
    const metapackage::RpmContent content = metapackage::read_rpm(text, with_files);
    for (const metapackage::ArchiveEntry& entry : content.files)
      fuzz::demand(entry.path.starts_with('/'), "paths are absolute");
  };
  const bool damaged = !fuzz::accepts([&] { read(false); });
  if (fuzz::accepts([&] { read(true); })) fuzz::demand(!damaged, "what has files has a header");
  fuzz::accepts([&] {
    static const fuzz::InputFile file("package.rpm");
    static const auto format = metapackage::rpm_format();
    // librpm forgets some bytes of a damaged header that createrepo_c asks it for.
    const __lsan::ScopedDisabler leaks_of_others;
    const metapackage::Listed package = format->list(file.write(text), text, "");
    fuzz::demand(!damaged, "what is published can be read");
    fuzz::demand(package.file.starts_with("pool/main/l/lmp-"), "packages stay in the pool");
  });
}

}  // namespace

/// An rpm, as it is published (docs of rpm: package format 3).
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text = fuzz::text_of(bytes, size);
  metapackage::is_rpm(text);
  read(text);
  fuzz::accepts([&] {
    const metapackage::RpmPieces pieces = metapackage::cut_rpm(text);
    read(metapackage::forged_rpm(pieces, pieces.payload));
  });
  fuzz::accepts([&] { metapackage::is_signed_rpm(text); });
  fuzz::accepts([&] {
    const std::string again =
        metapackage::signed_rpm(text, [](std::string_view) { return std::string("\x88\x01x"); });
    fuzz::demand(metapackage::is_rpm(again), "a signed rpm is one");
  });
  return 0;
}
