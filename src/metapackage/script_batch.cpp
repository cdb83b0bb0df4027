#include "metapackage/script_batch.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "metapackage/script_uses.hpp"

namespace lucie::metapackage {
namespace {

/// The tree of this much text takes some 10 MB.
constexpr std::size_t most_bytes = 1 << 16;

thread_local const ScriptBatch* current = nullptr;

/// Where a text begins in those that are read together.
struct Start {
  std::size_t offset = 0;
  int line = 0;  ///< lines before it
};

/// Makes the places in a tree those of the text alone.
void move_places(Json& node, const Start& start) {
  if (node.is_array()) {
    for (Json& element : node) move_places(element, start);
  } else if (node.is_object()) {
    const auto offset = node.find("Offset"), line = node.find("Line");
    const bool place = offset != node.end() && line != node.end() && node.size() == 3;
    if (!place) {
      for (Json& member : node) move_places(member, start);
    } else if (line->get<int>() > start.line) {  // one that is not set stands at 0
      *offset = offset->get<std::size_t>() - start.offset;
      *line = line->get<int>() - start.line;
    }
  }
}

/// True for the command that stands behind each text, with its number.
bool is_mark(const Json& statement, const std::string& mark) {
  const Json& arguments = child(child(statement, "Cmd"), "Args");
  if (!arguments.is_array() || arguments.size() != 2) return false;
  const Json& parts = child(arguments[1], "Parts");
  return parts.is_array() && parts.size() == 1 && text_at(parts[0], "Value") == mark;
}

/// The tree of one text out of the statements of all.
Json tree_of(Json statements, const Start& start) {
  Json tree = {{"Type", "File"}, {"Stmts", std::move(statements)}};
  move_places(tree, start);
  return tree;
}

}  // namespace

std::optional<std::vector<Json>> read_together(const std::vector<std::string>& texts,
                                               const std::string& dialect) {
  // A command that is in none of the texts stands behind each: where one does not end, it is part of it.
  std::string all;
  base::Sha256 digest;
  for (const std::string& text : texts) digest.add(text);
  const std::string word = "lucie-" + digest.finish_hex().substr(0, 24);
  std::vector<Start> starts;
  int lines = 0;
  for (const std::string& text : texts) {
    starts.push_back({all.size(), lines});
    all += fmt::format("{}\n\n: {}-{}\n", text, word, starts.size());
    lines += static_cast<int>(std::ranges::count(text, '\n')) + 3;
  }
  const base::Outcome outcome =
      base::run({.argv = {"shfmt", "-tojson", "-ln", dialect, "-filename", "script"}, .input = all});
  if (!outcome.success()) return {};
  Json tree = Json::parse(outcome.output);
  std::vector<Json> trees;
  Json statements = Json::array();
  for (Json& statement : tree["Stmts"]) {
    if (trees.size() == texts.size()) return {};
    if (!is_mark(statement, fmt::format("{}-{}", word, trees.size() + 1))) {
      statements.push_back(std::move(statement));
      continue;
    }
    trees.push_back(tree_of(std::move(statements), starts[trees.size()]));
    statements = Json::array();
  }
  if (trees.size() != texts.size()) return {};
  return trees;
}

ScriptBatch::ScriptBatch(std::span<const Lmp> lmps, const ScriptCache& cache) {
  std::map<std::string, std::set<std::string>> texts;  // by dialect
  for (const Lmp& lmp : lmps) {
    for (const std::string& text : program_texts(lmp)) {
      const std::string dialect = shell_dialect(text);
      // Alone, a backslash at the very end is one; before more text it joins lines.
      const bool alone = text.ends_with('\\');
      if (!dialect.empty() && !alone && !cache.knows(text)) texts[dialect].insert(text);
    }
  }
  for (const auto& [dialect, of_dialect] : texts) {
    Texts part;
    std::size_t bytes = 0;
    for (const std::string& text : of_dialect) {
      if (bytes + text.size() > most_bytes && !part.empty()) {
        read(dialect, part);
        part.clear();
        bytes = 0;
      }
      part.push_back(text);
      bytes += text.size();
    }
    read(dialect, part);
  }
  current = this;
}

ScriptBatch::~ScriptBatch() {
  current = nullptr;
}

/// Halves what cannot be read together, until it is clear which text is in the way.
void ScriptBatch::read(const std::string& dialect, const Texts& texts) {
  if (texts.size() < 2) return;
  if (auto trees = read_together(texts, dialect)) {
    for (std::size_t place = 0; place < texts.size(); ++place)
      trees_.emplace(std::pair(dialect, texts[place]), std::move((*trees)[place]));
    return;
  }
  const auto middle = texts.begin() + static_cast<std::ptrdiff_t>(texts.size() / 2);
  read(dialect, {texts.begin(), middle});
  read(dialect, {middle, texts.end()});
}

std::optional<Json> ScriptBatch::tree(const std::string& text, const std::string& dialect) {
  if (current == nullptr) return {};
  const auto found = current->trees_.find({dialect, text});
  if (found == current->trees_.end()) return {};
  return found->second;
}

}  // namespace lucie::metapackage
