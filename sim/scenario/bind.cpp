#include "sim/scenario/bind.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

#include "sim/base/formula.hpp"
#include "sim/base/property_names.hpp"
#include "sim/model/fault_class.hpp"
#include "sim/scenario/bind_order.hpp"
#include "sim/scenario/bind_timed.hpp"

namespace concordat::scenario {

std::string plural(std::string_view role) {
  const bool hisses = role.ends_with("ch") || role.ends_with("s") || role.ends_with("x");
  return std::string(role) + (hisses ? "es" : "s");
}

OptionTexts options_of(const ProfileSpec& profile) {
  OptionTexts options;
  for (const std::string& word : words_of(profile.options)) {
    const std::size_t equals = word.find('=');
    check(equals != std::string::npos, "a profile sets options by `name=value`");
    options.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return options;
}

namespace {

class Binder {
 public:
  Binder(const Scenario& scenario, const ProtocolEntry& entry)
      : scenario_(scenario),
        entry_(entry),
        is_timed_(is_timed(scenario)),
        names_(scenario.file, setup_) {}

  Result<Bound> bind() {
    using Part = void (Binder::*)();
    for (const Part part : {&Binder::profile,
                            &Binder::options,
                            &Binder::processes,
                            &Binder::placement,
                            &Binder::order,
                            &Binder::rows,
                            &Binder::work,
                            &Binder::conserved,
                            &Binder::choices,
                            &Binder::bounds,
                            &Binder::time,
                            &Binder::faults,
                            &Binder::expectations,
                            &Binder::exploration,
                            &Binder::judged_by}) {
      (this->*part)();
      if (!names_.ok()) return names_.error();
    }
    setup_.locks = scenario_.locks.value;
    if (const Objection wrong = entry_.objection(options_, setup_); !wrong.what.empty())
      return located({"", {}, wrong.what, wrong.hint}, place_of(wrong.option));
    auto model = entry_.make(options_, setup_);
    if (!model) return located(model.error(), scenario_.protocol.at);
    refusals(**model);
    if (!names_.ok()) return names_.error();
    Bound bound;
    bound.model = std::move(*model);
    bound.run_rules = run_rules();
    bound.explore_rules = explore_rules();
    bound.budget = budget();
    bound.goals = std::move(goals_);
    bound.timed = std::move(timed_);
    for (std::size_t timer = 0; timer < info().timers.size(); ++timer)
      bound.timed.retries.push_back(bound.model->rank(static_cast<int>(timer)) == retry_rank);
    bound.is_timed = is_timed_;
    return bound;
  }

 private:
  const ProtocolInfo& info() const { return *entry_.info; }

  /// Where the option is set.
  Position place_of(std::string_view option) const {
    for (const auto& entry : scenario_.options)
      if (entry.key.value == option) return entry.value.at;
    return scenario_.profile ? scenario_.profile->at : scenario_.protocol.at;
  }

  Error located(Error error, Position at) const {
    error.file = scenario_.file;
    error.at = at;
    return error;
  }

  void fail(Position at, std::string what, std::string hint = "") {
    names_.fail(at, std::move(what), std::move(hint));
  }
  void unknown(const Text& word, const std::string& thing, const std::vector<std::string>& known) {
    names_.unknown(word, thing, known);
  }
  std::optional<ProcessId> process(const Text& name) { return names_.process(name); }
  std::optional<int> node(const Text& name) { return names_.node(name); }

  void profile() {
    if (!scenario_.profile) return;
    std::vector<std::string> names;
    for (const ProfileSpec& spec : info().profiles)
      names.emplace_back(spec.name);
    const auto index = names_.index(*scenario_.profile, "profile", names);
    if (!index) return;
    options_ = options_of(info().profiles[*index]);
    place_ = info().profiles[*index].place;
  }

  void options() {
    std::vector<std::string> names;
    for (const auto& option : info().options)
      names.push_back(option.name);
    for (const auto& entry : scenario_.options) {
      const auto it = std::find(names.begin(), names.end(), entry.key.value);
      if (it == names.end()) return unknown(entry.key, "option", names);
      const auto& values = info().options[static_cast<std::size_t>(it - names.begin())].values;
      if (values.empty()) {  // a number; only the protocol knows its range
        const auto alone = entry_.make({{entry.key.value, entry.value.value}}, setup_);
        if (alone) {
          options_.emplace_back(entry.key.value, entry.value.value);
          continue;
        }
        return fail(entry.value.at, alone.error().what, alone.error().hint);
      }
      if (std::find(values.begin(), values.end(), entry.value.value) == values.end())
        return unknown({entry.value.value, entry.value.at},
                       "value of option `" + entry.key.value + "`",
                       values);
      options_.emplace_back(entry.key.value, entry.value.value);
    }
  }

  void processes() {
    std::vector<std::string> known;
    std::vector<int> counts(info().roles.size(), 2);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const RoleSpec& role = info().roles[i];
      if (role.is_open()) known.push_back(plural(role.name));
      if (!role.number.empty() && !count_by_options(role, counts[i])) return;
    }
    for (const auto& entry : scenario_.processes) {
      const auto role =
          std::find_if(info().roles.begin(), info().roles.end(), [&](const RoleSpec& spec) {
            return spec.is_open() && plural(spec.name) == entry.key.value;
          });
      if (role == info().roles.end()) return unknown(entry.key, "role whose number is open", known);
      if (entry.value.value < 1 || entry.value.value > 16)
        return fail(entry.value.at, "there are 1 to 16 " + entry.key.value);
      counts[static_cast<std::size_t>(role - info().roles.begin())] = entry.value.value;
    }
    int total = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
      total += info().roles[i].count > 0 ? info().roles[i].count : counts[i];
    if (total > max_processes)
      return fail(
          scenario_.processes.empty() ? scenario_.protocol.at : scenario_.processes.front().key.at,
          "a transaction has at most " + std::to_string(max_processes) + " processes");
    if (scenario_.transactions.value < 1 || scenario_.transactions.value > 8)
      return fail(scenario_.transactions.at, "there are 1 to 8 transactions");
    setup_ = make_setup(info().roles, counts, scenario_.transactions.value);
  }

  /// `number: 2f+1`. The options are known to be numbers, or words that a formula has no letter
  /// for.
  bool count_by_options(const RoleSpec& role, int& count) {
    const auto number = evaluate(role.number, [this](char letter) { return option_of(letter); });
    check(static_cast<bool>(number), "a role's number is a formula over options");
    const bool fits = *number >= 1 && *number <= 16;
    if (!fits)
      fail(scenario_.options.empty() ? scenario_.protocol.at : scenario_.options.front().key.at,
           fmt::format("{} {} are not 1 to 16", *number, plural(role.name)),
           fmt::format("there are {} of them", role.number));
    if (fits) count = static_cast<int>(*number);
    return fits;
  }

  /// The number that an option of one letter has.
  std::optional<std::int64_t> option_of(char letter) const {
    for (const auto& option : info().options) {
      if (option.name.size() != 1 || std::tolower(letter) != std::tolower(option.name[0])) continue;
      std::string text = option.initial;
      for (const auto& [name, value] : options_)
        if (name == option.name) text = value;
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc{} && end == text.data() + text.size()) return number;
    }
    return std::nullopt;
  }

  /// `a@p`: each a lives on the node of the p with the same number, or of the only p.
  void place_by_profile() {
    for (const std::string& word : words_of(place_)) {
      const std::size_t at = word.find('@');
      for (ProcessInfo& guest : setup_.processes) {
        const std::string digits = guest.name == word.substr(0, at) ? "1" : number_in(guest.name);
        const bool named =
            guest.name == word.substr(0, at) || guest.name == word.substr(0, at) + digits;
        auto host = setup_.find_process(word.substr(at + 1) + digits);
        if (!host) host = setup_.find_process(word.substr(at + 1));
        if (named && host) guest.node = setup_.node_of(*host);
      }
    }
    drop_empty_nodes();
  }

  static std::string number_in(const std::string& name) {
    return name.substr(std::min(name.find_first_of("0123456789"), name.size()));
  }

  void drop_empty_nodes() {
    std::vector<std::string> nodes;
    std::vector<int> place(setup_.nodes.size(), -1);
    for (ProcessInfo& each : setup_.processes) {
      int& node = place[static_cast<std::size_t>(each.node)];
      if (node < 0) {
        node = static_cast<int>(nodes.size());
        nodes.push_back(setup_.nodes[static_cast<std::size_t>(each.node)]);
      }
      each.node = node;
    }
    setup_.nodes = std::move(nodes);
    setup_.finish();
  }

  void placement() {
    if (scenario_.place.empty() && !place_.empty()) return place_by_profile();
    if (scenario_.place.empty()) return;
    std::vector<std::string> nodes;
    std::vector<bool> placed(setup_.processes.size(), false);
    for (const auto& entry : scenario_.place) {
      if (setup_.find_process(entry.key.value) && !contains(entry.value.value, entry.key.value))
        return fail(entry.key.at, "a node may carry a process's name only if it runs it");
      if (entry.value.value.empty())
        return fail(entry.value.at, "a node runs at least one process", "leave empty nodes out");
      nodes.push_back(entry.key.value);
      for (const Text& name : entry.value.value) {
        const auto process = setup_.find_process(name.value);
        if (!process) return unknown(name, "process", setup_.process_names);
        const auto index = static_cast<std::size_t>(process->index());
        if (placed[index]) return fail(name.at, "`" + name.value + "` is placed twice");
        placed[index] = true;
        setup_.processes[index].node = static_cast<int>(nodes.size()) - 1;
      }
    }
    for (std::size_t i = 0; i < placed.size(); ++i) {  // the others have nodes of their own
      if (placed[i]) continue;
      setup_.processes[i].node = static_cast<int>(nodes.size());
      nodes.push_back(setup_.processes[i].name);
    }
    setup_.nodes = nodes;
    setup_.rows.clear();
    setup_.finish();
  }

  void order() { bind_order(scenario_, info(), setup_, names_); }

  static bool contains(const std::vector<Text>& words, const std::string& word) {
    return std::any_of(
        words.begin(), words.end(), [&](const Text& text) { return text.value == word; });
  }

  void rows() {
    setup_.tables = info().tables;
    setup_.row_states = info().row_states;
    setup_.keys.assign(setup_.tables.size(), {});
    for (const InitialRow& row : scenario_.store) {
      const auto owner = process(row.process);
      if (!owner) return;
      auto table = std::find(setup_.tables.begin(), setup_.tables.end(), row.table.value);
      if (table != setup_.tables.end() &&
          table < setup_.tables.begin() + static_cast<int>(info().tables.size()))
        return fail(row.table.at, "`" + row.table.value + "` is a table of the protocol's own");
      if (table == setup_.tables.end()) {
        setup_.tables.push_back(row.table.value);
        setup_.keys.emplace_back();
        table = setup_.tables.end() - 1;
      }
      const auto t = static_cast<std::size_t>(table - setup_.tables.begin());
      auto& keys = setup_.keys[t];
      auto key = std::find(keys.begin(), keys.end(), row.key.value);
      if (key == keys.end()) key = keys.insert(keys.end(), row.key.value);
      auto& here = setup_.rows[static_cast<std::size_t>(setup_.node_of(*owner))];
      const RowKey id{static_cast<std::uint16_t>(t),
                      static_cast<std::uint16_t>(key - keys.begin())};
      if (std::any_of(
              here.begin(), here.end(), [&](const auto& other) { return other.first == id; }))
        return fail(row.key.at,
                    "this node already has a row `" + row.table.value + "." + row.key.value + "`");
      Row content;
      content.value = row.value.value;
      here.emplace_back(id, content);
    }
  }

  /// The row, which must be in the store of the process's node.
  std::optional<RowKey> row_at(const Text& name, ProcessId process) {
    const auto& here = setup_.rows[static_cast<std::size_t>(setup_.node_of(process))];
    std::vector<std::string> known;
    for (const auto& [row, content] : here) {
      if (setup_.row_name(row) == name.value) return row;
      known.push_back(setup_.row_name(row));
    }
    unknown(name, "row at " + setup_.name_of(process), known);
    return std::nullopt;
  }

  /// Calls `visit(tx)` for the transactions that `where` names.
  template <class Visit>
  void for_each_tx(const At<Where>& where, Visit visit) {
    if (where.value.tx > setup_.transactions)
      return fail(where.at,
                  "there is no transaction t" + std::to_string(where.value.tx),
                  "see `transactions:`");
    for (int tx = 1; tx <= setup_.transactions; ++tx)
      if (where.value.tx == 0 || where.value.tx == tx) visit(tx);
  }

  void work() {
    for (const WorkItem& item : scenario_.work) {
      const auto who = process({item.where.value.process, item.where.at});
      if (!who) return;
      const auto row = row_at({item.table.value + "." + item.key.value, item.table.at}, *who);
      if (!row) return;
      for_each_tx(item.where, [&](int tx) {
        const int index = (tx - 1) * setup_.process_count() + who->index();
        setup_.work[static_cast<std::size_t>(index)].push_back({*row, item.add.value});
      });
    }
  }

  void conserved() {
    for (const Text& table : scenario_.conserve) {
      const auto it = std::find(setup_.tables.begin(), setup_.tables.end(), table.value);
      if (it == setup_.tables.end()) return unknown(table, "table", setup_.tables);
      setup_.conserved.push_back(static_cast<int>(it - setup_.tables.begin()));
    }
  }

  void choices() {
    std::vector<std::string> labels;
    for (const ChoiceSpec& spec : info().choices)
      labels.emplace_back(spec.label);
    for (const Choice& choice : scenario_.choices) {
      const auto who = process({choice.where.value.process, choice.where.at});
      if (!who) return;
      const auto label = names_.index(choice.label, "choice", labels);
      if (!label) return;
      std::vector<std::string> outcomes = words_of(info().choices[*label].outcomes);
      outcomes.insert(outcomes.begin(), "any");
      if (!names_.index(choice.outcome, "outcome of `" + choice.label.value + "`", outcomes))
        return;
      const auto& process = setup_.processes[static_cast<std::size_t>(who->index())];
      if (choice.label.value == vote_label && !process.votes)
        return fail(choice.where.at, "`" + process.name + "` does not vote", voters());
      // The last one counts: what is said of one transaction goes before what is said of all.
      const auto general = setup_.choices.begin() + general_choices_;
      const auto before = setup_.choices.size();
      std::vector<FixedChoice> fixed;
      for_each_tx(choice.where, [&](int tx) {
        fixed.push_back({tx, *who, choice.label.value, choice.outcome.value});
      });
      setup_.choices.insert(
          choice.where.value.tx == 0 ? general : setup_.choices.end(), fixed.begin(), fixed.end());
      if (choice.where.value.tx == 0)
        general_choices_ += static_cast<std::ptrdiff_t>(setup_.choices.size() - before);
    }
  }

  std::string voters() const {
    std::vector<std::string> names;
    for (const ProcessInfo& process : setup_.processes)
      if (process.votes) names.push_back(process.name);
    return names.empty() ? "" : "who votes: " + list(names);
  }

  /// A vote of no from who cannot refuse would never come.
  void refusals(const Model& model) {
    for (const Choice& choice : scenario_.choices) {
      if (choice.label.value != vote_label || choice.outcome.value != "no") continue;
      const ProcessId who = *setup_.find_process(choice.where.value.process);
      const std::string why = model.why_willing(who);
      if (why.empty()) continue;
      std::vector<std::string> names;
      for (int i = 0; i < setup_.process_count(); ++i)
        if (const ProcessId other = ProcessId::at(i); may_refuse(model, other))
          names.push_back(setup_.name_of(other));
      return fail(choice.where.at,
                  why,
                  names.empty() ? "nobody can: leave the vote out" : "who can: " + list(names));
    }
  }

  void bounds() {
    for (const auto& bound : scenario_.bounds) {
      const auto& known = info().bounds;
      if (std::find(known.begin(), known.end(), bound.key.value) == known.end())
        return unknown(bound.key, "bound", known);
      setup_.bounds.emplace_back(bound.key.value, bound.value.value);
    }
  }

  void time() {
    timed_ = bind_timed(scenario_, info(), setup_, names_);
    setup_.timer_order = timer_order(scenario_, timed_);
  }

  void fault(const CrashFault& crash) {
    node(crash.node);
    if (crash.sent_to)
      for (const Text& name : crash.sent_to->value)
        process(name);
  }
  void fault(const PartitionFault& partition) {
    if (partition.of) process(*partition.of);
    std::vector<std::pair<int, std::size_t>> sides;  // node, its group
    for (std::size_t i = 0; i < partition.groups.value.size(); ++i)
      for (const Text& name : partition.groups.value[i].value) {
        const auto found = node(name);
        if (!found) return;
        for (const auto& [other, group] : sides)
          if (other == *found && group != i)
            return fail(name.at,
                        "`" + name.value + "` is on a node of another group",
                        "node " + setup_.nodes[static_cast<std::size_t>(*found)] +
                            " is on one side of a partition only");
        sides.emplace_back(*found, i);
      }
  }
  void fault(const PauseFault& pause) { node(pause.node); }
  void fault(const MessageFault& message) {
    if (message.from) process(*message.from);
    if (message.to) process(*message.to);
  }

  void faults() {
    if (scenario_.schedule && !scenario_.faults.empty())
      return fail(scenario_.faults.front().at,
                  "a scenario with a schedule lists its faults there",
                  "move them into `schedule:`");
    for (const auto& entry : scenario_.faults)
      std::visit([this](const auto& one) { fault(one); }, entry.value);
  }

  void expectations() {
    if (!scenario_.expect) return;
    const Expect& expect = *scenario_.expect;
    for (const auto& time : {expect.answered_within, expect.blocked_at_most})
      if (time && !is_timed(scenario_))
        return fail(time->at,
                    "this run has no times to compare with",
                    "`timing: {latency: 5ms}` lets it run in time");
    for (const auto& entry : expect.decisions)
      slot(entry.key);
    if (expect.blocked)
      for (const Text& name : expect.blocked->value)
        slot(name);
    for (const auto& [name, cells] : expect.store) {
      const auto who = process(name);
      for (const auto& cell : cells)
        if (who) row_at(cell.key, *who);
    }
    if (expect.locked)
      for (const Text& name : expect.locked->value)
        locked(name);
    for (const auto& entry : expect.properties)
      judged(entry.key, false);
  }

  /// `p1 accounts.alice` or `t2 p1 accounts.alice`.
  void locked(const Text& name) {
    const std::size_t blank = name.value.rfind(' ');
    const std::string who = name.value.substr(0, blank);
    slot({who, name.at});
    if (!names_.ok()) return;
    const auto owner = process({who.substr(who.rfind(' ') + 1), name.at});
    if (owner) row_at({name.value.substr(blank + 1), name.at}, *owner);
  }

  /// `p1` or `t2 p1`.
  void slot(const Text& name) {
    std::vector<std::string> known;
    for (int tx = 1; tx <= setup_.transactions; ++tx)
      for (int i = 0; i < setup_.process_count(); ++i)
        known.push_back(setup_.slot_name({tx, ProcessId::at(i)}));
    if (std::find(known.begin(), known.end(), name.value) == known.end())
      unknown(name, "process", known);
  }

  /// `explored`: by a search, which sees more than a run does.
  void judged(const Text& property, bool explored) {
    if (!explored && property.value == "eventual_termination")
      return fail(property.at,
                  "`eventual_termination` is not judged of one run",
                  "`explore: {expect: {eventual_termination: holds}}` asks all of them");
    const bool has_work = works();
    const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
      return std::ranges::find(names, property.value) != names.end();
    };
    if (property.value == "resource_conservation" && setup_.conserved.empty() && !has_work)
      fail(property.at,
           "resource_conservation needs to know what is conserved",
           "conserve: [accounts]");
    if (is_one_of(
            {"no_dangling_hold", "idempotence", "compensation", "message_effect", "isolation"}) &&
        !has_work)
      fail(property.at,
           "`" + property.value + "` is about work, and there is none",
           "work: {p1: {accounts.alice: -10}}");
    if (property.value == "isolation" && has_work && setup_.transactions == 1)
      fail(property.at, "isolation is about several transactions", "transactions: 2");
  }

