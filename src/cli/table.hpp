#pragma once

#include <string>
#include <vector>

namespace lucie::cli {

/// Rows in columns, each as wide as its widest cell, two blanks between; the first row is the heading.
/// Cells count their characters, not their bytes. No blanks at the ends of lines.
std::string render_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace lucie::cli
