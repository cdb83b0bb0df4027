#include "base/node_set.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::base {
namespace {

[[noreturn]] void refuse(std::string_view expression, const std::string& why) {
  throw Error(fmt::format("range '{}': {}", expression, why));
}

std::uint64_t number_of(std::string_view digits, std::string_view expression) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    refuse(expression, fmt::format("'{}' is not a number", digits));
  }
  return number;
}

/// One item between the commas of a bracket: `7`, `000-255`, `1-9/2`, or a plain word such as `a`.
void append_item(std::string_view item, std::string_view expression, std::vector<std::string>& values) {
  const auto dash = item.find('-');
  if (dash == std::string_view::npos) {
    if (item.empty()) refuse(expression, "an item of the bracket is empty");
    values.emplace_back(item);
    return;
  }
  const auto slash = item.find('/', dash);
  const std::string_view first = item.substr(0, dash);
  const std::string_view last =
      item.substr(dash + 1, slash == std::string_view::npos ? slash : slash - dash - 1);
  const std::uint64_t from = number_of(first, expression);
  const std::uint64_t to = number_of(last, expression);
  const std::uint64_t step =
      slash == std::string_view::npos ? 1 : number_of(item.substr(slash + 1), expression);
  if (to < from) refuse(expression, fmt::format("{}-{} runs downward", first, last));
  if (step == 0) refuse(expression, "a step of 0");
  if ((to - from) / step >= most_names) refuse(expression, fmt::format("more than {} names", most_names));
  for (std::uint64_t number = from;; number += step) {
    values.push_back(fmt::format("{:0{}}", number, first.size()));
    if (to - number < step) return;
  }
}

std::vector<std::string> bracket_values(std::string_view inside, std::string_view expression) {
  std::vector<std::string> values;
  for (const std::string& item : split(inside, ',')) append_item(trim(item), expression, values);
  return values;
}

std::vector<std::string> multiply(const std::vector<std::string>& left, const std::vector<std::string>& right,
                                  std::string_view expression) {
  if (left.size() * right.size() > most_names)
    refuse(expression, fmt::format("more than {} names", most_names));
  std::vector<std::string> product;
  product.reserve(left.size() * right.size());
  for (const std::string& head : left) {
    for (const std::string& tail : right) product.push_back(head + tail);
  }
  return product;
}

/// A name cut at its last run of digits, which is what a bracket replaces.
struct Parts {
  std::string head, digits, tail;
};

std::optional<Parts> cut(const std::string& name) {
  const auto last = name.find_last_of("0123456789");
  if (last == std::string::npos) return std::nullopt;
  const auto before = name.find_last_not_of("0123456789", last);
  const auto first = before == std::string::npos ? 0 : before + 1;
  if (last - first > 17) return std::nullopt;
  return Parts{name.substr(0, first), name.substr(first, last - first + 1), name.substr(last + 1)};
}

/// "000-003,007" for sorted numbers of one width.
std::string fold_numbers(const std::set<std::uint64_t>& numbers, std::size_t width) {
  std::vector<std::string> pieces;
  for (auto at = numbers.begin(); at != numbers.end();) {
    const std::uint64_t from = *at;
    std::uint64_t to = from;
    for (++at; at != numbers.end() && *at == to + 1; ++at) to = *at;
    pieces.push_back(from == to ? fmt::format("{:0{}}", from, width)
                                : fmt::format("{:0{}}-{:0{}}", from, width, to, width));
  }
  return join(pieces, ",");
}

}  // namespace

std::vector<std::string> expand_range(std::string_view expression) {
  std::vector<std::string> names = {""};
  for (std::size_t at = 0; at < expression.size();) {
    const auto open = expression.find('[', at);
    const std::string_view plain = expression.substr(at, open == std::string_view::npos ? open : open - at);
    if (plain.find(']') != std::string_view::npos) refuse(expression, "']' without '['");
    for (std::string& name : names) name += plain;
    if (open == std::string_view::npos) break;
    const auto close = expression.find(']', open);
    if (close == std::string_view::npos) refuse(expression, "'[' without ']'");
    names = multiply(names, bracket_values(expression.substr(open + 1, close - open - 1), expression),
                     expression);
    at = close + 1;
  }
  return names;
}

bool has_range(std::string_view expression) {
  return expression.find_first_of("[]") != std::string_view::npos;
}

std::vector<std::string> split_node_set(std::string_view expression) {
  std::vector<std::string> pieces;
  int depth = 0;
  std::size_t start = 0;
  const auto finish = [&](std::size_t end) {
    if (const auto piece = trim(expression.substr(start, end - start)); !piece.empty())
      pieces.emplace_back(piece);
    start = end + 1;
  };
  for (std::size_t at = 0; at < expression.size(); ++at) {
    if (expression[at] == '[') ++depth;
    if (expression[at] == ']') --depth;
    if (expression[at] == ',' && depth <= 0) finish(at);
  }
  if (start <= expression.size()) finish(expression.size());
  return pieces;
}

std::vector<std::string> expand_node_set(std::string_view expression) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const std::string& piece : split_node_set(expression)) {
    for (std::string& name : expand_range(piece)) {
      if (seen.insert(name).second) names.push_back(std::move(name));
    }
  }
  return names;
}

std::string fold_node_set(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  struct Run {
    std::set<std::uint64_t> numbers;
    std::string only;
  };
  std::map<std::tuple<std::string, std::size_t, std::string>, Run> runs;
  for (const std::string& name : names) {
    const auto parts = cut(name);
    if (!parts) {
      runs[{name, 0, ""}].only = name;
      continue;
    }
    Run& run = runs[{parts->head, parts->digits.size(), parts->tail}];
    run.numbers.insert(std::stoull(parts->digits));
    run.only = name;
  }
  std::vector<std::string> pieces;
  for (const auto& [key, run] : runs) {
    const auto& [head, width, tail] = key;
    if (run.numbers.size() < 2) {
      pieces.push_back(run.only);
    } else {
      pieces.push_back(fmt::format("{}[{}]{}", head, fold_numbers(run.numbers, width), tail));
    }
  }
  return join(pieces, ",");
}

}  // namespace lucie::base
