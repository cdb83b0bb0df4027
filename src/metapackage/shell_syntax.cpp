#include "metapackage/shell_syntax.hpp"

#include <array>
#include <fmt/format.h>
#include <regex>

#include "base/process.hpp"
#include "base/text.hpp"
#include "metapackage/script_batch.hpp"

namespace lucie::metapackage {
namespace {

base::Outcome run_shfmt(const std::string& text, const std::string& dialect) {
  try {
    return base::run({.argv = {"shfmt", "-tojson", "-ln", dialect, "-filename", "script"}, .input = text});
  } catch (EnvironmentError& error) {
    error.context("reading scripts").hint("install the package 'shfmt'");
    throw;
  }
}

}  // namespace

ShellText::ShellText(std::string text, std::string dialect, Position origin, bool spot)
    : text_(std::move(text)), dialect_(std::move(dialect)), origin_(std::move(origin)), spot_(spot) {
  if (auto known = ScriptBatch::tree(text_, dialect_)) {
    tree_ = std::move(*known);
    return;
  }
  const base::Outcome outcome = run_shfmt(text_, dialect_);
  if (outcome.success()) {
    tree_ = Json::parse(outcome.output);
    return;
  }
  std::smatch parts;  // "script:3:5: reached EOF without closing quote"
  static const std::regex pattern(R"(script:(\d+):(\d+): ([^\n]*)\n?)");
  if (!std::regex_match(outcome.error, parts, pattern)) {
    throw Error(fmt::format("shfmt cannot read it: {}", base::trim(outcome.error))).at(origin_);
  }
  throw Error(fmt::format("the shell cannot read this: {}", parts[3].str()))
      .at(place(std::stoi(parts[1]), std::stoi(parts[2])))
      .hint(dialect_ == "posix" ? "'#!/bin/bash' in the first line allows what bash knows" : "");
}

Position ShellText::place(int line, int column) const {
  if (spot_) return origin_;
  return {origin_.file, origin_.line + line - 1, line == 1 ? origin_.column + column - 1 : column};
}

Position ShellText::position(const Json& node) const {
  const Json& where = child(node, "Pos");
  if (!where.is_object()) return origin_;
  return place(where.value("Line", 1), where.value("Col", 1));
}

std::size_t ShellText::offset(const Json& position) const {
  if (!position.is_object()) return 0;
  return std::min<std::size_t>(position.value("Offset", 0U), text_.size());
}

std::string_view ShellText::operator_at(const Json& node, const char* key) const {
  constexpr std::array<std::string_view, 16> operators = {"&>>", "<<<", "<<-", "&>", "<<", "<>", "<&", ">>",
                                                          ">|",  ">&",  "&&",  "||", "|&", "|",  "<",  ">"};
  const std::string_view rest = std::string_view(text_).substr(offset(child(node, key)));
  for (const std::string_view known : operators) {
    if (rest.starts_with(known)) return known;
  }
  return {};
}

std::string_view ShellText::word_operator_at(const Json& node) const {
  const std::string_view rest = std::string_view(text_).substr(offset(child(node, "OpPos")));
  for (const std::string_view known : {"==", "!=", "="}) {
    if (rest.starts_with(known)) return known;
  }
  return {};
}

std::string_view ShellText::source_of(const Json& node) const {
  const std::string_view from = source_at(node), rest = behind(node);
  return from.substr(0, from.size() - std::min(from.size(), rest.size()));
}

std::string_view ShellText::source_at(const Json& node) const {
  return std::string_view(text_).substr(offset(child(node, "Pos")));
}

std::string_view ShellText::behind(const Json& node) const {
  return std::string_view(text_).substr(offset(child(node, "End")));
}

const Json& child(const Json& node, const char* key) {
  static const Json none;
  if (!node.is_object()) return none;
  const auto found = node.find(key);
  return found == node.end() ? none : *found;
}

std::string text_at(const Json& node, const char* key) {
  const Json& value = child(node, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string type_at(const Json& node) {
  return text_at(node, "Type");
}

}  // namespace lucie::metapackage