  bool works() const {
    return std::ranges::any_of(setup_.work, [](const auto& items) { return !items.empty(); });
  }

  /// Business is judged by what its protocol promises of it, and by what is asked for.
  void judged_by() {
    if (info().judged.empty() || !works()) return;
    const auto add = [this](std::string_view name) {
      const std::string_view known = property_long_name(name);
      if (std::ranges::find(setup_.judged, known) == setup_.judged.end())
        setup_.judged.push_back(known);
    };
    for (const std::string_view code : info().judged)
      add(code);
    if (setup_.transactions > 1) add("isolation");
    if (scenario_.expect)
      for (const auto& entry : scenario_.expect->properties)
        add(entry.key.value);
    if (scenario_.explore)
      for (const auto& entry : scenario_.explore->properties)
        add(entry.key.value);
  }

  void exploration() {
    if (!scenario_.explore) return;
    for (const auto& entry : scenario_.explore->properties)
      judged(entry.key, true);
    if (scenario_.explore->crash_only)
      for (const Text& name : scenario_.explore->crash_only->value)
        node(name);
    for (const NodeCrashes& limit : scenario_.explore->crash_limits)
      for (const Text& name : limit.nodes.value)
        node(name);
    goals();
    for (const auto& [name, rows] : scenario_.explore->outside_writes) {
      const auto who = process(name);
      for (const auto& [row_name, value] : rows)
        if (const auto row = who ? row_at(row_name, *who) : std::nullopt)
          outside_writes_.push_back({setup_.node_of(*who), *row, value.value});
    }
    if (scenario_.explore->operators.value && info().operators.empty() && !info().has_client)
      fail(scenario_.explore->operators.at,
           "neither operators nor clients have anything to do in " + info().name,
           "leave `operators` out");
    if (scenario_.explore->faults) return fault_class();
    if (scenario_.explore->from_faults.value && scenario_.random)
      fail(scenario_.explore->from_faults.at,
           "random faults cannot be counted",
           "write the budget out: `crashes: 1, losses: 1`");
  }

