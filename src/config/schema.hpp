#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The one table of the definition language: every block type, its attributes, their kinds of value. Checks,
/// hints, completion and the manual page stand on it.
namespace lucie::config {

/// What a value means. `kind_syntax` tells it in words.
enum class Kind {
  text,
  name,            ///< [A-Za-z0-9][A-Za-z0-9._+-]*
  host_name,       ///< RFC 1123
  service,         ///< name of an LMP
  member,          ///< host, range of hosts or host group
  address,         ///< IPv4
  mask,            ///< IPv4 network mask
  mac_address,     ///< any usual spelling
  server,          ///< host name or IPv4 address
  size,            ///< 512M
  duration,        ///< 30s
  boolean,         ///< yes, no
  number,          ///< decimal
  choice,          ///< one of AttributeSchema::choices
  path,            ///< absolute path
  file,            ///< file, relative to the definition
  target,          ///< debian-12
  list_target,     ///< debian-12, or any
  disk,            ///< /dev/sda, or first
  uri,             ///< package server's address
  package,         ///< package of the target
  partition,       ///< MOUNT SIZE FILESYSTEM [OPTIONS]
  module_time,     ///< MODULE TIME
  module_number,   ///< MODULE NUMBER
  sha256,          ///< 64 hexadecimal digits
  password_hash,   ///< crypt(3)
  file_mode,       ///< octal
  owner,           ///< USER:GROUP
  lmp_name,        ///< [a-z0-9][a-z0-9+.-]+
  package_version  ///< Debian policy 5.6.12
};

enum class Shape {
  scalar,   ///< one value
  list,     ///< values between commas; `+` in front adds to the inherited ones
  repeated  ///< may stand several times in a block, one value each
};

struct AttributeSchema {
  std::string_view key;
  Kind kind = Kind::text;
  Shape shape = Shape::scalar;
  std::string_view doc;       ///< one line, without a full stop
  std::string_view standard;  ///< the default in words; empty: none
  std::vector<std::string_view> choices;
  bool required = false;  ///< checked for manifests here, for cluster blocks after inheriting
};

struct TypeSchema {
  std::string_view type;
  std::string_view identity;       ///< the attribute that names what is defined; empty: it has no name
  std::string_view template_name;  ///< the attribute that names a template; empty: no templates
  bool manifest = false;           ///< of an LMP's manifest rather than of cluster files
  bool custom = false;             ///< takes attributes whose names begin with `_`
  bool open = false;               ///< takes attributes of any name
  std::string_view doc;
  std::vector<AttributeSchema> attributes;

  const AttributeSchema* find(std::string_view key) const;
  std::vector<std::string> keys() const;
};

/// All types, those of cluster files first.
std::span<const TypeSchema> schema();
/// Null for an unknown type.
const TypeSchema* find_type(std::string_view type);

/// "IPv4 address", "yes or no": how a value of that kind is written, for messages and the manual page.
std::string kind_syntax(Kind kind);

/// The whole table as text, one attribute a line: TYPE, KEY, shape, syntax, default, meaning, with tabs
/// between.
std::string print_schema();

}  // namespace lucie::config
