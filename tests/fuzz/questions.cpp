#include "accepting.hpp"
#include "metapackage/debconf_templates.hpp"
#include "metapackage/manifest.hpp"

using namespace lucie;

/// debconf/templates of an LMP (debconf-devel(7)).
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static const fuzz::InputFile file("templates");
  const std::string text = fuzz::text_of(bytes, size);
  fuzz::accepts([&] {
    std::vector<Fault> faults;
    const auto questions = metapackage::read_questions(file.write(text), "mpi", faults);
    fuzz::demand_shown(faults);
    for (const metapackage::Question& question : questions) {
      const std::string choices = metapackage::join_choices(question.choices);
      if (faults.empty())
        fuzz::demand(metapackage::split_choices(choices) == question.choices, "choices come back");
    }
  });
  return 0;
}
