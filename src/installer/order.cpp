#include "installer/order.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace lucie::installer {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Finds what one module waits for.
class Waiting {
 public:
  Waiting(const std::vector<Module>& modules, std::size_t index, std::vector<Fault>& faults)
      : modules_(modules), index_(index), faults_(faults) {}

  std::set<std::size_t> find() {
    const Description& description = modules_[index_].description;
    for (std::size_t earlier = 0; earlier < index_; ++earlier) {
      const bool holds = modules_[earlier].description.holds_all;
      if (holds || description.waits_for_all || contains(description.after, "all")) found_.insert(earlier);
    }
    for (const std::string& name : description.needs) wait_for(name, true);
    for (const std::string& name : description.after) {
      if (name != "all") wait_for(name, false);
    }
    return found_;
  }

 private:
  void wait_for(const std::string& name, bool needed) {
    bool produced = false;
    std::size_t later = modules_.size();
    for (std::size_t other = 0; other < modules_.size(); ++other) {
      if (other == index_ || !contains(modules_[other].description.produces, name)) continue;
      if (other < index_) {
        found_.insert(other);
        produced = true;
      } else {
        later = std::min(later, other);
      }
    }
    if (produced) return;
    if (later < modules_.size()) tell_wrong_order(name, modules_[later].name);
    if (later == modules_.size() && needed) tell_missing(name);
  }

  void tell_wrong_order(const std::string& name, const std::string& producer) {
    faults_.push_back(
        {.message = fmt::format("module '{}' must run after '{}', which makes '{}', but stands before it",
                                modules_[index_].name, producer, name),
         .hint = fmt::format("put '{}' before '{}' in the installer's modules", producer,
                             modules_[index_].name)});
  }

  void tell_missing(const std::string& name) {
    faults_.push_back(
        {.message =
             fmt::format("module '{}' needs '{}', which no module produces", modules_[index_].name, name),
         .hint = fmt::format("add the module that produces '{}' before '{}'", name, modules_[index_].name)});
  }

  const std::vector<Module>& modules_;
  std::size_t index_;
  std::vector<Fault>& faults_;
  std::set<std::size_t> found_;
};

}  // namespace

Order order_modules(const std::vector<Module>& modules, std::vector<Fault>& faults) {
  Order order;
  std::set<std::string> seen;
  for (std::size_t index = 0; index < modules.size(); ++index) {
    if (!seen.insert(modules[index].name).second)
      faults.push_back({.message = fmt::format("module '{}' is listed twice", modules[index].name)});
    order.push_back(Waiting(modules, index, faults).find());
  }
  return order;
}

}  // namespace lucie::installer
