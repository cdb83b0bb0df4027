#include "universe/repomd.hpp"

#include "accepting.hpp"

using namespace lucie;

/// repomd.xml and comps.xml of an rpm-md repository.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text = fuzz::text_of(bytes, size);
  fuzz::accepts([&] {
    for (const auto& [type, file] : universe::parse_repomd(text).files) {
      fuzz::demand(!file.path.starts_with('/') && ("/" + file.path + "/").find("/../") == std::string::npos,
                   "no file lies outside of the repository");
    }
  });
  fuzz::accepts([&] { universe::parse_minimal_group(text); });
  return 0;
}
