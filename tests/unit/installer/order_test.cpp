#include "installer/order.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace lucie;
using namespace lucie::installer;

namespace {

Module module(const std::string& name, std::vector<std::string> needs, std::vector<std::string> after,
              std::vector<std::string> produces) {
  Module module{.name = name};
  module.description.needs = std::move(needs);
  module.description.after = std::move(after);
  module.description.produces = std::move(produces);
  return module;
}

/// "mount<partition,init extrbase<mount": who waits for whom.
std::string show(const std::vector<Module>& modules, const Order& order) {
  std::string text;
  for (std::size_t index = 0; index < modules.size(); ++index) {
    text += (index == 0 ? "" : " ") + modules[index].name + "<";
    for (std::size_t other : order[index]) text += modules[other].name + ",";
  }
  return text;
}

std::vector<Module> full() {
  return {module("init", {}, {}, {"environment"}),
          module("partition", {"environment"}, {}, {"disk"}),
          module("mount", {"environment"}, {"disk"}, {"target"}),
          module("dolly", {"target"}, {}, {"data"}),
          module("extrbase", {"target"}, {}, {"base"}),
          module("finalize", {"target"}, {"all"}, {})};
}

}  // namespace

class OrderTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(OrderTest);
  CPPUNIT_TEST(modules_wait_for_what_they_need_and_no_more);
  CPPUNIT_TEST(what_comes_after_may_be_left_out);
  CPPUNIT_TEST(a_missing_need_is_a_fault);
  CPPUNIT_TEST(a_wrong_order_is_a_fault);
  CPPUNIT_TEST(a_module_twice_is_a_fault);
  CPPUNIT_TEST(a_module_that_says_nothing_stands_alone);
  CPPUNIT_TEST_SUITE_END();

  std::vector<Fault> faults_;

 public:
  void modules_wait_for_what_they_need_and_no_more() {
    const auto modules = full();
    CPPUNIT_ASSERT_EQUAL(
        std::string("init< partition<init, mount<init,partition, dolly<mount, extrbase<mount, "
                    "finalize<init,partition,mount,dolly,extrbase,"),
        show(modules, order_modules(modules, faults_)));
    CPPUNIT_ASSERT(faults_.empty());
  }
  void what_comes_after_may_be_left_out() {
    auto modules = full();
    modules.erase(modules.begin() + 1);  // a repair does not partition
    CPPUNIT_ASSERT_EQUAL(
        std::string("init< mount<init, dolly<mount, extrbase<mount, finalize<init,mount,dolly,extrbase,"),
        show(modules, order_modules(modules, faults_)));
    CPPUNIT_ASSERT(faults_.empty());
  }
  void a_missing_need_is_a_fault() {
    auto modules = full();
    modules.erase(modules.begin() + 2);
    order_modules(modules, faults_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, faults_.size());
    CPPUNIT_ASSERT_EQUAL(std::string("module 'dolly' needs 'target', which no module produces"),
                         faults_[0].message);
    CPPUNIT_ASSERT_EQUAL(std::string("add the module that produces 'target' before 'dolly'"),
                         faults_[0].hint);
  }
  void a_wrong_order_is_a_fault() {
    auto modules = full();
    std::swap(modules[1], modules[2]);
    order_modules(modules, faults_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faults_.size());
    CPPUNIT_ASSERT_EQUAL(
        std::string("module 'mount' must run after 'partition', which makes 'disk', but stands "
                    "before it"),
        faults_[0].message);
    CPPUNIT_ASSERT_EQUAL(std::string("put 'partition' before 'mount' in the installer's modules"),
                         faults_[0].hint);
  }
  void a_module_twice_is_a_fault() {
    auto modules = full();
    modules.insert(modules.begin() + 1, modules[0]);
    order_modules(modules, faults_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faults_.size());
    CPPUNIT_ASSERT_EQUAL(std::string("module 'init' is listed twice"), faults_[0].message);
  }
  void a_module_that_says_nothing_stands_alone() {
    auto modules = full();
    Module silent{.name = "own"};
    silent.description.waits_for_all = silent.description.holds_all = true;
    modules.insert(modules.begin() + 4, silent);
    CPPUNIT_ASSERT_EQUAL(
        std::string(
            "init< partition<init, mount<init,partition, dolly<mount, own<init,partition,mount,dolly, "
            "extrbase<mount,own, finalize<init,partition,mount,dolly,own,extrbase,"),
        show(modules, order_modules(modules, faults_)));
    CPPUNIT_ASSERT(faults_.empty());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(OrderTest);
