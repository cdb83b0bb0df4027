#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/reporter.hpp"
#include "config/cluster.hpp"
#include "universe/contents.hpp"
#include "universe/package_format.hpp"

/// Package servers, the packages that they offer, and proofs about them. libsolv stays behind this header.
namespace lucie::universe {

/// One package that a server offers.
struct Package {
  std::string name, version, architecture;
  std::string file;  ///< path below the server's URI, or an absolute path of a local file
  std::string sha256;
  std::uint64_t size = 0;         ///< of the package file, bytes
  std::vector<std::string> uris;  ///< full addresses to try, in order
};

/// One link of a chain of reasons, from the solver's rules.
struct Reason {
  enum class Kind { requested, depends, conflicts, obsoletes, nothing_provides, same_name, other };
  Kind kind = Kind::other;
  std::string package;     ///< "chrony-4.3-2+deb12u1.amd64"-like id, or empty for a request
  std::string dependency;  ///< the relation as written: "time-daemon", "libc6 (>= 2.34)"
  std::string other;       ///< the package on the other side of a conflict
  std::string
      text;  ///< the link in words: "chrony 4.3-2 conflicts with time-daemon, provided by ntpsec 1.2.2"
};

/// The solver's verdict on installing some packages together. Not installable is an answer, not an exception.
struct Verdict {
  bool installable = false;
  std::vector<Package> packages;  ///< the closure with the base set's, sorted by name; when installable
  std::vector<Reason> reasons;    ///< the chain, when not
};

/// Names of packages, sorted. They are kept once, by the universe, however many closures hold them.
class NameSet {
 public:
  using Name = std::reference_wrapper<const std::string>;
  NameSet() = default;
  explicit NameSet(std::vector<Name> sorted) : names_(std::move(sorted)) {}
  bool contains(const std::string& name) const {
    return std::ranges::binary_search(names_, name, {},
                                      [](const Name& one) -> const std::string& { return one; });
  }
  auto begin() const { return names_.begin(); }
  auto end() const { return names_.end(); }

 private:
  std::vector<Name> names_;
};

/// As much of a verdict as relations are made of.
struct Closure {
  bool installable = false;
  NameSet names;  ///< of the closure with the base set's; when installable
  /// The names of offered packages that the closure excludes by declared Conflicts and Breaks without a
  /// version, virtual names resolved to those that provide them. What the base set excludes anyway is left
  /// out, and so are the closure's own packages. Sorted.
  std::vector<std::string> excluded;
  std::vector<Reason> reasons;  ///< the chain, when not installable
};

/// Packages that are wanted together. Lists of one owner are compared with each other only when they belong
/// to different choices of his; those of one choice never meet.
struct WantedList {
  std::vector<std::string> names;
  std::size_t owner = 0;
  std::size_t choice = 0;  ///< 0: wanted whatever is chosen
};

/// Two lists that cannot be installed together.
struct ExclusivePair {
  std::size_t left = 0, right = 0;  ///< places among the lists; left < right
  std::vector<Reason> reasons;
};

/// What comparing lists in pairs finds, by their places; sorted.
struct ComparedPairs {
  std::vector<ExclusivePair> exclusive;
  /// Pairs that fit, but not as each of the two is installed alone. Whatever set of lists cannot be installed
  /// together holds an exclusive pair or one of these.
  std::vector<std::pair<std::size_t, std::size_t>> contested;
};

/// Questions are answered by one thread at a time. The indices are read when the first is asked whose answer
/// is not remembered.
class Universe {
 public:
  Universe(Universe&&) noexcept;
  ~Universe();

  const std::string& target() const;
  PackageFormat format() const;
  /// SHA-256 that names what is in it: over the hashes of its indices, in order.
  const std::string& identity() const;
  std::size_t size() const;  ///< packages

