#include "universe/signature.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view block_begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view block_end = "-----END PGP PUBLIC KEY BLOCK-----";

std::string decode_base64(std::string_view text) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned value = 0;
  int bits = 0;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) continue;
    value = (value << 6) | static_cast<unsigned>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((value >> bits) & 0xff);
  }
  return bytes;
}

/// gpgv reads no armored keyring: the key blocks of the text in binary, one after another (RFC 4880, 6.2).
std::string dearmor(std::string_view text) {
  std::string keys;
  for (auto begin = text.find(block_begin); begin != std::string_view::npos;) {
    const auto end = text.find(block_end, begin);
    if (end == std::string_view::npos) throw Error("a public key block has no end");
    std::string base64;
    bool body = false;
    for (const std::string& raw : base::split(text.substr(begin, end - begin), '\n')) {
      // In a deb822 source an empty line is written as " .".
      const std::string_view line = base::trim(raw);
      if (body && line.starts_with('=')) break;  // the checksum
      if (body) base64 += line;
      body = body || line.empty() || line == ".";
    }
    keys += decode_base64(base64);
    begin = text.find(block_begin, end);
  }
  return keys;
}

bool is_fingerprint(std::string_view word) {
  return word.size() >= 40 && word.find_first_not_of("0123456789ABCDEFabcdef!") == std::string_view::npos;
}

/// The keyrings that count, as gpgv wants them.
struct Keys {
  std::vector<fs::path> rings;
  std::vector<std::string> fingerprints;  ///< when not empty, only these
};

class KeyCollector {
 public:
  explicit KeyCollector(const fs::path& folder) : folder_(folder) {}

  Keys collect(const std::string& signed_by) {
    if (signed_by.find(block_begin) != std::string::npos) {
      add_binary(dearmor(signed_by));
      return std::move(keys_);
    }
    for (const std::string& word : base::split_list(signed_by)) {
      if (is_fingerprint(word)) {
        keys_.fingerprints.push_back(word.substr(0, 40));
      } else if (fs::is_directory(word)) {
        add_folder(word);
      } else {
        add_file(word);
      }
    }
    if (!keys_.fingerprints.empty() && keys_.rings.empty()) add_folder("/etc/apt/trusted.gpg.d");
    return std::move(keys_);
  }

 private:
  void add_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const fs::path kind = entry.path().extension();
      if (kind == ".gpg" || kind == ".asc") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) add_file(file);
  }

  void add_file(const fs::path& file) {
    const std::string content = base::read_file(file);
    if (content.find(block_begin) != std::string::npos) {
      add_binary(dearmor(content));
    } else {
      keys_.rings.push_back(fs::absolute(file));
    }
  }

  void add_binary(const std::string& bytes) {
    keys_.rings.push_back(folder_ / fmt::format("keys-{}.gpg", keys_.rings.size()));
    base::write_file(keys_.rings.back(), bytes);
  }

  fs::path folder_;
  Keys keys_;
};

/// What gpgv's status lines say (doc/DETAILS of GnuPG).
struct Signatures {
  bool good = false;
  std::optional<std::string> trouble;  ///< the first thing that speaks against it
};

bool weak_digest(const std::string& algorithm) {
  return algorithm == "1" || algorithm == "2" || algorithm == "3";  // MD5, SHA-1, RIPE-MD/160
}

bool counts(const std::vector<std::string>& valid_signature, const Keys& keys) {
  if (keys.fingerprints.empty()) return true;
  return std::ranges::any_of(keys.fingerprints, [&](const std::string& wanted) {
    return wanted == valid_signature[2] || wanted == valid_signature.back();  // the key or its primary key
  });
}

Signatures read_status(const std::string& status, const Keys& keys) {
  Signatures result;
  bool expired = false;
  const auto trouble = [&](const std::string& text) { result.trouble = result.trouble.value_or(text); };
  for (const std::string& line : base::split(status, '\n')) {
    const auto word = base::split_words(line);
    if (word.size() < 3 || word[0] != "[GNUPG:]") continue;
    if (word[1] == "GOODSIG") expired = false;
    if (word[1] == "NO_PUBKEY") trouble(fmt::format("the key {} is not in the keyring", word[2]));
    if (word[1] == "BADSIG") throw Error(fmt::format("the signature of key {} is wrong", word[2]));
    if (word[1] == "EXPKEYSIG" || word[1] == "EXPSIG" || word[1] == "REVKEYSIG") {
      expired = true;
      trouble(fmt::format("the key or signature {} has expired or was revoked", word[2]));
    }
    if (word[1] != "VALIDSIG" || expired) continue;
    if (word.size() > 9 && weak_digest(word[9])) {
      trouble(fmt::format("the signature of key {} uses a weak digest", word[2]));
    } else if (!counts(word, keys)) {
      trouble(fmt::format("the key {} is not one of those wanted", word[2]));
    } else {
      result.good = true;
    }
  }
  return result;
}

/// Runs gpgv over files in `folder`. `operands`: what stands at the end of its command line.
void check(const fs::path& folder, const std::string& signed_by, const std::vector<std::string>& operands) {
  const Keys keys = KeyCollector(folder).collect(signed_by);
  base::Command command;
  command.argv = {"gpgv", "--homedir", folder.string(), "--status-fd", "1"};
  for (const fs::path& ring : keys.rings) {
    command.argv.insert(command.argv.end(), {"--keyring", ring.string()});
  }
  command.argv.insert(command.argv.end(), operands.begin(), operands.end());
  const base::Outcome outcome = base::run(command);
  const Signatures found = read_status(outcome.output, keys);
  if (found.good) return;
  throw Error(found.trouble.value_or("it has no signature that can be checked"));
}

}  // namespace

std::string verify_clearsigned(const std::string& text, const std::string& signed_by) {
  const base::TemporaryDirectory folder("lucie-signature");
  const fs::path input = folder.path() / "InRelease", output = folder.path() / "Release";
  base::write_file(input, text);
  check(folder.path(), signed_by, {"--output", output.string(), input.string()});
  return base::read_file(output);
}

void verify_detached(const std::string& text, const std::string& signature, const std::string& signed_by) {
  const base::TemporaryDirectory folder("lucie-signature");
  const fs::path data = folder.path() / "Release", apart = folder.path() / "Release.gpg";
  base::write_file(data, text);
  base::write_file(apart, signature);
  check(folder.path(), signed_by, {apart.string(), data.string()});
}

}  // namespace lucie::universe
