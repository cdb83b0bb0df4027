#include "setup/kernel_modules.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using Names = std::vector<std::string>;

const std::string modules_dep =
    "kernel/drivers/net/virtio_net.ko: kernel/drivers/net/net_failover.ko kernel/net/core/failover.ko\n"
    "kernel/drivers/net/net_failover.ko: kernel/net/core/failover.ko\n"
    "kernel/net/core/failover.ko:\n"
    "kernel/drivers/net/virtio_net_other.ko:\n"
    "kernel/fs/nfs/nfs.ko: kernel/net/sunrpc/sunrpc.ko\n"
    "kernel/net/sunrpc/sunrpc.ko:\n";

class KernelModulesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(KernelModulesTest);
  CPPUNIT_TEST(takes_what_is_wanted_and_what_it_needs);
  CPPUNIT_TEST(leaves_out_what_the_kernel_lacks);
  CPPUNIT_TEST(keeps_dependencies_and_aliases_of_the_chosen);
  CPPUNIT_TEST_SUITE_END();

  void takes_what_is_wanted_and_what_it_needs() {
    const Names wanted = {"drivers/net/virtio_net.", "fs/nfs/"};
    const Names expected = {"kernel/drivers/net/net_failover.ko", "kernel/drivers/net/virtio_net.ko",
                            "kernel/fs/nfs/nfs.ko", "kernel/net/core/failover.ko",
                            "kernel/net/sunrpc/sunrpc.ko"};
    CPPUNIT_ASSERT(expected == lucie::setup::needed_modules(modules_dep, wanted));
  }

  void leaves_out_what_the_kernel_lacks() {
    CPPUNIT_ASSERT(lucie::setup::needed_modules(modules_dep, {"drivers/net/ethernet/"}).empty());
  }

  void keeps_dependencies_and_aliases_of_the_chosen() {
    const Names chosen = {"kernel/fs/nfs/nfs.ko", "kernel/net/sunrpc/sunrpc.ko"};
    CPPUNIT_ASSERT_EQUAL(std::string("kernel/fs/nfs/nfs.ko: kernel/net/sunrpc/sunrpc.ko\n"
                                     "kernel/net/sunrpc/sunrpc.ko:\n"),
                         lucie::setup::dependencies_of(modules_dep, chosen));
    CPPUNIT_ASSERT_EQUAL(
        std::string("alias fs-nfs4 nfs\n"),
        lucie::setup::aliases_of("# comment nfs\nalias fs-nfs4 nfs\nalias pci:x e1000\n", chosen));
    CPPUNIT_ASSERT_EQUAL(std::string("snd_pcm"), lucie::setup::module_name("kernel/sound/snd-pcm.ko.xz"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KernelModulesTest);

}  // namespace
