#include <cppunit/Exception.h>
#include <cppunit/Test.h>
#include <cppunit/TestFailure.h>
#include <cppunit/TestListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/extensions/TestFactoryRegistry.h>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

namespace {

/// Prints one TAP line a test (https://testanything.org), so that the build system counts single tests.
class TapListener : public CppUnit::TestListener {
 public:
  void startTest(CppUnit::Test*) override { failure_.clear(); }
  void addFailure(const CppUnit::TestFailure& failure) override {
    std::ostringstream text;
    text << failure.sourceLine().fileName() << ':' << failure.sourceLine().lineNumber() << ": "
         << failure.thrownException()->message().shortDescription() << '\n'
         << failure.thrownException()->message().details();
    failure_ = text.str();
  }
  void endTest(CppUnit::Test* test) override {
    ++count_;
    failed_ += failure_.empty() ? 0 : 1;
    std::cout << (failure_.empty() ? "ok " : "not ok ") << count_ << " - " << test->getName() << std::endl;
    std::istringstream lines(failure_);
    for (std::string line; std::getline(lines, line);) std::cout << "# " << line << std::endl;
  }
  int count() const { return count_; }
  int failed() const { return failed_; }

 private:
  std::string failure_;
  int count_ = 0, failed_ = 0;
};

}  // namespace

int main() {
  const std::unique_ptr<CppUnit::Test> all(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
  CppUnit::TestResult result;
  TapListener listener;
  result.addListener(&listener);
  std::cout << "TAP version 13" << std::endl << "1.." << all->countTestCases() << std::endl;
  all->run(&result);
  return listener.failed() == 0 && listener.count() > 0 ? 0 : 1;
}
