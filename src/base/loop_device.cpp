#include "base/loop_device.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include "base/error.hpp"

namespace lucie::base {

/// Another process may take the free device between asking and setting it up: then ask again.
LoopDevice attach_loop_device(const FileDescriptor& file, Partitions partitions) {
  const FileDescriptor control(open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control.valid()) throw_errno("open /dev/loop-control");
  loop_config configuration{};
  configuration.fd = static_cast<std::uint32_t>(file.get());
  configuration.info.lo_flags = LO_FLAGS_AUTOCLEAR;
  if (partitions == Partitions::found) configuration.info.lo_flags |= LO_FLAGS_PARTSCAN;
  for (int attempt = 0; attempt < 256; ++attempt) {
    const int number = ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) throw_errno("find a free loop device");
    LoopDevice device;
    device.path = fmt::format("/dev/loop{}", number);
    device.descriptor.reset(open(device.path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device.descriptor.valid()) throw_errno("open " + device.path.string());
    if (ioctl(device.descriptor.get(), LOOP_CONFIGURE, &configuration) == 0) return device;
    if (errno != EBUSY) throw_errno("set up " + device.path.string());
  }
  throw EnvironmentError("no free loop device");
}

}  // namespace lucie::base