  void goals() {
    for (const auto& entry : scenario_.explore->reachable) {
      auto goal = parse_goal(setup_, entry.key.value);
      if (!goal) return fail(entry.key.at, goal.error().what, goal.error().hint);
      goals_.push_back(std::move(*goal));
      if (conditions_of(goals_).size() > static_cast<std::size_t>(max_conditions))
        return fail(entry.key.at,
                    "there are more than " + std::to_string(max_conditions) +
                        " different conditions in the goals",
                    "ask for fewer goals at once");
    }
  }

  void fault_class() {
    const FaultClass* named = named_class();
    if (named == nullptr)
      return unknown(*scenario_.explore->faults, "fault class", fault_class_names());
    if (!budget_of(*named, setup_))
      fail(scenario_.explore->faults->at,
           "no participant can crash alone: all are on the coordinator's node",
           "see `place:`");
  }

  Rules rules() const {
    Rules rules;
    rules.delivery = scenario_.network.delivery.value;
    rules.copies = copies(Network::set);
    rules.in_flight = scenario_.network.crash.value;
    rules.across_cut = scenario_.network.partition.value;
    rules.keeps.timed_out = true;
    if (scenario_.timing) rules.timing = scenario_.timing->model.value;
    return rules;
  }

  /// A timed run has a clock to say when a timer fires, and no reason to absorb messages.
  Rules run_rules() const {
    Rules out = rules();
    if (!is_timed_) return out;
    out.timing = TimingModel::asynchronous;
    out.copies = copies(Network::bag);
    return out;
  }

