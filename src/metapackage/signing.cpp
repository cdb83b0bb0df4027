#include "metapackage/signing.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

constexpr const char* where_keys_are =
    "'gpg --list-secret-keys' shows the keys; GNUPGHOME says where they are";

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
      .hint(where_keys_are);
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
  std::string text = base::run_or_throw({.argv = {"gpg", "--batch", "--armor", "--export", "--", key}});
  if (!text.empty()) return text;
  throw Error(fmt::format("gpg has no key '{}'", key)).hint(where_keys_are);
}

std::set<std::string> fingerprints(const std::string& keys) {
  const std::string records = base::run_or_throw(
      {.argv = {"gpg", "--batch", "--with-colons", "--import-options", "show-only", "--import"},
       .input = keys});
  std::set<std::string> found;
  for (const std::string& line : base::split(records, '\n')) {
    const auto fields = base::split(line, ':');  // doc/DETAILS of GnuPG
    if (fields.size() > 9 && fields[0] == "fpr") found.insert(fields[9]);
  }
  return found;
}

void verify_beside(const std::filesystem::path& file, const std::filesystem::path& signature) {
  const base::Outcome outcome =
      base::run({.argv = {"gpg", "--batch", "--quiet", "--verify", signature.string(), file.string()}});
  if (outcome.success()) return;
  throw Error(fmt::format("its signature is not good: {}", base::trim(outcome.error)))
      .at({file.string(), 0, 0})
      .hint(
          "what was signed is not published on when it was changed; 'gpg --import' of its key if that is "
          "what lacks");
}

}  // namespace lucie::metapackage
