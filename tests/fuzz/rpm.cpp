#include "metapackage/rpm.hpp"

#include "accepting.hpp"

using namespace lucie;

/// An rpm, as it is published (docs of rpm: package format 3).
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text = fuzz::text_of(bytes, size);
  metapackage::is_rpm(text);
  const auto read = [&](bool with_files) {
    const metapackage::RpmContent content = metapackage::read_rpm(text, with_files);
    for (const metapackage::ArchiveEntry& entry : content.files)
      fuzz::demand(entry.path.starts_with('/'), "paths are absolute");
  };
  const bool damaged = !fuzz::accepts([&] { read(false); });
  if (fuzz::accepts([&] { read(true); })) fuzz::demand(!damaged, "what has files has a header");
  fuzz::accepts([&] { metapackage::is_signed_rpm(text); });
  fuzz::accepts([&] {
    const std::string again =
        metapackage::signed_rpm(text, [](std::string_view) { return std::string("\x88\x01x"); });
    fuzz::demand(metapackage::is_rpm(again), "a signed rpm is one");
  });
  return 0;
}
