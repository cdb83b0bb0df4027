#pragma once

#include <filesystem>
#include <string>

#include "base/ed25519.hpp"

namespace lucie::daemon {

/// The cluster's key, 32 random bytes in STATE/secrets/cluster.key (mode 0600), and what is derived from it.
/// Whoever holds a node's key can speak for that node only.
class Secrets {
 public:
  /// Makes the key when there is none. Throws EnvironmentError when it cannot be read or written,
  /// lucie::Error when the file holds something else.
  explicit Secrets(const std::filesystem::path& state);

  /// For rings: master and nodes share it. Hexadecimal.
  std::string ring_key() const;
  /// Signs what rings bring, so that no node can change it. Private and public half in PEM form.
  std::string ring_signing_key() const;
  std::string ring_public_key() const;
  /// For what nodes with that public half are to believe.
  base::SigningKey ring_signer() const;
  /// For what a node's agents tell. Hexadecimal.
  std::string node_key(const std::string& node) const;

 private:
  std::string key_;  ///< bytes
};

}  // namespace lucie::daemon
