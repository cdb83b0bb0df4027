#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
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

/// Line `number` of the file, or an empty string.
std::string source_line(const Position& where) {
  std::ifstream file(where.file);
  std::string line;
  for (int number = 0; number < where.line && std::getline(file, line);) ++number;
  if (!file) return {};
  while (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string place(const Position& where) {
  if (!where.known()) return {};
  std::string text = base::escape_control(where.file);
  if (where.line > 0) text += fmt::format(":{}", where.line);
  if (where.line > 0 && where.column > 0) text += fmt::format(":{}", where.column);
  return text + ": ";
}

/// The source line with a caret below the column. Tabs are kept in the padding so that the caret lines up.
std::string excerpt(const Position& where) {
  if (where.line <= 0) return {};
  const std::string line = source_line(where);
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

}  // namespace

std::string render_fault(const Fault& fault, const std::string& label) {
  std::string text =
      fmt::format("{}{}: {}\n", place(fault.where), label, base::escape_control(fault.message, "\n"));
  text += excerpt(fault.where);
  if (!fault.hint.empty()) text += fmt::format("hint: {}\n", base::escape_control(fault.hint, "\n"));
  return text;
}

std::string render_faults(std::span<const Fault> faults, const std::string& label) {
  std::string text;
  for (const Fault& fault : faults) text += render_fault(fault, label);
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
