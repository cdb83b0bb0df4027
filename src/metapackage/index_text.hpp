#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace lucie::metapackage {

/// A package's entry in an index. It keeps the index that it is cut from instead of copying it.
class IndexText {
 public:
  explicit IndexText(std::string text)
      : whole_(std::make_shared<const std::string>(std::move(text))), piece_(*whole_) {}
  /// `piece` lies in `whole`.
  IndexText(std::shared_ptr<const std::string> whole, std::string_view piece)
      : whole_(std::move(whole)), piece_(piece) {}

  std::string_view view() const { return piece_; }

 private:
  std::shared_ptr<const std::string> whole_;
  std::string_view piece_;
};

}  // namespace lucie::metapackage
