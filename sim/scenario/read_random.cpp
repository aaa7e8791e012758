// `random:`, faults that are drawn from the seed of a timed run.
#include "sim/scenario/read_parts.hpp"

namespace concordat::scenario {

namespace {

/// Reads into a member of one of the repeated faults.
template <auto fault, auto member, auto read>
void part(Reader& reader, const YamlNode& node, RandomFaults& out) {
  into<member, read>(reader, node, *(out.*fault));
}

void read_nodes(Reader& reader, const YamlNode& node, At<std::vector<Text>>& out) {
  list_of<name>(reader, node, out);
  if (reader.ok() && out.value.empty())
    reader.fail(node.at, "`nodes` names one node or more", "left out, it means all");
}

template <auto fault>
constexpr auto every = part<fault, &RepeatedFault::every, positive_duration>;
template <auto fault>
constexpr auto lasts = part<fault, &RepeatedFault::lasts, positive_duration>;
template <auto fault>
constexpr auto nodes = part<fault, &RepeatedFault::nodes, read_nodes>;

constexpr std::array crash_keys{
    key("every", every<&RandomFaults::crash>),
    key("down", lasts<&RandomFaults::crash>),
    key("nodes", nodes<&RandomFaults::crash>),
    key("inside", into<&RandomFaults::inside, ratio>),
};
constexpr std::array partition_keys{
    key("every", every<&RandomFaults::partition>),
    key("lasts", lasts<&RandomFaults::partition>),
    key("one_way", into<&RandomFaults::one_way, ratio>),
};
constexpr std::array pause_keys{
    key("every", every<&RandomFaults::pause>),
    key("lasts", lasts<&RandomFaults::pause>),
    key("nodes", nodes<&RandomFaults::pause>),
};

template <auto fault, const auto& keys>
void repeated(Reader& reader, const YamlNode& node, RandomFaults& out) {
  (out.*fault).emplace();
  read_keys(reader, node, keys, out);
  if (reader.ok() && (out.*fault)->every.value.us == 0)
    reader.fail(node.at,
                quote(node.key) + " needs `every`",
                "`every: 10s` is the mean time from one to the next");
}

constexpr std::array delay_keys{
    key("chance", into<&RandomFaults::delay, ratio>),
    key("by", into<&RandomFaults::delay_by, distribution>),
};

void read_delay(Reader& reader, const YamlNode& node, RandomFaults& out) {
  read_keys(reader, node, delay_keys, out);
  if (reader.ok() && node.items.size() != delay_keys.size())
    reader.fail(node.at,
                "`delay` needs `chance` and `by`",
                "`delay: {chance: 1/20, by: {exponential: 50ms}}`");
}

constexpr std::array random_keys{
    key("crash", repeated<&RandomFaults::crash, crash_keys>),
    key("partition", repeated<&RandomFaults::partition, partition_keys>),
    key("pause", repeated<&RandomFaults::pause, pause_keys>),
    key("lose", into<&RandomFaults::lose, ratio>),
    key("duplicate", into<&RandomFaults::duplicate, ratio>),
    key("delay", read_delay),
    key("until", into<&RandomFaults::until, positive_duration>),
};

}  // namespace

void read_random(Reader& reader, const YamlNode& node, RandomFaults& out) {
  read_keys(reader, node, random_keys, out);
}

}  // namespace concordat::scenario