  int copies(int usual) const {
    const int said = scenario_.network.copies ? scenario_.network.copies->value : usual;
    if (said == Network::bag) return Rules::any_number;
    return said == Network::set ? 1 : said;
  }

  Rules explore_rules() const {
    Rules out = rules();
    out.timing = TimingModel::asynchronous;
    out.keeps = {};  // whoever asks for a property adds what it reads
    if (!scenario_.explore) return out;
    out.crash_points = scenario_.explore->crash_points.value;
    if (const FaultClass* named = named_class()) {
      const int said = out.copies;
      out = rules_of(*named, out);
      if (scenario_.network.copies) out.copies = said;
    } else {
      out.timing = scenario_.explore->timing.value;
      out.tail = scenario_.explore->tail.value;
    }
    if (scenario_.explore->early_timeouts.value != 0)
      out.timing = TimingModel::partially_synchronous;
    return out;
  }

  /// `faults: F6`, or nothing.
  const FaultClass* named_class() const {
    if (!scenario_.explore || !scenario_.explore->faults) return nullptr;
    return find_fault_class(scenario_.explore->faults->value);
  }

  std::uint32_t mask_of(const std::vector<Text>& nodes) const {
    std::uint32_t mask = 0;
    for (const Text& name : nodes)
      mask |= 1U << static_cast<unsigned>(*setup_.find_node(name.value));
    return mask;
  }

