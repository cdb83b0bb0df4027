#include "metapackage/tree_texts.hpp"

#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::metapackage {

TreeTexts::Text TreeTexts::known(const std::string& file) {
  const std::lock_guard lock(mutex_);
  const auto found = texts_.find(file);
  return found == texts_.end() ? nullptr : found->second;
}

TreeTexts::Text TreeTexts::read(const std::filesystem::path& file) {
  if (Text text = known(file.native())) return text;
  auto text = std::make_shared<const std::string>(base::read_file(file));
  const std::lock_guard lock(mutex_);
  if (kept_ + text->size() > most_kept) return text;
  const auto [place, fresh] = texts_.try_emplace(file.native(), text);
  if (fresh) kept_ += text->size();
  return place->second;
}

std::string TreeTexts::start(const std::filesystem::path& file, std::size_t count) {
  if (const Text text = known(file.native())) return text->substr(0, count);
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(file, failure);
  if (!failure && size <= most_kept / 4) return read(file)->substr(0, count);
  std::string start(count, '\0');
  std::ifstream input(file, std::ios::binary);
  if (!input) throw_errno("open " + file.string());
  input.read(start.data(), static_cast<std::streamsize>(count));
  start.resize(static_cast<std::size_t>(input.gcount()));
  return start;
}

}  // namespace lucie::metapackage
