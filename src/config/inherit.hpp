#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/block.hpp"
#include "config/schema.hpp"

namespace lucie::config {

/// What the blocks along `use` say about a list.
struct ListSetting {
  std::vector<const Attribute*> parts;  ///< in the order in which they are joined
  bool said = false;                    ///< some block says something, be it `null`
  bool open = true;  ///< nothing or only `+` values: what comes after in precedence is joined
};

/// A block with all that it inherits. Refers to blocks, which must outlive it.
class Definition {
 public:
  /// `chain`: the block, then its templates in the order in which they are asked.
  Definition(const TypeSchema& type, std::vector<const Block*> chain)
      : type_(&type), chain_(std::move(chain)) {}

  const TypeSchema& type() const { return *type_; }
  const Block& block() const { return *chain_.front(); }
  /// The attribute of the block itself that names what is defined, or null.
  const Attribute* identity() const;
  /// Of the name if there is one, else of the block.
  Position position() const;

  /// The attribute in force, which may be `null`; a null pointer when nobody says anything.
  const Attribute* said(std::string_view key) const;
  /// The attribute in force, or a null pointer when it is absent or `null`.
  const Attribute* find(std::string_view key) const;
  ListSetting list(std::string_view key) const;
  /// All attributes of a key that repeats, of the first block that has any.
  std::vector<const Attribute*> repeated(std::string_view key) const;
  /// The keys along the chain that the table does not name.
  std::set<std::string> free_keys() const;

 private:
  const TypeSchema* type_;
  std::vector<const Block*> chain_;
};

/// The templates of all types.
class Inheritance {
 public:
  Inheritance(const std::vector<Block>& blocks, std::vector<Fault>& faults, std::vector<Fault>& warnings);

  /// The blocks of a type that are registered, in order.
  std::vector<Definition> definitions(std::string_view type) const;

 private:
  using Name = std::pair<std::string, std::string>;  ///< type, template's name

  void collect_template(const Block& block, const TypeSchema& type);
  void check_use(const Block& block, const TypeSchema& type);
  void find_cycles();
  void walk(const Block& start, std::map<const Block*, bool>& done);
  std::vector<std::pair<const Block*, Position>> parents(const Block& block) const;
  std::vector<const Block*> chain_of(const Block& block) const;
  std::string hint_for_unknown(const TypeSchema& type, const std::string& name);

  const std::vector<Block>& blocks_;
  std::vector<Fault>& faults_;
  std::vector<Fault>& warnings_;
  std::map<Name, const Block*> templates_;
};

}  // namespace lucie::config