  Budget budget() const {
    Budget budget;
    if (!scenario_.explore) return budget;
    const Explore& explore = *scenario_.explore;
    if (const FaultClass* named = named_class())
      budget = *budget_of(*named, setup_);
    else if (explore.from_faults.value)
      budget = listed_faults();
    else
      budget = counted_faults(explore);
    budget.operators = explore.operators.value;
    budget.outside_writes = outside_writes_;
    budget.early_timeouts = explore.early_timeouts.value;
    return budget;
  }

  Budget counted_faults(const Explore& explore) const {
    Budget budget;
    budget.crashes = explore.crashes.value;
    budget.recoveries = explore.recoveries.value;
    budget.losses = explore.losses.value;
    budget.duplicates = explore.duplicates.value;
    budget.partitions = explore.partitions.value;
    budget.pauses = explore.pauses.value;
    budget.heal = explore.heal.value;
    budget.one_way = explore.one_way.value;
    if (explore.crash_only) budget.may_crash = mask_of(explore.crash_only->value);
    for (std::size_t i = 0; i < explore.crash_limits.size(); ++i) {
      const NodeCrashes& limit = explore.crash_limits[i];
      budget.crash_limits.at(i) = {mask_of(limit.nodes.value), limit.crashes.value};
    }
    return budget;
  }

