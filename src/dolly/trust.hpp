#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ed25519.hpp"
#include "dolly/offer.hpp"
#include "dolly/protocol.hpp"

/// Which master a node believes. The ring's key is every node's, so that one of them could speak as the
/// master; the master's signature nobody else can make.
namespace lucie::dolly {

/// What the master signs: of an offer all that is its word, of a chunk its transfer, number, digest and size.
std::string signed_text(const Offer& offer);
std::string signed_text(const std::string& transfer, const ChunkHeader& header);

/// The node does not take part in this transfer: the sender is told, and others may still come.
class NotTaken : public ConnectionLost {
 public:
  NotTaken(Refusal reason, const std::string& why) : ConnectionLost(why), reason_(reason) {}
  Refusal reason() const { return reason_; }

 private:
  Refusal reason_;
};

struct TrustOptions {
  std::vector<base::PublicKey> keys;  ///< empty: no signature is asked for
  /// Where received files keep their time of issue; empty: nowhere.
  std::filesystem::path root;
  std::string name;                  ///< what the master calls this node; empty: anything
  std::chrono::seconds most_age{0};  ///< since an offer was issued; 0: any
  base::SystemTime issued_after{};   ///< older ones are not taken
};

/// A node's judgement of offers and chunks. For several threads.
class Trust {
 public:
  explicit Trust(TrustOptions options) : options_(std::move(options)) {}

  bool wants_signatures() const { return !options_.keys.empty(); }
  /// Throws NotTaken.
  void check(const Offer& offer) const;
  /// The same for what is no offer of a ring: who it is for, what is signed, and when it was issued. Throws
  /// NotTaken.
  void check(const std::string& name, const std::string& text, const std::string& signature,
             std::uint64_t issued) const;
  /// An offer that did not come to a node's place in a ring: it is for every node of the ring. Throws
  /// NotTaken.
  void check_passed_on(const Offer& offer) const;
  /// Besides: nothing newer was completed at its places. For a transfer that begins. Throws NotTaken.
  void check_newest(const Offer& offer) const;
  bool accepts(const std::string& transfer, const ChunkHeader& header) const;
  /// Its files are in their places: what was issued before is not taken there any more. Kept for the object's
  /// lifetime, and with the files themselves where the file system has attributes.
  void completed(const Offer& offer);

 private:
  bool verifies(const std::string& text, const std::string& signature) const;
  void check_name(const std::string& name) const;
  void check_signature(const Offer& offer) const;
  void check_signature(const std::string& text, const std::string& signature, std::uint64_t issued) const;
  void check_age(std::uint64_t issued) const;

  const TrustOptions options_;
  mutable Mutex mutex_;
  std::map<std::string, std::uint64_t> newest_;  ///< by path, milliseconds since 1970
};

}  // namespace lucie::dolly
