#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "installer/modules/modules.hpp"
#include "installer/server.hpp"

namespace lucie::installer {

/// lucied as the module `dolly` reaches it. Throws lucie::Error when nothing says where it is.
Server server_of(const ModuleContext& context);

/// Tells lucied that this node listens, again and again until the ring has begun, or lucied says that none
/// will bring the dataset here.
class Caller {
 public:
  Caller(const ModuleContext& context, const std::string& dataset);
  ~Caller();

  void stop();
  /// Where the dataset lies for a node that shall not wait for a ring; empty: it shall.
  std::string way_out() const;

 private:
  void call();
  void call_once();
  void take_answer(const std::string& answer);

  const ModuleContext& context_;
  const Server server_;
  const std::string path_;
  std::string way_out_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopped_ = false;
  bool told_ = false;
  std::thread thread_;
};

}  // namespace lucie::installer