  static bool is_true(const std::optional<At<bool>>& flag) { return flag && flag->value; }

  /// `from: faults`: as many faults of each kind as the scenario lists, crashes where it lists
  /// them. A delay is no fault of its own: the schedules include it.
  Budget listed_faults() const {
    Budget budget;
    budget.may_crash = 0;
    budget.heal = false;
    for (const auto& entry : scenario_.faults) {
      if (const auto* crash = std::get_if<CrashFault>(&entry.value)) {
        ++budget.crashes;
        if (is_true(crash->recover) || crash->recover_after) ++budget.recoveries;
        budget.may_crash |= 1U << static_cast<unsigned>(*setup_.find_node(crash->node.value));
      } else if (const auto* partition = std::get_if<PartitionFault>(&entry.value)) {
        ++budget.partitions;
        budget.one_way = budget.one_way || partition->one_way.value;
        budget.heal =
            budget.heal || is_true(partition->heal) || partition->to || partition->heal_after;
      } else if (std::get_if<PauseFault>(&entry.value) != nullptr) {
        ++budget.pauses;
      } else {
        const auto& message = std::get<MessageFault>(entry.value);
        if (message.kind == MessageFault::Kind::lose) budget.losses += message.count.value;
        if (message.kind == MessageFault::Kind::duplicate) budget.duplicates += message.count.value;
      }
    }
    return budget;
  }

