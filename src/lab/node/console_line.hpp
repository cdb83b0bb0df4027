#pragma once

#include <filesystem>
#include <poll.h>
#include <span>
#include <string_view>
#include <vector>

#include "base/files.hpp"

namespace lucie::lab {

/// The serial line of a node made of namespaces: a pseudo terminal. What the node writes to it goes to a log
/// file and to everybody who is connected to the socket (`lucie-lab console`); what they type goes to the
/// node.
class ConsoleLine {
 public:
  ConsoleLine(const std::filesystem::path& log, const std::filesystem::path& socket);

  /// The node's end. It is a terminal, and stays open.
  int terminal() const { return terminal_.get(); }
  /// Opens the node's end anew. A login program hangs the line up for everybody before it uses it
  /// (vhangup(2)), and only those who open it again can go on.
  void renew();

  /// What poll(2) should wait for, and what to do when it has.
  std::vector<pollfd> awaited() const;
  void attend(std::span<const pollfd> ready);

 private:
  void receive();
  void pass_on(std::string_view bytes);
  void admit();
  /// False when the client has left.
  bool take_from(const base::FileDescriptor& client);

  base::FileDescriptor line_, terminal_, log_, listener_;
  std::vector<base::FileDescriptor> clients_;
};

}  // namespace lucie::lab
