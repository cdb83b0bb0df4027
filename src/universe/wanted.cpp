#include <fmt/format.h>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "universe/package_pool.hpp"

namespace lucie::universe {
namespace {

bool is_package_name(std::string_view name) {
  return name.size() >= 2 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._:") ==
             std::string_view::npos;
}

Id make_relation(::Pool* pool, std::string_view name, std::string_view comparison, std::string_view version) {
  static const std::map<std::string_view, int> operators{
      {"=", REL_EQ}, {"<<", REL_LT}, {"<=", REL_LT | REL_EQ}, {">=", REL_GT | REL_EQ}, {">>", REL_GT}};
  const auto found = operators.find(comparison);
  if (!is_package_name(name) || (!comparison.empty() && (found == operators.end() || version.empty())))
    throw Error("not a package");
  // name:amd64 and name:any mean the same here, in a universe of one architecture.
  const std::string plain(name.substr(0, name.find(':')));
  const Id id = pool_str2id(pool, plain.c_str(), 1);
  if (comparison.empty()) return id;
  return pool_rel2id(pool, id, pool_str2id(pool, std::string(version).c_str(), 1), found->second, 1);
}

Id parse_alternative(::Pool* pool, std::string_view text) {
  const auto parenthesis = text.find('(');
  if (parenthesis == std::string_view::npos) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return make_relation(pool, text, {}, {});
    return make_relation(pool, base::trim(text.substr(0, equals)), "=", base::trim(text.substr(equals + 1)));
  }
  if (!text.ends_with(')')) throw Error("not a package");
  std::string_view inside = base::trim(text.substr(parenthesis + 1, text.size() - parenthesis - 2));
  const auto end = inside.find_first_not_of("<>=");
  if (end == 0 || end == std::string_view::npos) throw Error("not a package");
  return make_relation(pool, base::trim(text.substr(0, parenthesis)), inside.substr(0, end),
                       base::trim(inside.substr(end)));
}

}  // namespace

Id parse_wanted(::Pool* pool, std::string_view text) {
  try {
    Id whole = 0;
    auto alternatives = base::split(text, '|');
    // "a | b | c" is a | (b | c) in libsolv.
    for (auto alternative = alternatives.rbegin(); alternative != alternatives.rend(); ++alternative) {
      const Id id = parse_alternative(pool, base::trim(*alternative));
      whole = whole == 0 ? id : pool_rel2id(pool, id, whole, REL_OR, 1);
    }
    return whole;
  } catch (const Error&) {
    Error error(
        fmt::format("'{}' is not a package name with an optional version", base::escape_control(text)));
    error.hint("write it like 'name', 'name=version', 'name (>= version)' or 'this | that'");
    throw error;
  }
}

}  // namespace lucie::universe
