#include "metapackage/deb.hpp"

#include "accepting.hpp"
#include "universe/deb_control.hpp"

using namespace lucie;

/// A deb (deb(5)), as it is published and as it is put into a pool.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static const fuzz::InputFile file("package.deb");
  const std::string text = fuzz::text_of(bytes, size);
  fuzz::accepts([&] { metapackage::read_deb(text, true); });
  fuzz::accepts([&] { metapackage::read_deb(text, false); });
  fuzz::accepts([&] { universe::read_deb_control(file.write(text)); });
  return 0;
}
