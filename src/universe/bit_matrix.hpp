#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace lucie::universe {

/// A square of truths, a row in few words: relations between thousands of lists.
class BitMatrix {
 public:
  explicit BitMatrix(std::size_t size) : words_((size + 63) / 64), bits_(size * words_, 0) {}

  bool at(std::size_t row, std::size_t column) const {
    return (bits_[row * words_ + column / 64] >> (column % 64) & 1) != 0;
  }
  void set(std::size_t row, std::size_t column) {
    bits_[row * words_ + column / 64] |= std::uint64_t{1} << (column % 64);
  }
  void set_both(std::size_t one, std::size_t two) {
    set(one, two);
    set(two, one);
  }
  /// Calls `visit` with each column of the row that is true.
  template <class Visit>
  void each(std::size_t row, Visit visit) const {
    for (std::size_t word = 0; word < words_; ++word) {
      for (std::uint64_t rest = bits_[row * words_ + word]; rest != 0; rest &= rest - 1)
        visit(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
    }
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace lucie::universe
