#include "accepting.hpp"
#include "universe/index.hpp"

using namespace lucie;

/// The Packages index of an apt repository. What is made of it can be read again.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static const fuzz::InputFile packages("Packages"), solv("Packages.solv");
  packages.write(fuzz::text_of(bytes, size));
  if (!fuzz::accepts([&] { universe::write_solv(packages.path(), solv.path()); })) return 0;
  const universe::PoolPointer pool = universe::make_pool("amd64", universe::PackageFormat::deb);
  universe::add_solv(pool.get(), *universe::open_solv(solv.path()), solv.path(), "mirror");
  return 0;
}
