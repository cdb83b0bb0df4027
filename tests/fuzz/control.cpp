#include "accepting.hpp"
#include "metapackage/deb.hpp"
#include "universe/control_text.hpp"
#include "universe/release.hpp"

using namespace lucie;

/// Debian control text: a package's control file, an apt repository's Release.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text = fuzz::text_of(bytes, size);
  universe::for_each_stanza(text, [](std::string_view stanza) {
    fuzz::demand(!stanza.empty(), "a stanza is not empty");
    universe::field(stanza, "Package");
    universe::field_lines(stanza, "Description");
  });
  fuzz::accepts([&] {
    std::string again;
    const auto stanzas = metapackage::parse_stanzas(text);
    for (const metapackage::Stanza& stanza : stanzas) {
      fuzz::demand(!stanza.empty(), "a stanza has a field");
      metapackage::field(stanza, "Package");
      again += metapackage::to_text(stanza) + "\n";
    }
    fuzz::demand(metapackage::parse_stanzas(again).size() == stanzas.size(), "as many stanzas come back");
  });
  fuzz::accepts([&] { universe::parse_release(text); });
  return 0;
}
