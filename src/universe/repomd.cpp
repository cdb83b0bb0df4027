#include "universe/repomd.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tinyxml2.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::universe {
namespace {

using tinyxml2::XMLDocument;
using tinyxml2::XMLElement;

/// The root element, which must have that name.
const XMLElement& root_of(XMLDocument& document, std::string_view text, std::string_view name) {
  if (document.Parse(text.data(), text.size()) != tinyxml2::XML_SUCCESS)
    throw Error(fmt::format("it is not XML (line {})", document.ErrorLineNum()));
  const XMLElement* const root = document.RootElement();
  if (root == nullptr || root->Name() != name)
    throw Error(fmt::format("its root element is '{}', not '{}'",
                            base::escape_control(root == nullptr ? "" : root->Name()), name));
  return *root;
}

std::string text_of(const XMLElement& parent, const char* name) {
  const XMLElement* const child = parent.FirstChildElement(name);
  return child == nullptr || child->GetText() == nullptr ? "" : std::string(base::trim(child->GetText()));
}

std::string attribute_of(const XMLElement* element, const char* name) {
  const char* const value = element == nullptr ? nullptr : element->Attribute(name);
  return value == nullptr ? "" : value;
}

std::int64_t number_of(const XMLElement& parent, const char* name) {
  const XMLElement* const child = parent.FirstChildElement(name);
  std::int64_t number = 0;
  return child != nullptr && child->QueryInt64Text(&number) == tinyxml2::XML_SUCCESS && number > 0 ? number
                                                                                                   : 0;
}

/// Throws when the place leads out of the repository.
void check_place(const std::string& type, const std::string& path) {
  const auto parts = base::split(path, '/');
  const bool outside = path.empty() || path.starts_with('/') || std::ranges::count(parts, "..") > 0 ||
                       path.find("://") != std::string::npos;
  if (outside) throw Error(fmt::format("its {} has no usable place: '{}'", type, base::escape_control(path)));
}

Repomd::File file_of(const std::string& type, const XMLElement& data) {
  const XMLElement* const checksum = data.FirstChildElement("checksum");
  Repomd::File file{.path = attribute_of(data.FirstChildElement("location"), "href"),
                    .checksum_type = attribute_of(checksum, "type"),
                    .checksum = text_of(data, "checksum"),
                    .size = static_cast<std::uint64_t>(number_of(data, "size"))};
  check_place(type, file.path);
  const bool digits =
      !file.checksum.empty() && file.checksum.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!digits) throw Error(fmt::format("its {} has no checksum", type));
  return file;
}

}  // namespace

Repomd parse_repomd(std::string_view text) {
  XMLDocument document;
  const XMLElement& root = root_of(document, text, "repomd");
  Repomd repomd;
  for (const XMLElement* data = root.FirstChildElement("data"); data != nullptr;
       data = data->NextSiblingElement("data")) {
    const std::string type = attribute_of(data, "type");
    repomd.time = std::max(repomd.time, number_of(*data, "timestamp"));
    if (!type.empty()) repomd.files.emplace(type, file_of(type, *data));
  }
  return repomd;
}

std::vector<std::string> parse_minimal_group(std::string_view comps) {
  XMLDocument document;
  const XMLElement& root = root_of(document, comps, "comps");
  std::vector<std::string> names;
  for (const XMLElement* group = root.FirstChildElement("group"); group != nullptr;
       group = group->NextSiblingElement("group")) {
    const XMLElement* const list = group->FirstChildElement("packagelist");
    if (text_of(*group, "id") != "core" || list == nullptr) continue;
    for (const XMLElement* package = list->FirstChildElement("packagereq"); package != nullptr;
         package = package->NextSiblingElement("packagereq")) {
      const std::string type = attribute_of(package, "type");
      const bool demanded = type.empty() || type == "mandatory";
      if (demanded && package->GetText() != nullptr) names.emplace_back(base::trim(package->GetText()));
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace lucie::universe
