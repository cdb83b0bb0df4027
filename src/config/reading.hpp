#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/cluster.hpp"
#include "config/inherit.hpp"

/// The steps that make a cluster of blocks, and what they share. Internal to this room.
namespace lucie::config {

/// Where a name stands among its kind, and in the text.
struct NameEntry {
  std::size_t number = 0;
  Position position;
};
using NameIndex = std::unordered_map<std::string, NameEntry>;

/// Most hosts of one cluster; more is taken for a slip in a range.
inline constexpr std::size_t most_hosts = 100'000;

/// The values of a `host` or `interface` block that stands for several names: ranges run in step with them.
class Steps {
 public:
  Steps(struct Reading& reading, const Definition& definition, std::vector<std::string> names)
      : reading_(reading), definition_(definition), names_(std::move(names)) {}

  const Definition& definition() const { return definition_; }
  const std::vector<std::string>& names() const { return names_; }
  /// The attribute's value for the name at `index`; empty when it is at fault, which is told once.
  std::string value(const Attribute& attribute, std::size_t index);
  /// Its items for the name at `index`.
  std::vector<Item> items(const Attribute& attribute, std::size_t index);

 private:
  const std::vector<std::string>& expanded(const Attribute& attribute);
  std::vector<std::string> expand(const Attribute& attribute);
  bool all_valid(const Attribute& attribute, const std::vector<std::string>& values);

  struct Reading& reading_;
  const Definition& definition_;
  std::vector<std::string> names_;
  std::map<const Attribute*, std::vector<std::string>> expanded_;
};

/// A host and the block that it comes from.
struct HostSource {
  Steps* steps = nullptr;
  std::size_t index = 0;  ///< among the block's names
};

/// What the steps share. Each step fills in its part of the cluster and appends faults.
struct Reading {
  Reading(const ReadOptions& read_options, const std::vector<Block>& blocks, ReadResult& read_result)
      : options(read_options),
        result(read_result),
        cluster(read_result.cluster),
        inheritance(blocks, read_result.faults, read_result.warnings) {}

  const ReadOptions& options;
  ReadResult& result;
  Cluster& cluster;
  Inheritance inheritance;

  std::vector<Definition> host_definitions, group_definitions, lucie_group_definitions, interface_definitions,
      answers_definitions;
  std::vector<std::unique_ptr<Steps>> steps;
  std::vector<HostSource> host_sources;  ///< beside cluster.hosts
  std::vector<const Definition*> group_sources, lucie_group_sources,
      interface_sources;  ///< beside cluster.host_groups and so on
  std::unordered_map<std::size_t, std::vector<std::size_t>> groups_of_host;  ///< numbers
  NameIndex host_index, group_index, lucie_group_index, installer_index, layout_index, server_index;

  void fault(const Position& where, std::string message, std::string hint = {});
  void warning(const Position& where, std::string message, std::string hint = {});
  /// A fault that many hosts may share, told once for the same `about` and `kind` with the number of the
  /// others.
  void shared_fault(const void* about, const std::string& kind, const Position& where, std::string message,
                    std::string hint = {});
  /// Writes the shared faults; called once, at the end.
  void finish();

  /// "did you mean 'X'?"; empty after many hints, which nobody reads and which take time.
  std::string did_you_mean(const std::string& name, const NameIndex& known);
  /// Tells, once for an attribute and text, that a name refers to nothing. `otherwise`: the hint when no
  /// known name is near.
  void check_reference(const Attribute& attribute, const Item& item, const std::string& what,
                       const NameIndex& known, const std::string& otherwise = {});

  /// Tells that some names of an item are no hosts (nor host groups).
  void unknown_names(const Item& item, const std::vector<std::string>& unknown, bool groups_too);

  /// Tells what the definition lacks of the attributes that its type requires; true when nothing.
  bool has_required(const Definition& definition);
  /// Puts a new name into an index; a second one is a fault.
  bool enter(NameIndex& index, const std::string& name, std::size_t number, const Definition& definition);

  // Values of blocks with one name; the default where the value is absent or at fault.
  std::string text(const Definition& definition, std::string_view key,
                   const std::string& standard = {}) const;
  bool boolean(const Definition& definition, std::string_view key, bool standard) const;
  int number(const Definition& definition, std::string_view key, int standard) const;
  std::vector<Item> items(const Definition& definition, std::string_view key) const;
  std::vector<std::string> words(const Definition& definition, std::string_view key) const;
  /// Hosts that a list of hosts, ranges and groups names, each once, in order.
  std::vector<std::string> hosts(const Definition& definition, std::string_view key);
  /// The same; all hosts where nobody says anything.
  std::vector<std::string> hosts_or_all(const Definition& definition, std::string_view key);

 private:
  struct Shared {
    Fault fault;
    std::size_t more = 0;
  };
  std::map<std::pair<const void*, std::string>, std::size_t> shared_index_;
  std::vector<Shared> shared_;  ///< in the order in which they came up
  std::set<std::pair<const void*, std::string>> told_references_;
  std::size_t names_to_compare_ = 300'000;  ///< for hints
};

// The steps, in their order.
void read_lucie_groups(Reading& reading);
void read_package_servers(Reading& reading);
void read_installers(Reading& reading);
void read_disk_layouts(Reading& reading);
void read_hosts(Reading& reading);        ///< names and what a host says itself
void read_host_groups(Reading& reading);  ///< members
void settle_hosts(Reading& reading);      ///< what hosts inherit from their groups
void read_interfaces(Reading& reading);
void read_datasets(Reading& reading);
void read_watches(Reading& reading);
void read_labs(Reading& reading);
void prove_network(Reading& reading);

/// How the nodes of a lucie group tell what their agents find.
void read_agent_attributes(Reading& reading, const Definition& definition, LucieGroup& group);

/// All `answers` blocks.
std::vector<Answers> answers_of(Reading& reading);

}  // namespace lucie::config