  const Scenario& scenario_;
  const ProtocolEntry& entry_;
  const bool is_timed_;
  Setup setup_;
  Names names_;
  Timed timed_;
  std::vector<OutsideWrite> outside_writes_;
  std::vector<Goal> goals_;             // of the exploration
  OptionTexts options_;                 // of the profile, then of the scenario
  std::string place_;                   // of the profile: ProfileSpec::place
  std::ptrdiff_t general_choices_ = 0;  // how many of setup_.choices hold for every transaction
};

}  // namespace

bool may_refuse(const Model& model, ProcessId process) {
  return model.setup().processes[static_cast<std::size_t>(process.index())].votes &&
         model.why_willing(process).empty();
}

Result<Bound> bind(const Scenario& scenario, const Registry& registry) {
  const ProtocolEntry* entry = registry.find(scenario.protocol.value);
  if (entry == nullptr) {
    std::vector<std::string> names;
    for (const ProtocolEntry& known : registry.entries())
      names.push_back(known.info->name);
    const std::string near = nearest(scenario.protocol.value, names);
    return Error{scenario.file,
                 scenario.protocol.at,
                 "there is no protocol `" + scenario.protocol.value + "`",
                 near.empty() ? "one of: " + list(names) : "did you mean `" + near + "`?"};
  }
  return Binder(scenario, *entry).bind();
}

}  // namespace concordat::scenario
