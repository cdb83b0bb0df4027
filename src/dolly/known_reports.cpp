#include "dolly/known_reports.hpp"

#include <algorithm>
#include <utility>

namespace lucie::dolly {

/// They are heard of in the ring's order nearly always, so that the new one is the last.
KnownReports::Known& KnownReports::of(std::uint32_t node) {
  const auto place = std::ranges::lower_bound(known_, node, {}, &Known::node);
  if (place != known_.end() && place->node == node) return *place;
  return *known_.insert(place, {.node = node});
}

NodeReport KnownReports::report_of(const Known& known) const {
  const auto why = why_.find(known.node);
  return {known.node, known.state, known.verified, why == why_.end() ? std::string() : why->second,
          known.pass};
}

void KnownReports::hear(const NodeReport& report) {
  Known& known = of(report.node);
  if (!counts(report, report_of(known))) return;
  known = {report.verified, report.pass, report.node, report.state};
  why_.erase(report.node);
  if (!report.why.empty()) why_[report.node] = report.why;
  untold_.insert(report.node);
  urgent_ = urgent_ || is_settled(report.state);
}

std::vector<NodeReport> KnownReports::take_untold() {
  std::vector<NodeReport> reports;
  for (const std::uint32_t node : std::exchange(untold_, {})) reports.push_back(report_of(of(node)));
  urgent_ = false;
  return reports;
}

void KnownReports::tell_all_again() {
  for (const Known& known : known_) {
    untold_.insert(known.node);
    urgent_ = urgent_ || is_settled(known.state);
  }
}

std::vector<NodeReport> KnownReports::all() const {
  std::vector<NodeReport> reports;
  for (const Known& known : known_) reports.push_back(report_of(known));
  return reports;
}

}  // namespace lucie::dolly
