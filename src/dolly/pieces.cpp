#include "dolly/pieces.hpp"

#include <algorithm>
#include <climits>

namespace lucie::dolly {

Pieces::Pieces(std::span<const std::string_view> pieces) {
  pieces_.reserve(pieces.size());
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) pieces_.push_back({const_cast<char*>(piece.data()), piece.size()});
  }
}

std::span<iovec> Pieces::next() {
  const auto rest = std::span(pieces_).subspan(first_);
  return rest.first(std::min<std::size_t>(rest.size(), IOV_MAX));
}

void Pieces::taken(std::size_t count) {
  for (; !empty() && count >= pieces_[first_].iov_len; ++first_) count -= pieces_[first_].iov_len;
  if (empty()) return;
  iovec& begun = pieces_[first_];
  begun.iov_base = static_cast<char*>(begun.iov_base) + count;
  begun.iov_len -= count;
}

}  // namespace lucie::dolly
