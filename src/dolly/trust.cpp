#include "dolly/trust.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "dolly/bytes.hpp"
#include "dolly/issue_time.hpp"

namespace lucie::dolly {
namespace {

base::SystemTime time_of(std::uint64_t issued) {
  return base::SystemTime(milliseconds(issued));
}

std::string in_words(std::uint64_t issued) {
  return base::format_time(time_of(issued));
}

[[noreturn]] void distrust(const std::string& why) {
  throw NotTaken(Refusal::trust, why);
}

}  // namespace

std::string signed_text(const Offer& offer) {
  return fmt::format("dollyplus {} offer ", protocol_version) + offer.text.plain();
}

std::string signed_text(const std::string& transfer, const ChunkHeader& header) {
  return fmt::format("dollyplus {} chunk {} ", protocol_version, transfer) +
         ByteWriter().number(header.chunk).text(header.sha256).number(header.size).take();
}

bool Trust::verifies(const std::string& text, const std::string& signature) const {
  return std::ranges::any_of(options_.keys, [&](const auto& key) { return key.verifies(text, signature); });
}

void Trust::check(const Offer& offer) const {
  check_name(offer.ring.at(static_cast<std::size_t>(offer.place)).name);
  check_signature(offer);
}

void Trust::check(const std::string& name, const std::string& text, const std::string& signature,
                  std::uint64_t issued) const {
  check_name(name);
  check_signature(text, signature, issued);
}

void Trust::check_passed_on(const Offer& offer) const {
  if (!options_.name.empty() &&
      std::ranges::find(offer.ring, options_.name, &RingNode::name) == offer.ring.end())
    distrust(fmt::format("it is '{}', and the transfer is not for a node of this name", options_.name));
  check_signature(offer);
}

void Trust::check_name(const std::string& name) const {
  if (!options_.name.empty() && name != options_.name)
    distrust(fmt::format("it is '{}', and was taken for '{}'", options_.name, name));
}

void Trust::check_signature(const Offer& offer) const {
  check_signature(signed_text(offer), offer.signature, offer.issued);
  if (wants_signatures() && offer.verify == Verify::fast)
    distrust("it takes only what is signed, and of checksums ('--verify fast') a signature proves nothing");
}

void Trust::check_signature(const std::string& text, const std::string& signature,
                            std::uint64_t issued) const {
  if (!wants_signatures()) return;
  if (signature.empty()) distrust("it takes only what is signed by a master that it trusts");
  if (!verifies(text, signature))
    distrust("it does not trust the key that this is signed with, or the offer was changed on its way");
  check_age(issued);
}

void Trust::check_age(std::uint64_t issued_at) const {
  const auto issued = time_of(issued_at);
  if (issued < options_.issued_after)
    distrust(fmt::format("the transfer was issued at {}, and it takes none from before {}",
                         in_words(issued_at), base::format_time(options_.issued_after)));
  const auto now = time_of(Clock::milliseconds_since_1970());
  if (options_.most_age.count() > 0 && (now - issued > options_.most_age || issued - now > options_.most_age))
    distrust(fmt::format("the transfer was issued at {}, and its clock shows {}", in_words(issued_at),
                         base::format_time(now)));
}

void Trust::check_newest(const Offer& offer) const {
  if (!wants_signatures()) return;
  const IssueTimes on_disk(options_.root);
  const std::lock_guard lock(mutex_);
  for (const OfferedFile& file : offer.files) {
    const auto known = newest_.find(file.path);
    const std::uint64_t newest =
        std::max(known == newest_.end() ? 0 : known->second, on_disk.read(file.path));
    if (offer.issued < newest)
      distrust(fmt::format("the transfer was issued at {}, and {} is of one from {}: it is an old one",
                           in_words(offer.issued), file.path, in_words(newest)));
  }
}

bool Trust::accepts(const std::string& transfer, const ChunkHeader& header) const {
  return !wants_signatures() || verifies(signed_text(transfer, header), header.signature);
}

void Trust::completed(const Offer& offer) {
  if (!wants_signatures()) return;
  const IssueTimes on_disk(options_.root);
  const std::lock_guard lock(mutex_);
  for (const OfferedFile& file : offer.files) {
    std::uint64_t& newest = newest_[file.path];
    newest = std::max(newest, offer.issued);
    on_disk.write(file.path, newest);
  }
}

}  // namespace lucie::dolly
