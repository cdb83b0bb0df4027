#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "lmp/front_end/child.hpp"
#include "lmp/front_end/ending.hpp"
#include "lmp/front_end/session.hpp"
#include "metapackage/front_end.hpp"

/// Asking through debconf itself.
namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using metapackage::Answers;
using metapackage::Lmp;
using metapackage::Question;

std::string full_name(const Lmp& lmp, const Question& question) {
  return base::shell_quote(fmt::format("lmp-{}/{}", lmp.name, question.name));
}

/// A script for debconf: tells it the questions and what is known, runs the front end, and leaves each answer
/// in a file of the question's name.
std::string debconf_script(const Lmp& lmp, const Answers& current, const fs::path& work) {
  std::string text = "#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\n";
  text += fmt::format("db_x_loadtemplatefile {} lmp-{}\ndb_title 'Configuring lmp-{}'\n",
                      base::shell_quote((lmp.tree / "debconf/templates").string()), lmp.name, lmp.name);
  for (const Question& question : lmp.questions) {
    text += fmt::format("db_fset {} seen false\n", full_name(lmp, question));
    const auto known = current.find(question.name);
    if (known == current.end()) continue;
    text += fmt::format("db_set {} {}\n", full_name(lmp, question), base::shell_quote(known->second));
  }
  text += fmt::format("sh {} reconfigure {}\n", base::shell_quote((work / "config").string()),
                      base::shell_quote(lmp.version));
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    text += fmt::format("db_get {}\nprintf '%s\\n' \"$RET\" > {}\n", full_name(lmp, question),
                        base::shell_quote((work / "answers" / question.name).string()));
  }
  return text;
}

}  // namespace

bool has_debconf() {
  std::error_code ignored;
  return geteuid() == 0 && fs::exists("/usr/share/debconf/confmodule", ignored) &&
         !base::find_in_path("debconf").empty();
}

Answers ask_by_debconf(const Lmp& lmp, const Answers& current, const Interruption& interruption,
                       const SessionOptions& options) {
  const base::TemporaryDirectory work("lucie-front-end");
  fs::create_directory(work.path() / "answers");
  base::write_file(work.path() / "config",
                   "#!/bin/sh\n. /usr/share/debconf/confmodule\n" + metapackage::asking_commands(lmp), 0700);
  base::write_file(work.path() / "run", debconf_script(lmp, current, work.path()), 0700);
  Child child({"env", "DEBIAN_PRIORITY=" + options.priority, "debconf", "--owner=lmp-" + lmp.name,
               (work.path() / "run").string()},
              {}, false);
  check_ending(lmp, child.wait(interruption), options.time_limit);
  Answers answers;
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    answers[question.name] = base::trim(base::read_file(work.path() / "answers" / question.name));
  }
  return answers;
}

}  // namespace lucie::lmp
