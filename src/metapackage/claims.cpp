#include "metapackage/claims.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "metapackage/template.hpp"

namespace lucie::metapackage {
namespace {

bool uses_answers(const std::string& text, const std::string& file) {
  std::vector<Fault> reported_elsewhere;
  return !Template(text, file, reported_elsewhere).answers_used().empty();
}

}  // namespace

PathClaim path_claim(const Lmp& lmp, const NodeFile& file) {
  base::Sha256 digest;
  const auto add = [&](const std::string& part) { digest.add(fmt::format("{}:{};", part.size(), part)); };
  add(fmt::format("{}:{} {:o}", file.owner, file.group, file.mode));
  bool own = file.secret;
  for (const auto& [name, source] : file.variants) {
    const TreeTexts::Text kept = lmp.texts->read(source);
    const std::string& text = *kept;
    const bool expanded = file.templates.contains(name);
    own = own || (expanded && uses_answers(text, source.string()));
    add(name);
    add(expanded ? "template" : "text");
    add(text);
  }
  if (own) add("lmp " + lmp.name);
  const std::string bytes = digest.finish();
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return {file.path, value >> 1};
}

std::vector<PathClaim> path_claims(const Lmp& lmp) {
  std::vector<PathClaim> claims;
  for (const NodeFile& file : lmp.files) claims.push_back(path_claim(lmp, file));
  return claims;
}

std::string path_capability(const std::string& path) {
  base::Sha256 digest;
  digest.add(path);
  return "lmp-path-" + base::to_base32_lower(digest.finish().substr(0, 20));
}

}  // namespace lucie::metapackage
