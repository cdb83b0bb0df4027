#include "metapackage/template.hpp"

#include <fmt/format.h>

#include "metapackage/template_parser.hpp"

namespace lucie::metapackage {
namespace {

using Node = Template::Node;

/// A file of a node with the names of 100,000 hosts is far below. More are loops that multiply.
constexpr std::size_t most_bytes = 64 << 20, most_steps = 2'000'000;
/// More lines that a host lacks something for are read by nobody.
constexpr std::size_t most_lacking = 1000;

/// Walks a template without a cluster and reports names that cannot be.
class Checker {
 public:
  Checker(const std::vector<std::string>& answers, std::vector<Fault>& faults)
      : answers_(answers), faults_(faults) {}

  void walk(const std::vector<Node>& nodes) {
    for (const Node& node : nodes) {
      switch (node.kind) {
        case Node::Kind::value:
          type(node.left);
          break;
        case Node::Kind::loop:
          loop(node);
          break;
        case Node::Kind::condition:
          condition(node);
          break;
        default:
          break;
      }
    }
  }

 private:
  std::optional<TemplateType> type(const TemplateOperand& operand) {
    if (operand.text.empty()) return {};  // its form was reported
    try {
      return type_of(operand.text, variables_, answers_);
    } catch (Error& error) {
      faults_.push_back({operand.position, error.fault().message, error.fault().hint});
      return {};
    }
  }

  void loop(const Node& node) {
    const auto list = type(node.left);
    if (list && !list->list) {
      faults_.push_back({node.left.position, fmt::format("'{}' is no list", node.left.text), {}});
    }
    if (names_scope(node.text + ".", TypedVariables{}) || variables_.contains(node.text)) {
      faults_.push_back({node.position, fmt::format("the variable '{}' hides another name", node.text), {}});
    }
    const TypedVariables outer = variables_;
    if (list) {
      variables_[node.text] = {list->kind, false};
      walk(node.body);
    }
    variables_ = outer;
  }

  void compared(const TemplateOperand& operand) {
    const auto kind = type(operand);
    if (kind && kind->list) {
      faults_.push_back({operand.position, fmt::format("the list '{}' cannot be compared", operand.text),
                         "go over it with '@{for …}'"});
    }
  }

  void condition(const Node& node) {
    if (node.comparison.empty()) {
      type(node.left);
    } else {
      compared(node.left);
      if (!node.right.quoted && names_scope(node.right.text, variables_)) compared(node.right);
    }
    walk(node.body);
    walk(node.otherwise);
  }

  const std::vector<std::string>& answers_;
  std::vector<Fault>& faults_;
  TypedVariables variables_;
};

class Expander {
 public:
  Expander(const TemplateScope& scope, std::vector<Fault>& faults)
      : scope_(scope), faults_(faults), faults_before_(faults.size()) {}

  void walk(const std::vector<Node>& nodes) {
    for (const Node& node : nodes) {
      if (!goes_on(node)) return;
      switch (node.kind) {
        case Node::Kind::text:
          content += node.text;
          break;
        case Node::Kind::value:
          content += value(node.left).as_text();
          break;
        case Node::Kind::loop:
          loop(node);
          break;
        case Node::Kind::condition:
          walk(holds(node) ? node.body : node.otherwise);
          break;
        case Node::Kind::sequence:
          break;
      }
    }
  }

  std::string content;

 private:
  bool goes_on(const Node& node) {
    ++steps_;
    const bool too_much = content.size() > most_bytes || steps_ > most_steps;
    if (too_much && !stopped_)
      faults_.push_back(
          {loop_ == nullptr ? node.position : loop_->position,
           fmt::format("it makes a file of more than {} bytes, or goes through more than {} steps",
                       most_bytes, most_steps),
           "each loop within another one takes as many times as long"});
    stopped_ = stopped_ || too_much || faults_.size() - faults_before_ > most_lacking;
    return !stopped_;
  }

  TemplateValue value(const TemplateOperand& operand) {
    try {
      TemplateValue value = value_of(operand.text, variables_, scope_);
      steps_ += value.items.size();
      return value;
    } catch (Error& error) {
      faults_.push_back({operand.position, error.fault().message, error.fault().hint});
      return {};
    }
  }

  void loop(const Node& node) {
    const Node* const outer = loop_;
    const TemplateValue list = value(node.left);
    for (const TemplateValue& item : list.items) {
      loop_ = &node;
      if (!goes_on(node)) break;
      variables_[node.text] = item;
      walk(node.body);
    }
    loop_ = outer;
    variables_.erase(node.text);
  }

  /// `@{if host._x}` asks whether the attribute is there, so that a lacking one is no fault here.
  bool truth(const TemplateOperand& operand) {
    const auto dot = operand.text.rfind('.');
    if (dot == std::string::npos || !operand.text.substr(dot + 1).starts_with("_")) {
      return value(operand).truth();
    }
    try {
      return value_of(operand.text, variables_, scope_).truth();
    } catch (Error&) {
      return false;
    }
  }

  bool holds(const Node& node) {
    if (node.comparison.empty()) return truth(node.left);
    const bool name = !node.right.quoted && names_scope(node.right.text, variables_);
    const std::string right = name ? value(node.right).as_text() : node.right.text;
    return (value(node.left).as_text() == right) == (node.comparison == "==");
  }

  const TemplateScope& scope_;
  std::vector<Fault>& faults_;
  const std::size_t faults_before_;
  Variables variables_;
  const Node* loop_ = nullptr;  ///< the innermost that is gone through
  std::size_t steps_ = 0;
  bool stopped_ = false;
};

void collect_answers(const TemplateOperand& operand, std::set<std::string>& answers) {
  constexpr std::string_view scope = "answer.";
  if (!operand.quoted && operand.text.starts_with(scope)) answers.insert(operand.text.substr(scope.size()));
}

void collect_answers(const std::vector<Node>& nodes, std::set<std::string>& answers) {
  for (const Node& node : nodes) {
    collect_answers(node.left, answers);
    collect_answers(node.right, answers);
    collect_answers(node.body, answers);
    collect_answers(node.otherwise, answers);
  }
}

}  // namespace

Template::Template(std::string_view text, std::string file, std::vector<Fault>& faults)
    : file_(std::move(file)), root_(std::make_unique<Node>(parse_template(text, file_, faults))) {}
Template::~Template() = default;
Template::Template(Template&&) noexcept = default;

void Template::check(const std::vector<std::string>& answers, std::vector<Fault>& faults) const {
  Checker(answers, faults).walk(root_->body);
}

std::set<std::string> Template::answers_used() const {
  std::set<std::string> answers;
  collect_answers(root_->body, answers);
  return answers;
}

std::string Template::expand(const TemplateScope& scope, std::vector<Fault>& faults) const {
  Expander expander(scope, faults);
  expander.walk(root_->body);
  return std::move(expander.content);
}

}  // namespace lucie::metapackage
