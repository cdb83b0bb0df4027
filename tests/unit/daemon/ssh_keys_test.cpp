#include "daemon/ssh_keys.hpp"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

using namespace lucie;
namespace fs = std::filesystem;

/// The nodes' secure shell host keys, looked at with tar and ssh-keygen.
class SshKeysTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SshKeysTest);
  CPPUNIT_TEST(a_host_keeps_its_keys);
  CPPUNIT_TEST(hosts_have_different_keys);
  CPPUNIT_TEST(archive_is_for_the_nodes_root);
  CPPUNIT_TEST(half_a_key_is_made_again);
  CPPUNIT_TEST(private_keys_are_for_root_alone);
  CPPUNIT_TEST(many_are_made_at_once);
  CPPUNIT_TEST(login_key_is_one_for_all);
  CPPUNIT_TEST(missing_keys_are_made_in_the_background);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"lucie-host-keys-"};
  std::string logged_;

  daemon::SshKeys keys() {
    return {folder_.path(), [this](const std::string& line) { logged_ += line; }};
  }
  fs::path file(const std::string& name) const { return folder_.path() / "secrets/hosts/cnode00" / name; }
  static unsigned mode(const fs::path& file) { return static_cast<unsigned>(fs::status(file).permissions()); }

 public:
  void a_host_keeps_its_keys() {
    const std::string first = keys().public_host_key("cnode00");
    CPPUNIT_ASSERT(first.starts_with("ssh-ed25519 AAAA"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, base::split_words(first).size());
    CPPUNIT_ASSERT_EQUAL(first, keys().public_host_key("cnode00"));
    CPPUNIT_ASSERT_EQUAL(keys().host_archive("cnode00", 7), keys().host_archive("cnode00", 7));
  }

  void hosts_have_different_keys() {
    CPPUNIT_ASSERT(keys().public_host_key("cnode00") != keys().public_host_key("cnode01"));
  }

  void archive_is_for_the_nodes_root() {
    const std::string archive = keys().host_archive("cnode00", 1700000000);
    const std::string listing = base::run_or_throw({.argv = {"tar", "--list", "--verbose", "--file", "-"},
                                                    .environment = {{"TZ", "UTC"}},
                                                    .input = archive});
    std::string found;
    for (const std::string& line : base::split(base::trim(listing), '\n')) {
      const auto words = base::split_words(line);
      found += words[0] + " " + words[1] + " " + words[3] + " " + words[5] + "\n";
    }
    CPPUNIT_ASSERT_EQUAL(std::string("-rw------- root/root 2023-11-14 etc/ssh/ssh_host_ed25519_key\n"
                                     "-rw-r--r-- root/root 2023-11-14 etc/ssh/ssh_host_ed25519_key.pub\n"
                                     "-rw------- root/root 2023-11-14 etc/ssh/ssh_host_ecdsa_key\n"
                                     "-rw-r--r-- root/root 2023-11-14 etc/ssh/ssh_host_ecdsa_key.pub\n"
                                     "-rw------- root/root 2023-11-14 etc/ssh/ssh_host_rsa_key\n"
                                     "-rw-r--r-- root/root 2023-11-14 etc/ssh/ssh_host_rsa_key.pub\n"),
                         found);
    const std::string pair =
        base::run_or_throw({.argv = {"ssh-keygen", "-y", "-f", file("ssh_host_rsa_key")}});
    CPPUNIT_ASSERT_EQUAL(base::read_file(file("ssh_host_rsa_key.pub")), pair);
  }

  void half_a_key_is_made_again() {
    const std::string first = keys().public_host_key("cnode00");
    fs::remove(file("ssh_host_ed25519_key"));
    const std::string again = keys().public_host_key("cnode00");
    CPPUNIT_ASSERT(first != again);
    const std::string pair =
        base::run_or_throw({.argv = {"ssh-keygen", "-y", "-f", file("ssh_host_ed25519_key")}});
    CPPUNIT_ASSERT(pair.starts_with(again));
  }

  void private_keys_are_for_root_alone() {
    keys().public_host_key("cnode00");
    CPPUNIT_ASSERT_EQUAL(0600U, mode(file("ssh_host_ed25519_key")));
    CPPUNIT_ASSERT_EQUAL(0700U, mode(file("")));
    CPPUNIT_ASSERT_EQUAL(0700U, mode(folder_.path() / "secrets"));
  }

  void many_are_made_at_once() {
    daemon::SshKeys made(folder_.path(), [](const std::string&) {});
    made.make_known({"cnode00", "cnode01", "cnode00", "cnode02", "cnode01"});
    for (const char* host : {"cnode00", "cnode01", "cnode02"}) {
      const fs::path key = folder_.path() / "secrets/hosts" / host / "ssh_host_ed25519_key";
      const std::string pair = base::run_or_throw({.argv = {"ssh-keygen", "-y", "-f", key}});
      CPPUNIT_ASSERT_EQUAL(base::read_file(key.string() + ".pub"), pair);
    }
  }

  void login_key_is_one_for_all() {
    const std::string archive = keys().login_archive(1);
    CPPUNIT_ASSERT_EQUAL(archive, keys().login_archive(1));
    const std::string pair = base::run_or_throw(
        {.argv = {"ssh-keygen", "-y", "-f", (folder_.path() / "secrets/login/id_ed25519").string()}});
    const std::string kept = base::run_or_throw(
        {.argv = {"tar", "--extract", "--to-stdout", "--file", "-", "root/.ssh/id_ed25519.pub"},
         .input = archive});
    CPPUNIT_ASSERT_EQUAL(kept, pair);
  }

  void missing_keys_are_made_in_the_background() {
    daemon::SshKeys made(folder_.path(), [](const std::string&) {});
    made.prepare({"cnode00"});
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!fs::exists(file("ssh_host_rsa_key"))) {
      CPPUNIT_ASSERT_MESSAGE("no key within a minute", std::chrono::steady_clock::now() < end);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SshKeysTest);