  /// True when some package has that name or provides it.
  bool offers(const std::string& name) const;
  /// All names of real packages, for "did you mean". Sorted.
  std::vector<std::string> names() const;
  /// True when `candidate` has one.
  bool has_candidate(const std::string& name) const;
  /// The best candidate of that name, or nothing.
  std::optional<Package> candidate(const std::string& name) const;

  /// Can `names` (package names, `name=version`, `name (>= version)`, `a | b`) be installed together, beside
  /// the base set? Recommends are left out. The same question always gives the same closure; where there is a
  /// choice it is apt's or dnf's. Throws lucie::Error when a name cannot be
  /// read.
  Verdict solve(const std::vector<std::string>& names) const;

  /// Says which names will be asked for, so that questions about them cost little: they are answered in the
  /// small part of the universe that these names can need.
  void prepare(const std::vector<std::string>& names);
  /// Of `solve`, what relations need. Remembered; lives as long as the universe.
  const Closure& closure(const std::vector<std::string>& names);
  /// Compares lists, each of which can be installed alone, all with all.
  ComparedPairs compare_pairs(const std::vector<WantedList>& lists);

  /// The names of its package servers, in their order.
  std::vector<std::string> servers() const;
  /// True when the server has a package of that name.
  bool offered_by(const std::string& server, const std::string& name) const;

  /// Which package has which file: fetched when it is first asked for, then cached.
  const Contents& contents();
  /// `Contents::why_missing`, `file` and `program`. The first may be asked beside questions about packages.
  std::string why_no_contents();
  Owners owners_of_file(const std::string& path);
  Owners owners_of_program(const std::string& name);
  /// True when no index of `contents` speaks of the package, so that nobody knows which files it has.
  bool files_unknown(const std::string& package);

  /// The names of the base set: Essential: yes and Priority: required; of rpms what the release's group
  /// "core" demands, or, without groups, the few packages that no rpm system is without.
  std::vector<std::string> base_set() const;

  struct State;
  explicit Universe(std::unique_ptr<State> state);

 private:
  /// The answer that is remembered, or else the one found now.
  bool remembered(const std::string& key, const std::function<bool()>& find) const;
  Owners owners(const std::string& key, const std::function<Owners(const Contents&)>& find);

  std::unique_ptr<State> state_;
};

struct OpenOptions {
  std::filesystem::path cache;  ///< LUCIE_CACHE
  /// Folder with packages of Lucie's node programs for this target (deb files); may be missing.
  std::filesystem::path local_packages;
  std::string architecture = "amd64";
  /// Servers beside the target's own, of which those with a name that is taken are left out.
  std::vector<config::PackageServer> additional;
  /// Packages that are taken from one server only, where that one has them: package, server.
  std::map<std::string, std::string> origins;
  /// Ask the servers whether their indices changed (at most once in `fresh_for_seconds`). Without network the
  /// cached indices are used, with a warning.
  bool refresh = true;
  /// Which package has which file will be asked for: fetched beside the packages' indices when these are.
  bool with_contents = false;
  bool remember = false;  ///< take answers that earlier runs found from the cache, and keep new ones there
  int fresh_for_seconds = 3600;
};

/// Opens the universe of a target: the given servers of kind apt or of kind rpm-md, or, when there is none
/// for this target and the target is the machine's own release, the machine's apt configuration (entries
/// whose suite is the release's code name or begins with it and a '-'). Indices are verified (InRelease or
/// repomd.xml against `signed_by`, then their checksums) and kept as .solv in the cache. Throws lucie::Error
/// when the target has no server, EnvironmentError when nothing can be fetched and nothing is cached.
/// `reporter` must live as long as the universe, which fetches more when it is asked for it.
Universe open_universe(const std::string& target, const std::vector<config::PackageServer>& servers,
                       const OpenOptions& options, base::Reporter& reporter);

/// The apt entries of the machine's own configuration that belong to its own release, as package servers.
std::vector<config::PackageServer> own_package_servers(const std::string& target);

}  // namespace lucie::universe
