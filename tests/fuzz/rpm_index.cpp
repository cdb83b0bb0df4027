#include "universe/rpm_index.hpp"

#include "accepting.hpp"
#include "universe/contents.hpp"
#include "universe/index.hpp"

using namespace lucie;

/// primary.xml and, behind its end, filelists.xml of an rpm-md repository. What is made of them can be read
/// again.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static const fuzz::InputFile primary("primary.xml"), filelists("filelists.xml"), solv("rpm.solv"),
      contents("rpm.contents");
  const std::string text = fuzz::text_of(bytes, size), end = "</metadata>";
  const std::size_t cut =
      std::min(text.find(end), text.size() - std::min(end.size(), text.size())) + end.size();
  primary.write(text.substr(0, cut));
  filelists.write(text.substr(std::min(cut, text.size())));
  const auto write = [&] {
    universe::write_rpm_solv(primary.path(), filelists.path(), solv.path(), contents.path());
  };
  if (!fuzz::accepts(write)) return 0;
  const universe::PoolPointer pool = universe::make_pool("x86_64", universe::PackageFormat::rpm);
  universe::add_solv(pool.get(), *universe::open_solv(solv.path()), solv.path(), "mirror");
  universe::Contents(universe::PackageFormat::rpm).add(contents.path());
  return 0;
}
