#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/repository_format.hpp"
#include "metapackage/signing.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;

Generations::Generations(fs::path folder, std::string stem, fs::path link)
    : folder_(std::move(folder)), stem_(std::move(stem)), link_(std::move(link)) {}

/// The number of a folder STEM.N, or 0.
int Generations::number(const fs::path& folder) const {
  const std::string name = folder.filename().string(), start = stem_ + ".";
  if (!name.starts_with(start)) return 0;
  int number = 0;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + start.size(), end, number);
  return read.ec == std::errc() && read.ptr == end ? number : 0;
}

fs::path Generations::next() {
  make_folder(folder_);
  int highest = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) highest = std::max(highest, number(entry.path()));
  next_ = fmt::format("{}.{}", stem_, highest + 1);
  make_folder(folder_ / next_);
  return folder_ / next_;
}

void Generations::switch_over() {
  std::error_code ignored;
  if (fs::is_directory(fs::symlink_status(link_, ignored))) {
    throw Error(fmt::format("{} is a folder that Lucie did not make", link_.string()))
        .hint("publish into a folder of its own, or remove it");
  }
  base::replace_symlink((folder_ / next_).lexically_relative(link_.parent_path()), link_);
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (number(entry.path()) > 0 && entry.path().filename() != next_) old.push_back(entry.path());
  }
  for (const fs::path& folder : old) fs::remove_all(folder, ignored);
}

void Generations::give_up() {
  std::error_code ignored;
  if (!next_.empty()) fs::remove_all(folder_ / next_, ignored);
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw EnvironmentError(fmt::format("make {}: {}", folder.string(), failure.message()));
}

void check_is_lmp(const std::string& package, const std::vector<std::string>& paths) {
  const std::string name = package.starts_with("lmp-") ? package.substr(4) : std::string();
  const std::string manifest = fmt::format("/usr/share/lucie/lmp/{}/lmp.conf", name);
  if (!name.empty() && std::find(paths.begin(), paths.end(), manifest) != paths.end()) return;
  throw Error(fmt::format("'{}' is no Lucie Meta Package", package))
      .hint(
          "packages that 'lmp build' made can be published; others belong into a package server of their "
          "own");
}

std::string pool_place(const std::string& package, const std::string& file) {
  return fmt::format("pool/main/{}/{}/{}", package.substr(0, 1), package, file);
}

namespace {

using Formats = std::vector<std::unique_ptr<RepositoryFormat>>;

/// A file to publish with its bytes and the format that takes it.
struct Candidate {
  Addition addition;
  std::string bytes;
  RepositoryFormat* format = nullptr;
};

Candidate read_candidate(const fs::path& file, const Formats& formats) {
  try {
    Candidate candidate{.addition = {}, .bytes = base::read_file(file)};
    for (const auto& format : formats) {
      if (!format->takes(candidate.bytes)) continue;
      candidate.addition = format->read(file, candidate.bytes);
      candidate.format = format.get();
      return candidate;
    }
    throw Error("it is neither a Debian package nor an rpm");
  } catch (Error& error) {
    error.at({file.string(), 0, 0});
    throw;
  }
}

void check_same(const Candidate& candidate) {
  const Addition& addition = candidate.addition;
  const std::string known = candidate.format->identity_at(addition.file);
  if (known.empty() || known == addition.identity) return;
  throw Error(fmt::format("{} {} is published already with another content", addition.name, addition.version))
      .at({addition.source.string(), 0, 0})
      .hint("give it a higher version: who has installed the old one would not see this one");
}

void check_signature(const Publication& publication, const Formats& formats) {
  const bool is_signed =
      std::any_of(formats.begin(), formats.end(), [](const auto& format) { return format->is_signed(); });
  if (!is_signed || !publication.key.empty()) return;
  throw Error(
      fmt::format("{} is signed, and its readers expect a signature", publication.repository.string()))
      .hint("give the key with --sign KEY");
}

/// True when it was not there before.
bool copy_into_pool(const Candidate& candidate, const Publication& publication) {
  const Addition& addition = candidate.addition;
  const fs::path file = publication.repository / addition.file;
  const bool there = candidate.format->identity_at(addition.file) == addition.identity;
  if (!there) {
    make_folder(file.parent_path());
    base::write_file(file, candidate.format->pool_bytes(candidate.bytes, publication), 0644);
  }
  candidate.format->add(addition);
  return !there;
}

/// The formats that the repository has or gets.
std::vector<RepositoryFormat*> used_formats(const Formats& formats, const std::vector<Candidate>& candidates,
                                            bool signing) {
  std::vector<RepositoryFormat*> used;
  for (const auto& format : formats) {
    const bool gets = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
      return candidate.format == format.get();
    });
    // A repository that gets its first signature gets it on all of its indices.
    const bool lacks_signature = signing && format->present() && !format->is_signed();
    if (gets || lacks_signature) used.push_back(format.get());
  }
  return used;
}

void write_all(const std::vector<RepositoryFormat*>& formats, const Publication& publication) {
  try {
    for (RepositoryFormat* format : formats) format->write(publication);
    if (publication.key.empty()) return;
    base::write_file(publication.repository / "lucie.asc", public_key(publication.key));
  } catch (...) {
    for (RepositoryFormat* format : formats) format->give_up();
    throw;
  }
}

}  // namespace

std::vector<std::string> publish(const std::vector<fs::path>& files, const Publication& publication,
                                 base::Reporter& reporter) {
  Formats formats;
  formats.push_back(apt_format(publication.repository));
  formats.push_back(rpm_format(publication.repository));
  std::vector<Candidate> candidates;
  for (const fs::path& file : files) candidates.push_back(read_candidate(file, formats));

  make_folder(publication.repository);
  const base::FileLock lock(publication.repository / ".lock",
                            [&] { reporter.note("waiting for another 'lmp publish'"); });
  check_signature(publication, formats);
  const std::vector<RepositoryFormat*> used = used_formats(formats, candidates, !publication.key.empty());
  for (RepositoryFormat* format : used) format->open();
  for (const Candidate& candidate : candidates) check_same(candidate);

  std::set<std::string> added;
  for (const Candidate& candidate : candidates) {
    if (copy_into_pool(candidate, publication)) added.insert(candidate.addition.name);
  }
  write_all(used, publication);
  for (RepositoryFormat* format : used) format->switch_over();
  return {added.begin(), added.end()};
}

}  // namespace lucie::metapackage
