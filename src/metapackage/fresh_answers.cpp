#include <algorithm>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/fill.hpp"
#include "metapackage/front_end.hpp"

/// What answers.awk writes into a fresh file, for packages that are built by the thousand.
namespace lucie::metapackage {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_plain(const std::string& value) {
  const auto only = [&](std::string_view more) {
    return std::all_of(value.begin(), value.end(), [&](char c) {
      return letters.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
    });
  };
  if (value.empty() || value == "null" || !only("/._:@%=,+ -")) return false;
  constexpr std::string_view not_at_ends = ",+ ";
  return not_at_ends.find(value.front()) == std::string_view::npos &&
         not_at_ends.find(value.back()) == std::string_view::npos;
}

/// As it is written: between quotes where it is not plain.
std::string written(const std::string& value) {
  if (is_plain(value)) return value;
  std::string text;
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return "\"" + text + "\"";
}

}  // namespace

std::string fresh_answers(const Lmp& lmp, const std::filesystem::path& templates) {
  std::size_t width = 8;
  for (const Question& question : lmp.questions) {
    if (question.has_answer()) width = std::max(width, question.name.size());
  }
  std::string lines;
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    // A choice that was never made is left out: the proof of the cluster asks for it.
    if (question.type == "select" && question.standard.empty()) continue;
    lines += fmt::format("    {:{}} {}\n", question.name, width, written(question.standard));
  }
  const std::string header =
      base::fill(base::read_file(templates / "front-end/header.in"), {{"name", lmp.name}});
  if (lines.empty()) return header;
  return fmt::format("{}define answers{{\n    {:{}} {}\n{}}}\n", header, "lmp_name", width, lmp.name, lines);
}

}  // namespace lucie::metapackage
