#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metapackage/repository_candidates.hpp"
#include "metapackage/repository_edit.hpp"

namespace lucie::metapackage {
namespace {

bool only_has(const std::string& text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string::npos;
}

Formats all_formats() {
  Formats formats;
  formats.push_back(apt_format());
  formats.push_back(rpm_format());
  return formats;
}

}  // namespace

void check_is_lmp(const Listed& package, const std::vector<std::string>& paths) {
  constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz0123456789-_+.",
                             any = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+.~^:";
  constexpr std::size_t longest = 200;  // of a file's name 255 bytes are left
  const std::string& name = package.name;
  if (!only_has(name, lower) || !only_has(package.version, any) || !only_has(package.architecture, lower) ||
      name.starts_with('.') || name.size() + package.version.size() + package.architecture.size() > longest) {
    throw Error("its name, version or architecture is none that a package can have");
  }
  const std::string manifest =
      fmt::format("/usr/share/lucie/lmp/{}/lmp.conf", name.substr(std::min<std::size_t>(4, name.size())));
  const bool has_manifest = std::find(paths.begin(), paths.end(), manifest) != paths.end();
  if (name.starts_with("lmp-") && name.size() > 4 && has_manifest) return;
  throw Error(fmt::format("'{}' is no Lucie Meta Package", name))
      .hint(
          "packages that 'lmp build' made can be published; others belong into a package server of their "
          "own");
}

Error damaged_index(const std::filesystem::path& file) {
  Error error("the index is not the one that was published: its digest differs");
  error.at({file.string(), 0, 0});
  error.hint("take the repository from a copy, or publish all packages into a new folder");
  return error;
}

std::string pool_place(const std::string& package, const std::string& file) {
  return fmt::format("pool/main/{}/{}/{}", package.substr(0, 1), package, file);
}

RepositoryChange publish(const std::vector<std::filesystem::path>& files, const Publication& publication,
                         base::Reporter& reporter) {
  const Formats formats = all_formats();
  std::vector<Candidate> candidates = read_candidates(files, formats);
  RepositoryEdit edit(publication, formats, reporter);
  edit.add(std::move(candidates));
  if (publication.keep > 0) edit.keep_newest(publication.keep);
  return edit.put_in_force();
}

RepositoryChange unpublish(const std::vector<std::string>& wanted, const Publication& publication,
                           base::Reporter& reporter) {
  const Formats formats = all_formats();
  if (repository_formats(publication.repository).empty()) {
    throw Error(fmt::format("{} is no repository of LMPs", publication.repository.string()));
  }
  RepositoryEdit edit(publication, formats, reporter);
  for (const std::string& words : wanted) {
    const auto equals = words.find('=');
    const std::string name = words.substr(0, equals);
    edit.remove(name.starts_with("lmp-") ? name : "lmp-" + name,
                equals == std::string::npos ? "" : words.substr(equals + 1));
  }
  return edit.put_in_force();
}

}  // namespace lucie::metapackage
