#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <tuple>

#include "base/text.hpp"

namespace lucie {

bool operator<(const Position& left, const Position& right) {
  return std::tie(left.file, left.line, left.column) < std::tie(right.file, right.line, right.column);
}

void sort_faults(std::vector<Fault>& faults) {
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& left, const Fault& right) { return left.where < right.where; });
  faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
}

namespace {

/// Reads lines that faults stand in. Faults come sorted, so that a file is read once for all of its faults.
class SourceLines {
 public:
  /// Line `where.line` of its file, or an empty string. Only plain files are opened: a pipe would be waited
  /// for.
  std::string line(const Position& where) {
    std::error_code ignored;
    if (where.line <= 0 || !std::filesystem::is_regular_file(where.file, ignored)) return {};
    if (where.file != name_ || where.line <= number_) {
      file_ = std::ifstream(where.file);
      name_ = where.file;
      number_ = 0;
    }
    std::string line;
    for (; number_ < where.line && std::getline(file_, line);) ++number_;
    if (!file_) return {};
    while (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
  }

 private:
  std::ifstream file_;
  std::string name_;
  int number_ = 0;
};

std::string place(const Position& where) {
  if (!where.known()) return {};
  std::string text = base::escape_control(where.file);
  if (where.line > 0) text += fmt::format(":{}", where.line);
  if (where.line > 0 && where.column > 0) text += fmt::format(":{}", where.column);
  return text + ": ";
}

/// The source line with a caret below the column. Tabs are kept in the padding so that the caret lines up.
std::string excerpt(const Position& where, const std::string& line) {
  if (where.line <= 0) return {};
  if (line.empty() || line.size() > 400) return {};
  std::string text = fmt::format("{:5} | {}\n", where.line, base::escape_control(line, "\t"));
  if (where.column <= 0 || static_cast<std::size_t>(where.column) > line.size() + 1) return text;
  std::string padding;
  for (char c : line.substr(0, where.column - 1)) {
    if (c == '\t') {
      padding += '\t';
    } else if ((c & 0xC0) != 0x80) {  // count characters, not the continuation bytes of UTF-8
      padding += ' ';
    }
  }
  return text + "      | " + padding + "^\n";
}

std::string render(const Fault& fault, const std::string& label, const std::string& source_line) {
  std::string text =
      fmt::format("{}{}: {}\n", place(fault.where), label, base::escape_control(fault.message, "\n"));
  text += excerpt(fault.where, source_line);
  if (!fault.hint.empty()) text += fmt::format("hint: {}\n", base::escape_control(fault.hint, "\n"));
  return text;
}

}  // namespace

std::string render_fault(const Fault& fault, const std::string& label) {
  return render(fault, label, SourceLines().line(fault.where));
}

std::string render_faults(std::span<const Fault> faults, const std::string& label) {
  SourceLines lines;
  std::string text, line;
  Position last;
  for (const Fault& fault : faults) {
    const bool same = fault.where.file == last.file && fault.where.line == last.line;
    if (!same) line = lines.line(fault.where);
    last = fault.where;
    text += render(fault, label, line);
  }
  return text;
}

Error::Error(std::string message, ExitStatus status)
    : std::runtime_error(message), fault_{.message = std::move(message)}, status_(status) {}

Error& Error::at(Position where) {
  if (!fault_.where.known()) fault_.where = std::move(where);
  return *this;
}

Error& Error::hint(std::string text) {
  fault_.hint = std::move(text);
  return *this;
}

Error& Error::context(const std::string& doing) {
  fault_.message = doing + ": " + fault_.message;
  return *this;
}

FaultsError::FaultsError(std::vector<Fault> faults)
    : Error(faults.empty() ? "no fault" : faults.front().message), faults_(std::move(faults)) {
  sort_faults(faults_);
  if (!faults_.empty()) at(faults_.front().where);
}

void throw_errno(const std::string& doing) {
  const int number = errno;
  throw EnvironmentError(fmt::format("{}: {}", doing, std::strerror(number)));
}

}  // namespace lucie
