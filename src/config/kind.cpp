#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/node_set.hpp"
#include "base/text.hpp"
#include "config/value.hpp"

/// Which text is a value of which kind.
namespace lucie::config {
namespace {

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view lowercase_digits = "abcdefghijklmnopqrstuvwxyz0123456789";

/// The rule for package names (Debian policy 5.6.1), which LMP names follow.
bool is_package_name(std::string_view text) {
  constexpr std::size_t longest = 100;  // it stands in names of files
  return text.size() >= 2 && text.size() <= longest &&
         lowercase_digits.find(text.front()) != std::string_view::npos &&
         all_of(text, "abcdefghijklmnopqrstuvwxyz0123456789+.-");
}

/// Packages are asked for by name, with an architecture or a version, or as alternatives.
bool is_package(std::string_view text) {
  return base::is_name(text.substr(0, 1)) &&
         std::ranges::all_of(text, [](unsigned char c) { return c > 0x1F && c < 0x7F; });
}

bool is_target(std::string_view text) {
  const auto dash = text.rfind('-');
  return base::is_name(text) && dash != std::string_view::npos && dash > 0 && dash + 1 < text.size();
}

bool is_uri(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 >= text.size()) return false;
  if (!std::ranges::all_of(text,
                           [](unsigned char c) { return c > 0x20 && c != 0x7F && c != '"' && c != '\''; })) {
    return false;
  }
  const std::string_view scheme = text.substr(0, colon), rest = text.substr(colon + 1);
  constexpr std::array<std::string_view, 6> with_host = {"http", "https", "ftp", "nfs", "ssh", "rsh"};
  if (std::ranges::find(with_host, scheme) != with_host.end()) {
    return rest.starts_with("//") && rest.size() > 2 && rest[2] != '/';
  }
  return scheme == "cdrom" || (scheme == "file" && rest.starts_with('/'));
}

bool is_path(std::string_view text) {
  return text.starts_with('/') && (std::string(text) + "/").find("/../") == std::string::npos;
}

bool is_owner(std::string_view text) {
  const auto colon = text.find(':');
  const auto is_account = [](std::string_view name) {
    return !name.empty() && name.front() != '-' &&
           all_of(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$");
  };
  return colon != std::string_view::npos && is_account(text.substr(0, colon)) &&
         is_account(text.substr(colon + 1));
}

/// Upstream version and revision (Debian policy 5.6.12), without an epoch.
/// What stands before the colon of a version: Debian and rpm keep it in 31 bits.
bool is_epoch(std::string_view text) {
  constexpr long long largest = 2147483647;
  return !text.empty() && text.size() <= 10 && all_of(text, "0123456789") &&
         std::stoll(std::string(text)) <= largest;
}

bool is_package_version(std::string_view text) {
  constexpr std::size_t longest = 100;  // it stands in names of files
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    if (!is_epoch(text.substr(0, colon))) return false;
    text.remove_prefix(colon + 1);
  }
  return !text.empty() && text.size() <= longest &&
         std::isdigit(static_cast<unsigned char>(text.front())) != 0 && !text.ends_with('-') &&
         std::ranges::all_of(text, [](unsigned char c) {
           return c < 0x80 && (std::isalnum(c) != 0 ||
                               std::string_view(".+~-").find(static_cast<char>(c)) != std::string_view::npos);
         });
}

bool is_server(std::string_view text) {
  const bool dotted_number = !text.empty() && all_of(text, "0123456789.");
  return dotted_number ? parse_address(text).has_value() : base::is_host_name(text);
}

std::string why_no_host_name(std::string_view text) {
  if (!base::is_host_name(text)) {
    return fmt::format("'{}' is no host name: letters, digits and '-', in labels of at most 63 (RFC 1123)",
                       text);
  }
  if (all_of(text, "0123456789.")) return fmt::format("'{}' is a number, not a host name", text);
  return {};
}

std::string why_no_mac(std::string_view text) {
  const std::string mac = normal_mac(text);
  if (mac.empty()) return fmt::format("'{}' is no MAC address, as in 52:54:00:12:34:01", text);
  const bool group = (std::stoi(mac.substr(0, 2), nullptr, 16) & 1) != 0;
  if (group || mac == "00:00:00:00:00:00")
    return fmt::format("'{}' is not the address of a single card", text);
  return {};
}

std::string why_no_member(std::string_view text) {
  try {
    if (base::has_range(text)) return base::expand_range(text), "";
  } catch (const Error& error) {
    return error.what();
  }
  return base::is_name(text) ? "" : fmt::format("'{}' is no name of a host or host group", text);
}

std::string why_no_choice(const AttributeSchema& attribute, std::string_view text) {
  if (std::ranges::find(attribute.choices, text) != attribute.choices.end()) return {};
  if (attribute.choices.size() == 1)
    return fmt::format("'{}' is not '{}', the only choice there is", text, attribute.choices[0]);
  return fmt::format("'{}' is not one of {}", text, fmt::join(attribute.choices, ", "));
}

std::string why_no_module_value(Kind kind, std::string_view text) {
  const auto [module, value] = module_and_value(text);
  const bool good = base::is_name(module) && (kind == Kind::module_time ? parse_duration(value).has_value()
                                                                        : parse_number(value).has_value());
  return good ? "" : fmt::format("'{}' is not {}", text, kind_syntax(kind));
}

bool is_plain_value(Kind kind, std::string_view text) {
  switch (kind) {
    case Kind::name:
      return base::is_name(text);
    case Kind::service:
    case Kind::lmp_name:
      return is_package_name(text);
    case Kind::address:
      return parse_address(text).has_value();
    case Kind::mask:
      return parse_mask(text).has_value();
    case Kind::server:
      return is_server(text);
    case Kind::size:
      return parse_size(text).value_or(0) > 0;
    case Kind::duration:
      return parse_duration(text).has_value();
    case Kind::boolean:
      return parse_boolean(text).has_value();
    case Kind::number:
      return parse_number(text).has_value();
    case Kind::path:
      return is_path(text);
    case Kind::file:
      return !text.empty();
    case Kind::target:
      return is_target(text);
    case Kind::list_target:
      return text == "any" || is_target(text);
    case Kind::disk:
      return text == "first" || (text.starts_with("/dev/") && is_path(text));
    case Kind::uri:
      return is_uri(text);
    case Kind::package:
      return is_package(text);
    case Kind::sha256:
      return text.size() == 64 && all_of(text, "0123456789abcdefABCDEF");
    case Kind::password_hash:
      return text.starts_with('$') && text.find_first_of(" \t:") == std::string_view::npos;
    case Kind::file_mode:
      return text.size() >= 3 && text.size() <= 5 && all_of(text, "01234567");
    case Kind::owner:
      return is_owner(text);
    case Kind::package_version:
      return is_package_version(text);
    default:
      return true;
  }
}

}  // namespace

