#include "installer/journal.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::installer {

Journal::Journal(std::filesystem::path file, bool resume) : file_(std::move(file)) {
  if (resume && std::filesystem::exists(file_)) {
    try {
      done_ = nlohmann::json::parse(base::read_file(file_)).at("done").get<std::set<std::string>>();
    } catch (const nlohmann::json::exception& error) {
      throw Error("cannot resume: " + file_.string() + " is damaged: " + error.what())
          .hint("run lucie-installer without --resume to begin anew");
    }
  } else {
    write();
  }
}

void Journal::mark_done(const std::string& module) {
  done_.insert(module);
  write();
}

void Journal::write() const {
  base::write_file(file_, nlohmann::json{{"version", 1}, {"done", done_}}.dump() + "\n", 0600);
}

}  // namespace lucie::installer
