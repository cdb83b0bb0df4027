#include <cppunit/extensions/HelperMacros.h>

#include "installer/modules/configure/scripts.hpp"

using namespace lucie;
using namespace lucie::installer;

class ScriptEnvironmentTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ScriptEnvironmentTest);
  CPPUNIT_TEST(a_script_sees_its_own_answers_only);
  CPPUNIT_TEST_SUITE_END();

 public:
  void a_script_sees_its_own_answers_only() {
    wire::Slice slice;
    slice.host = "cnode00";
    slice.installer = "full";
    slice.environment = {{"LUCIE_GROUP", "lucie1"}};
    slice.answers = {{"ssh", {{"permit-root.login", "yes"}}}, {"mpi", {{"flavour", "openmpi"}}}};
    slice.kernel_options = "quiet";
    auto environment =
        script_environment(slice, "ssh", "/dev/vda", KernelCommandLine("console=tty0 console=ttyS0,115200"));
    CPPUNIT_ASSERT_EQUAL(std::string("yes"), environment["LUCIE_ANSWER_permit_root_login"]);
    CPPUNIT_ASSERT(!environment.contains("LUCIE_ANSWER_flavour"));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), environment["LUCIE_HOST"]);
    CPPUNIT_ASSERT_EQUAL(std::string("lucie1"), environment["LUCIE_GROUP"]);
    CPPUNIT_ASSERT_EQUAL(std::string("full"), environment["LUCIE_INSTALLER"]);
    CPPUNIT_ASSERT_EQUAL(std::string("/dev/vda"), environment["LUCIE_DISK"]);
    CPPUNIT_ASSERT_EQUAL(std::string("tty0 ttyS0,115200"), environment["LUCIE_CONSOLES"]);
    CPPUNIT_ASSERT(environment.contains("LUCIE_TARGET") && environment["LUCIE_TARGET"].empty());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ScriptEnvironmentTest);
