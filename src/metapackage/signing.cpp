#include "metapackage/signing.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

std::string run_gpg(const std::vector<std::string>& arguments, const std::string& key,
                    std::string input = {}) {
  base::Command command{.argv = {"gpg", "--batch", "--yes", "--quiet", "--local-user", key},
                        .input = std::move(input)};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  base::Outcome outcome = base::run(command);
  if (outcome.success()) return std::move(outcome.output);
  throw Error(
      fmt::format("gpg cannot sign with the key '{}': {}", key,
                  outcome.error.empty() ? outcome.describe() : std::string(base::trim(outcome.error))))
      .hint("'gpg --list-secret-keys' shows the keys; GNUPGHOME says where they are");
}

}  // namespace

void sign_clear(const std::filesystem::path& file, const std::filesystem::path& into,
                const std::string& key) {
  run_gpg({"--clearsign", "--output", into.string(), file.string()}, key);
}

void sign_beside(const std::filesystem::path& file, const std::filesystem::path& into,
                 const std::string& key) {
  run_gpg({"--armor", "--detach-sign", "--output", into.string(), file.string()}, key);
}

std::string signature_of(std::string_view bytes, const std::string& key) {
  // rpm does not know SHA-512 signatures of every age; SHA-256 is what all of them take.
  return run_gpg({"--digest-algo", "SHA256", "--detach-sign", "--output", "-"}, key, std::string(bytes));
}

std::string public_key(const std::string& key) {
  return base::run_or_throw({.argv = {"gpg", "--batch", "--armor", "--export", key}});
}

}  // namespace lucie::metapackage
