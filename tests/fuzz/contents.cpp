#include "universe/contents.hpp"

#include "accepting.hpp"
#include "universe/contents_collector.hpp"

using namespace lucie;

/// The Contents index of an apt repository. What is made of it can be read again.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static const fuzz::InputFile index("contents");
  universe::ContentsCollector collector;
  for (const std::string& line : base::split(fuzz::text_of(bytes, size), '\n')) collector.add_line(line);
  index.write(collector.text());
  universe::Contents contents(universe::PackageFormat::deb);
  contents.add(index.path());
  contents.file("/etc/hosts");
  contents.program("ls");
  return 0;
}
