#pragma once

#include <cstddef>

namespace lucie::lab {

/// While it lives, the kernel lets its user watch files (inotify(7)) in so many more nodes. It counts the
/// instances of all processes of one user, root's in nodes made of namespaces too, and by default allows 128:
/// the systemd of some two dozen nodes and what it starts. A node beyond that comes up without a network.
class InotifyLimit {
 public:
  /// Labs may raise it at the same time; each takes back what it added. Throws when the kernel's setting
  /// cannot be written.
  explicit InotifyLimit(std::size_t nodes);
  ~InotifyLimit();
  InotifyLimit(const InotifyLimit&) = delete;
  InotifyLimit& operator=(const InotifyLimit&) = delete;

 private:
  int added_;
};

}  // namespace lucie::lab