std::string kind_syntax(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "text";
    case Kind::name:
      return "a name of letters, digits and . _ + -";
    case Kind::host_name:
      return "a host name (RFC 1123)";
    case Kind::service:
      return "the name of an LMP";
    case Kind::member:
      return "a host, a range of hosts or a host group";
    case Kind::address:
      return "an IPv4 address";
    case Kind::mask:
      return "a network mask, as in 255.255.255.0";
    case Kind::mac_address:
      return "a MAC address";
    case Kind::server:
      return "a host name or an IPv4 address";
    case Kind::size:
      return "a size, as in 512M, 20G, 1T";
    case Kind::duration:
      return "a time, as in 30s, 5m, 2h";
    case Kind::boolean:
      return "yes or no";
    case Kind::number:
      return "a number";
    case Kind::choice:
      return "one of a few words";
    case Kind::path:
      return "an absolute path";
    case Kind::file:
      return "a file, relative to the definition";
    case Kind::target:
      return "a target, as in debian-12";
    case Kind::list_target:
      return "a target, as in debian-12, or any";
    case Kind::disk:
      return "a device, as in /dev/sda, or first";
    case Kind::uri:
      return "an address, as in http://mirror.example.org/debian";
    case Kind::package:
      return "the name of a package";
    case Kind::partition:
      return "MOUNT SIZE FILESYSTEM [OPTIONS]";
    case Kind::module_time:
      return "MODULE TIME, as in install 30m";
    case Kind::module_number:
      return "MODULE NUMBER, as in install 2";
    case Kind::sha256:
      return "64 hexadecimal digits";
    case Kind::password_hash:
      return "a password hash as crypt(3) writes it, as in $y$...";
    case Kind::file_mode:
      return "an octal mode, as in 0644";
    case Kind::owner:
      return "USER:GROUP";
    case Kind::lmp_name:
      return "the name of an LMP: at least two of a-z 0-9 + . -";
    case Kind::package_version:
      return "a version, as in 1.2-1";
  }
  return {};
}

std::string why_not(const AttributeSchema& attribute, std::string_view text) {
  switch (attribute.kind) {
    case Kind::host_name:
      return why_no_host_name(text);
    case Kind::mac_address:
      return why_no_mac(text);
    case Kind::member:
      return why_no_member(text);
    case Kind::choice:
      return why_no_choice(attribute, text);
    case Kind::module_time:
    case Kind::module_number:
      return why_no_module_value(attribute.kind, text);
    case Kind::partition: {
      std::string why;
      parse_partition(text, why);
      return why;
    }
    default:
      break;
  }
  if (is_plain_value(attribute.kind, text)) return {};
  return fmt::format("'{}' is not {}", text, kind_syntax(attribute.kind));
}

}  // namespace lucie::config
