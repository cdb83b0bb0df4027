#include "setup/service.hpp"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace {

using namespace lucie::setup;
using lucie::base::read_file;

class ServiceTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ServiceTest);
  CPPUNIT_TEST(starts_and_restarts);
  CPPUNIT_TEST(reload_sends_hangup);
  CPPUNIT_TEST(a_foreign_process_is_not_ours);
  CPPUNIT_TEST(tells_the_last_words_of_a_failure);
  CPPUNIT_TEST_SUITE_END();

  lucie::base::TemporaryDirectory folder_{"lucie-service-"};
  std::unique_ptr<ServiceBackend> backend_ = process_backend(folder_.path() / "run", folder_.path() / "log");
  Service service_;

  /// Writes "up" when started, "hangup" at SIGHUP.
  void describe(const std::string& script) {
    service_ = {.name = "sample", .purpose = "test", .command = {"sh", "-c", script}};
    service_.ready = [this] { return says("up"); };
  }

  bool says(const std::string& word) {
    return backend_->last_words(service_).find(word) != std::string::npos;
  }

  pid_t process() {
    const auto text = read_file(folder_.path() / "run/sample.pid");
    return static_cast<pid_t>(std::stol(lucie::base::split_words(text)[0]));
  }

  /// Ends what a test started and takes up what is left of it.
  void end() {
    kill(process(), SIGKILL);
    waitpid(process(), nullptr, 0);
  }

  void await(const std::string& word) {
    while (!says(word)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  void starts_and_restarts() {
    describe("echo up; while :; do sleep 0.1; done");
    CPPUNIT_ASSERT(!backend_->running(service_));
    backend_->restart(service_);
    await_ready(*backend_, service_);
    const pid_t first = process();
    CPPUNIT_ASSERT(backend_->running(service_));
    backend_->restart(service_);
    CPPUNIT_ASSERT(process() != first);
    CPPUNIT_ASSERT_EQUAL(first, waitpid(first, nullptr, 0));
    end();
    CPPUNIT_ASSERT(!backend_->running(service_));
  }

  void reload_sends_hangup() {
    describe("trap 'echo hangup' HUP; echo up; while :; do sleep 0.1; done");
    backend_->restart(service_);
    await_ready(*backend_, service_);
    const pid_t first = process();
    backend_->reload(service_);
    await("hangup");
    CPPUNIT_ASSERT_EQUAL(first, process());
    end();
  }

  void a_foreign_process_is_not_ours() {
    describe("echo up");
    lucie::base::write_file(folder_.path() / "mark", "");
    std::filesystem::create_directories(folder_.path() / "run");
    lucie::base::write_file(folder_.path() / "run/sample.pid", std::to_string(getpid()) + " 1\n");
    CPPUNIT_ASSERT(!backend_->running(service_));
  }

  void tells_the_last_words_of_a_failure() {
    describe("echo cannot bind >&2; exit 1");
    backend_->restart(service_);
    await("cannot bind");
    try {
      await_ready(*backend_, service_);
      CPPUNIT_FAIL("a dead service was called ready");
    } catch (const lucie::Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("sample (test) ended right after its start"),
                           std::string(error.what()));
      CPPUNIT_ASSERT_EQUAL(std::string("its last words:\ncannot bind"), error.fault().hint);
    }
    waitpid(-1, nullptr, 0);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceTest);

}  // namespace
