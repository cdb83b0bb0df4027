#include "universe/contents.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "universe/contents_collector.hpp"
#include "universe/solv.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 3> program_folders = {"/usr/bin/", "/usr/sbin/", "/usr/games/"};

/// Calls `line` for each line: an index is half a gigabyte, so it is never whole in memory.
template <class Function>
void for_each_line(const fs::path& file, Function line) {
  const FilePointer input(solv_xfopen(file.c_str(), "r"));
  if (!input) throw EnvironmentError(fmt::format("open {}: {}", file.string(), std::strerror(errno)));
  std::string buffer(1 << 18, '\0'), rest;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), input.get())) {
    std::string_view block(buffer.data(), count);
    for (auto end = block.find('\n'); end != std::string_view::npos; end = block.find('\n')) {
      if (rest.empty()) {
        line(block.substr(0, end));
      } else {
        line(rest.append(block.substr(0, end)));
        rest.clear();
      }
      block.remove_prefix(end + 1);
    }
    rest.append(block);
  }
  if (std::ferror(input.get()) != 0) throw Error(fmt::format("{}: damaged compression", file.string()));
  line(rest);
}

void merge(Owners& into, const Owners& from) {
  into.always = into.always || from.always;
  std::set<std::string> packages(into.packages.begin(), into.packages.end());
  packages.insert(from.packages.begin(), from.packages.end());
  into.packages.assign(packages.begin(), packages.end());
}

}  // namespace

void write_contents(const fs::path& contents, const fs::path& index) {
  ContentsCollector collector;
  for_each_line(contents, [&](std::string_view line) { collector.add_line(line); });
  base::write_file(index, collector.text());
}

void Contents::add(const fs::path& file) {
  Index& index = indices_.emplace_back();
  index.text = base::read_file(file);
  std::string_view rest = index.text;
  while (!rest.empty()) {
    const auto tab = rest.find('\t'), end = rest.find('\n');
    if (end == std::string_view::npos || tab > end) {
      throw EnvironmentError(fmt::format("{} is damaged", file.string())).hint("remove it; it is made anew");
    }
    index.lines.emplace_back(rest.substr(0, tab), rest.substr(tab + 1, end - tab - 1));
    rest.remove_prefix(end + 1);
  }
}

Owners Contents::file(const std::string& path) const {
  const std::string wanted = folded(path);
  Owners owners = known_owners(wanted, format_);
  for (const Index& index : indices_) {
    const auto found = std::ranges::lower_bound(index.lines, std::string_view(wanted), {}, &Line::first);
    if (found == index.lines.end() || found->first != wanted) continue;
    merge(owners, {false, base::split_words(std::string(found->second))});
  }
  return owners;
}

Owners Contents::program(const std::string& name) const {
  Owners owners;
  for (const std::string& path : program_paths(name)) merge(owners, file(path));
  return owners;
}

std::string Contents::folded(const std::string& path) {
  return path.starts_with("/bin/") || path.starts_with("/sbin/") ? "/usr" + path : path;
}

std::vector<std::string> Contents::program_paths(const std::string& name) {
  std::vector<std::string> paths;
  for (const std::string_view folder : program_folders) paths.push_back(std::string(folder) + name);
  return paths;
}

}  // namespace lucie::universe
