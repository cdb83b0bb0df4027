#include "daemon/secrets.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::daemon {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t key_bytes = 32;

std::string read_or_make(const fs::path& file) {
  if (!fs::exists(file)) {
    fs::create_directories(file.parent_path());
    fs::permissions(file.parent_path(), fs::perms::owner_all);
    base::write_file(file, base::random_hex(key_bytes) + "\n", 0600);
  }
  const std::string key = base::from_hex(base::trim(base::read_file(file)));
  if (key.size() != key_bytes) throw Error("not a key of 32 bytes");
  return key;
}

}  // namespace

Secrets::Secrets(const fs::path& state) {
  const fs::path file = state / "secrets/cluster.key";
  try {
    key_ = read_or_make(file);
  } catch (Error& error) {
    error.context("the cluster's key, " + file.string());
    throw;
  }
}

std::string Secrets::ring_key() const {
  return base::to_hex(base::hmac_sha256(key_, "ring"));
}

base::SigningKey Secrets::ring_signer() const {
  return base::SigningKey::from_seed(base::hmac_sha256(key_, "ring signatures"));
}

std::string Secrets::ring_signing_key() const {
  return ring_signer().to_pem();
}

std::string Secrets::ring_public_key() const {
  return ring_signer().public_key().to_pem();
}

std::string Secrets::node_key(const std::string& node) const {
  return base::to_hex(base::hmac_sha256(key_, "node " + node));
}

}  // namespace lucie::daemon
