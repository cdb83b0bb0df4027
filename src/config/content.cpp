#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "config/reading.hpp"
#include "config/value.hpp"

/// What hosts get beyond packages: datasets, answers; and how the lab makes them.
namespace lucie::config {
namespace {

/// Two blocks must not answer one question differently for one host, nor for all hosts.
class AnswersProof {
 public:
  explicit AnswersProof(Reading& reading) : reading_(reading) {}

  void add(const Answers& answers, const Definition& definition) {
    for (const auto& [question, value] : answers.values) {
      if (answers.members.empty()) add_for(answers, definition, question, value, "");
      for (const std::string& host : answers.members) add_for(answers, definition, question, value, host);
    }
  }

 private:
  void add_for(const Answers& answers, const Definition& definition, const std::string& question,
               const std::string& value, const std::string& host) {
    const auto [first, fresh] =
        seen_.emplace(std::tuple(answers.lmp, question, host), definition.find(question));
    if (fresh || first->second->value == value) return;
    const Attribute& attribute = *definition.find(question);
    const Position& other = first->second->value_position;
    reading_.shared_fault(&attribute, "answer", attribute.value_position,
                          fmt::format("question '{}' of LMP '{}' is answered differently{}", question,
                                      answers.lmp, host.empty() ? "" : fmt::format(" for host '{}'", host)),
                          fmt::format("the other answer is at {}:{}", other.file, other.line));
  }

  Reading& reading_;
  std::map<std::tuple<std::string, std::string, std::string>, const Attribute*> seen_;
};

}  // namespace

void read_datasets(Reading& reading) {
  NameIndex index;
  for (const Definition& definition : reading.inheritance.definitions("dataset")) {
    reading.has_required(definition);
    if (definition.identity() == nullptr) continue;
    Dataset dataset{.name = definition.identity()->value, .position = definition.position()};
    if (!reading.enter(index, dataset.name, reading.cluster.datasets.size(), definition)) continue;
    dataset.source = reading.text(definition, "source");
    dataset.destination = reading.text(definition, "destination");
    dataset.sha256 = reading.text(definition, "sha256");
    std::ranges::transform(dataset.sha256, dataset.sha256.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    dataset.interface = reading.text(definition, "interface");
    dataset.members = reading.hosts_or_all(definition, "members");
    dataset.unpack = reading.boolean(definition, "unpack", false);
    dataset.encrypt = reading.boolean(definition, "encrypt", false);
    dataset.ring_wait =
        parse_duration(reading.text(definition, "ring_wait", "60s")).value_or(dataset.ring_wait);
    reading.cluster.datasets.push_back(std::move(dataset));
  }
}

std::vector<Answers> answers_of(Reading& reading) {
  std::vector<Answers> all;
  reading.answers_definitions = reading.inheritance.definitions("answers");
  AnswersProof proof(reading);
  for (const Definition& definition : reading.answers_definitions) {
    if (!reading.has_required(definition)) continue;
    Answers answers{.lmp = definition.find("lmp_name")->value,
                    .position = definition.find("lmp_name")->value_position};
    answers.members = reading.hosts(definition, "members");
    const bool for_all = definition.find("members") == nullptr;
    if (!for_all && answers.members.empty()) continue;  // for no host: not for all of them
    for (const std::string& question : definition.free_keys()) {
      const Attribute* answer = definition.find(question);
      if (answer == nullptr) continue;
      answers.values[question] = answer->value;
      answers.places[question] = answer->value_position;
    }
    proof.add(answers, definition);
    all.push_back(std::move(answers));
  }
  return all;
}

std::string answer_variable(const std::string& question) {
  std::string name = "LUCIE_ANSWER_" + question;
  for (char& letter : name) {
    const bool plain = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= 'a' && letter <= 'z');
    if (!plain) letter = '_';
  }
  return name;
}

void read_labs(Reading& reading) {
  std::map<std::string, int> taken;
  std::vector<Lab*> open;
  const auto definitions = reading.inheritance.definitions("lab");
  reading.cluster.labs.reserve(definitions.size());
  for (const Definition& definition : definitions) {
    Lab lab{.name = reading.text(definition, "name"), .position = definition.block().position};
    lab.kind = reading.text(definition, "kind", lab.kind);
    lab.firmware = reading.text(definition, "firmware", lab.firmware);
    lab.memory = parse_size(reading.text(definition, "memory", "1G")).value_or(0);
    lab.disk_size = parse_size(reading.text(definition, "disk_size", "4G")).value_or(0);
    lab.hosts = reading.hosts(definition, "hosts");
    for (const std::string& host : lab.hosts) {
      const auto [first, fresh] = taken.emplace(host, lab.position.line);
      if (fresh) continue;
      reading.shared_fault(&definition.block(), "lab", definition.find("hosts")->value_position,
                           fmt::format("host '{}' is in a second lab block", host),
                           fmt::format("the first one begins in line {}", first->second));
    }
    reading.cluster.labs.push_back(std::move(lab));
    if (!definition.list("hosts").said) open.push_back(&reading.cluster.labs.back());
  }
  if (open.size() > 1) {
    reading.fault(open[1]->position, "a second lab block without 'hosts'",
                  "both would make the hosts of no other block");
  }
  for (const Host& host : reading.cluster.hosts) {
    if (!open.empty() && !taken.contains(host.name)) open.front()->hosts.push_back(host.name);
  }
}

}  // namespace lucie::config
