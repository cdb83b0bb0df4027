#include "lmp/skeleton.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <pwd.h>
#include <regex>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

std::string filled_in(std::string text, const std::string& mark, const std::string& value) {
  for (auto place = text.find(mark); place != std::string::npos;
       place = text.find(mark, place + value.size())) {
    text.replace(place, mark.size(), value);
  }
  return text;
}

/// "2026-11-23", of now or SOURCE_DATE_EPOCH.
std::string today() {
  return base::format_time(base::build_time(std::chrono::system_clock::now())).substr(0, 10);
}

void copy_skeleton(const fs::path& from, const fs::path& to, const std::string& name,
                   const std::string& maintainer) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path file = to / filled_in(fs::relative(entry.path(), from).string(), "@NAME@", name);
    if (entry.is_directory()) {
      fs::create_directories(file);
      continue;
    }
    fs::create_directories(file.parent_path());
    std::string text = filled_in(base::read_file(entry.path()), "@NAME@", name);
    text = filled_in(filled_in(text, "@MAINTAINER@", maintainer), "@DATE@", today());
    base::write_file(file, text, text.starts_with("#!") ? 0755 : 0644);
  }
}

std::string from_variable(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr ? value : "";
}

}  // namespace

fs::path make_skeleton(const std::string& name, const std::string& maintainer, const fs::path& templates,
                       const fs::path& folder, bool questions) {
  if (!std::regex_match(name, std::regex("[a-z0-9][a-z0-9+.-]{1,99}"))) {
    throw Error(fmt::format("'{}' is no name of an LMP", name))
        .hint("small letters, digits, '+', '-' and '.', two to a hundred of them");
  }
  const fs::path tree = folder / name;
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(tree, ignored))) {
    throw Error(fmt::format("{} is there already", tree.string())).hint("nothing was changed");
  }
  if (!fs::is_directory(templates / "new-lmp", ignored)) {
    throw EnvironmentError(fmt::format("the skeleton {} is missing", (templates / "new-lmp").string()));
  }
  const base::TemporaryDirectory beside(".lmp-new", folder.empty() ? "." : folder);
  copy_skeleton(templates / "new-lmp", beside.path() / name, name, maintainer);
  if (questions) copy_skeleton(templates / "new-lmp-questions", beside.path() / name, name, maintainer);
  fs::rename(beside.path() / name, tree);
  return tree;
}

std::string maintainer_from_environment() {
  std::string name = from_variable("DEBFULLNAME"), mail = from_variable("DEBEMAIL");
  const passwd* user = getpwuid(geteuid());
  const std::string login = user != nullptr ? user->pw_name : "root";
  if (name.empty() && user != nullptr) name = base::split(user->pw_gecos, ',').front();
  if (name.empty()) name = login;
  if (mail.empty()) {
    char host[256] = "localhost";
    if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    mail = login + "@" + (host[0] != '\0' ? host : "localhost");
  }
  return fmt::format("{} <{}>", name, mail);
}

}  // namespace lucie::lmp
