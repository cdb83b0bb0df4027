#pragma once

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

/// What fuzz targets share. A target gives a reader the fuzzer's bytes; what the reader makes of them is a
/// result, faults or a lucie::Error, and everything else is a finding.
namespace lucie::fuzz {

inline std::string text_of(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

/// Ends the program when what must hold for every input does not, so that the fuzzer keeps the input.
inline void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

/// What a person or a terminal is given.
inline void demand_plain(const std::string& message) {
  demand(!message.empty(), "whoever refuses says why");
  std::string line = message;
  for (char& letter : line) {
    if (letter == '\n' || letter == '\t') letter = ' ';
  }
  demand(base::is_utf8(line) && base::escape_control(line) == line,
         "messages are text, without control characters");
}

/// Faults can be shown.
inline void demand_shown(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    demand(!fault.message.empty(), "a fault has a message");
    demand(fault.where.line >= 0 && fault.where.column >= 0, "a fault's place is not before the file");
    demand_plain(render_fault(fault));
  }
}

/// Whether the reader took the input; `Rejection` is how it says no.
template <class Rejection = Error, class Reader>
bool accepts(Reader reader) {
  try {
    reader();
    return true;
  } catch (const Rejection& rejection) {
    demand(*rejection.what() != '\0', "whoever refuses says why");
    return false;
  }
}

/// For readers of files: one that always has the same name.
class InputFile {
 public:
  explicit InputFile(const std::string& name) : path_(folder().path() / name) {}

  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& write(std::string_view content) const {
    std::FILE* const file = std::fopen(path_.c_str(), "we");
    demand(file != nullptr && std::fwrite(content.data(), 1, content.size(), file) == content.size() &&
               std::fclose(file) == 0,
           "the input can be written");
    return path_;
  }

 private:
  static const base::TemporaryDirectory& folder() {
    static const base::TemporaryDirectory folder("lucie-fuzz");
    return folder;
  }

  std::filesystem::path path_;
};

}  // namespace lucie::fuzz

/// What libFuzzer calls for each input.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size);
