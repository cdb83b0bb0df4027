#include "metapackage/template_parser.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

using Node = Template::Node;

/// Who goes through a template goes down with it.
constexpr std::size_t deepest = 100;

struct Token {
  std::string text;
  bool quoted = false;
  int column = 0;
};

/// A piece of one line: text, or the inside of `@{…}`.
struct Piece {
  bool tag = false;
  std::string text;  ///< of a text
  std::vector<Token> tokens;
  int column = 0;  ///< of the piece's first byte, from 1
};

bool is_control(const Piece& piece) {
  static const std::vector<std::string> words = {"for", "if", "else", "end"};
  return piece.tag && !piece.tokens.empty() && !piece.tokens.front().quoted &&
         std::find(words.begin(), words.end(), piece.tokens.front().text) != words.end();
}

class Parser {
 public:
  Parser(const std::string& file, std::vector<Fault>& faults) : file_(file), faults_(faults) {
    open_.push_back({.node = {}, .in_else = false});
  }

  void line(std::string_view text) {
    ++line_;
    std::vector<Piece> pieces = cut(text);
    const bool control = std::any_of(pieces.begin(), pieces.end(), is_control);
    const bool only_control = control && std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
                                return is_control(piece) || (!piece.tag && base::trim(piece.text).empty());
                              });
    for (const Piece& piece : pieces) {
      if (piece.tag) {
        tag(piece);
      } else if (!only_control) {
        add_text(piece.text);
      }
    }
  }

  Node finish() {
    while (open_.size() > 1) {
      const Node& unclosed = open_.back().node;
      fault(unclosed.position, fmt::format("'{}' without an 'end'", word(unclosed)),
            "close it with '@{end}'");
      close();
    }
    return std::move(open_.front().node);
  }

 private:
  struct Open {
    Node node;
    bool in_else = false;
  };

  static const char* word(const Node& node) { return node.kind == Node::Kind::loop ? "for" : "if"; }

  Position at(int column) const { return {file_, line_, column}; }

  void fault(const Position& where, std::string message, std::string hint = {}) {
    faults_.push_back({where, std::move(message), std::move(hint)});
  }

  /// Splits a line (with its newline) at its tags.
  std::vector<Piece> cut(std::string_view text) {
    std::vector<Piece> pieces;
    std::string plain;
    int plain_column = 1;
    const auto flush = [&] {
      if (!plain.empty()) pieces.push_back({.text = std::move(plain), .column = plain_column});
      plain.clear();
    };
    for (std::size_t i = 0; i < text.size();) {
      if (text.substr(i).starts_with("@@{")) {
        plain += "@{";
        i += 3;
      } else if (text.substr(i).starts_with("@{")) {
        flush();
        Piece piece{.tag = true, .column = static_cast<int>(i) + 1};
        i = read_tag(text, i + 2, piece);
        pieces.push_back(std::move(piece));
        plain_column = static_cast<int>(i) + 1;
      } else {
        plain += text[i++];
      }
    }
    flush();
    return pieces;
  }

  /// Reads tokens until the closing brace; gives the place after it.
  std::size_t read_tag(std::string_view text, std::size_t i, Piece& piece) {
    while (i < text.size() && text[i] != '\n') {
      const int column = static_cast<int>(i) + 1;
      if (text[i] == '}') return i + 1;
      if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r') {
        ++i;
      } else if (text[i] == '"') {
        const auto end = text.find('"', i + 1);
        if (end == std::string_view::npos) break;
        piece.tokens.push_back({std::string(text.substr(i + 1, end - i - 1)), true, column});
        i = end + 1;
      } else if (text.substr(i).starts_with("==") || text.substr(i).starts_with("!=")) {
        piece.tokens.push_back({std::string(text.substr(i, 2)), false, column});
        i += 2;
      } else {
        const auto end = std::min(text.find_first_of(" \t\r\n}\"=!", i), text.size());
        piece.tokens.push_back(
            {std::string(text.substr(i, std::max<std::size_t>(end - i, 1))), false, column});
        i = std::max(end, i + 1);
      }
    }
    fault(at(piece.column), "'@{' is not closed on its line", "write '@@{' for a literal '@{'");
    piece.tokens = {{"", true, piece.column}};
    return text.ends_with('\n') ? text.size() - 1 : text.size();
  }

  void add(Node node) {
    Open& open = open_.back();
    (open.in_else ? open.node.otherwise : open.node.body).push_back(std::move(node));
  }

  void add_text(const std::string& text) {
    Open& open = open_.back();
    std::vector<Node>& nodes = open.in_else ? open.node.otherwise : open.node.body;
    if (!nodes.empty() && nodes.back().kind == Node::Kind::text) {
      nodes.back().text += text;
    } else {
      nodes.push_back({.kind = Node::Kind::text, .text = text});
    }
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  TemplateOperand operand(const Token& token) const { return {token.text, token.quoted, at(token.column)}; }

  void tag(const Piece& piece) {
    const auto& tokens = piece.tokens;
    const Position where = at(piece.column);
    if (tokens.empty()) return fault(where, "empty '@{}'", "write '@@{' for a literal '@{'");
    const std::string& first = tokens.front().text;
    if (tokens.front().quoted) return;  // already reported, or a text between braces
    if (first == "for") return loop(piece);
    if (first == "if") return condition(piece);
    if (first == "else") return otherwise(where);
    if (first == "end") return end(where);
    if (tokens.size() > 1) {
      return fault(at(tokens[1].column),
                   fmt::format("'{}' is not expected after '{}'", tokens[1].text, first),
                   "'@{NAME}' takes one name; 'for', 'if', 'else' and 'end' are the control words");
    }
    add({.kind = Node::Kind::value, .left = operand(tokens.front()), .position = where});
  }

  void loop(const Piece& piece) {
    const auto& tokens = piece.tokens;
    Node node{.kind = Node::Kind::loop, .position = at(piece.column)};
    if (tokens.size() != 4 || tokens[2].text != "in" || !base::is_name(tokens[1].text) ||
        tokens[1].text.find('.') != std::string::npos) {
      fault(node.position, "a loop is written '@{for VARIABLE in NAME}'");
    } else {
      node.text = tokens[1].text;
      node.left = operand(tokens[3]);
    }
    open(std::move(node));
  }

  void condition(const Piece& piece) {
    const auto& tokens = piece.tokens;
    Node node{.kind = Node::Kind::condition, .position = at(piece.column)};
    const bool comparison = tokens.size() == 4 && (tokens[2].text == "==" || tokens[2].text == "!=");
    if ((tokens.size() != 2 && !comparison) || tokens[1].quoted) {
      fault(node.position,
            "a condition is written '@{if NAME}', '@{if NAME == VALUE}' or '@{if NAME != VALUE}'");
    } else {
      node.left = operand(tokens[1]);
      if (comparison) {
        node.comparison = tokens[2].text;
        node.right = operand(tokens[3]);
      }
    }
    open(std::move(node));
  }

  void open(Node node) {
    if (too_deep_ == 0 && open_.size() <= deepest) return open_.push_back({std::move(node), false});
    if (++too_deep_ == 1)
      fault(node.position, fmt::format("'{}' stands more than {} deep in others", word(node), deepest));
  }

  void otherwise(const Position& where) {
    if (too_deep_ > 0) return;
    Open& open = open_.back();
    if (open_.size() == 1 || open.node.kind != Node::Kind::condition) {
      return fault(where, "'else' without an 'if'");
    }
    if (open.in_else) return fault(where, "a second 'else' for one 'if'");
    open.in_else = true;
  }

  void end(const Position& where) {
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    if (open_.size() == 1) return fault(where, "'end' without a 'for' or 'if'");
    close();
  }

  const std::string& file_;
  std::vector<Fault>& faults_;
  std::vector<Open> open_;
  std::size_t too_deep_ = 0;  ///< open ones beyond the deepest, which are not kept
  int line_ = 0;
};

}  // namespace

Node parse_template(std::string_view text, const std::string& file, std::vector<Fault>& faults) {
  Parser parser(file, faults);
  for (std::size_t start = 0; start < text.size();) {
    const auto newline = text.find('\n', start);
    const auto end = newline == std::string_view::npos ? text.size() : newline + 1;
    parser.line(text.substr(start, end - start));
    start = end;
  }
  return parser.finish();
}

}  // namespace lucie::metapackage
