#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "metapackage/template_names.hpp"

namespace lucie::metapackage {

/// A file that ends in `.in`, parsed: `@{host.name}`, `@{for h in host_group.hosts}` … `@{end}`,
/// `@{if answer.utc}` … `@{else}` … `@{end}`, `==`, `!=`; `@@{` is a literal `@{`. A line that holds only
/// control words and blanks vanishes.
class Template {
 public:
  /// `file` stands in positions. What is wrong with the text's form is appended to `faults`; such a template
  /// must not be expanded.
  Template(std::string_view text, std::string file, std::vector<Fault>& faults);
  ~Template();
  Template(Template&&) noexcept;

  /// Appends a fault for every name that no cluster can have. `answers`: the names of the LMP's questions.
  void check(const std::vector<std::string>& answers, std::vector<Fault>& faults) const;

  /// The questions whose answers its content depends on.
  std::set<std::string> answers_used() const;

  /// The file's content for one host. What the host lacks is appended to `faults`.
  std::string expand(const TemplateScope& scope, std::vector<Fault>& faults) const;

  struct Node;

 private:
  std::string file_;
  std::unique_ptr<Node> root_;
};

}  // namespace lucie::metapackage
