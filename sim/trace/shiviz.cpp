// A Trace as a log for ShiViz (https://bestchai.bitbucket.io/shiviz/), which draws space-time
// diagrams from vector clocks (Fidge 1988, Mattern 1989) and knows no messages.
//
//     (?<host>\S*) (?<clock>\{.*\}) step (?<step>\S*) at (?<time>\S*)\n(?<event>.*)
//
//     c {"c":1} step 1 at 0ms
//     start
//     c {"c":2} step 1 at 0ms
//     send prepare to p1
//     p1 {"c":2,"p1":1} step 2 at 5ms
//     receive prepare from c
//
// The first line of a file is the regular expression that finds the events, the second one, empty
// here, would separate several executions. The expression needs the groups host, clock (a JSON
// object that has the host's own entry) and event; other groups are shown as fields. A host's own
// entry is 1 in its first event and grows by one in each.
//
// - Every process is a host, also where several share a node. Each effect is an event, but for
// those
//   that did not happen; so is what began a step, unless an effect says it.
// - A reception takes over the clock of the sending effect: equal ids join the two. A copy that
//   arrives twice does so twice.
// - Events of one process are in the order of the trace, in which a step is one unit; its last
//   effects may be later by the clock than the start of the process's next step in another
//   transaction.
// - A crash, a recovery, a pause concern a node: an event of each of its processes, by which they
//   learn nothing of one another. What concerns the network (a cut, its end, a loss) is an event of
//   the host `network`. A loss takes over the sender's clock; nobody learns from the network.
#include <algorithm>
#include <map>
#include <set>

#include "sim/trace/export.hpp"
#include "sim/trace/phrase.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

/// What `\S` does not match in a browser.
bool is_blank(char32_t code) {
  return code <= U' ' || code == U'\u00A0' || code == U'\u1680' ||
         (code >= U'\u2000' && code <= U'\u200A') || code == U'\u202F' || code == U'\u205F' ||
         code == U'\u3000';
}

/// The name without what would end it in the log or in JSON.
std::string host_name(std::string_view name) {
  std::u32string out = decode(name);
  for (char32_t& code : out)
    if (is_blank(code) || std::u32string_view(U"\"\\{}").find(code) != std::u32string_view::npos)
      code = U'_';
  return out.empty() ? "_" : encode(out);
}

class Log {
 public:
  explicit Log(const Trace& trace) : trace_(trace), signs_(signs(false)) {
    std::set<std::string> taken = {"network"};
    for (const Process& p : trace.processes) {
      std::string name = host_name(p.name);
      while (!taken.insert(name).second)
        name += "_";
      hosts_.push_back(name);
    }
    hosts_.emplace_back("network");
    clocks_.assign(hosts_.size(), Clock(hosts_.size()));
    timed_ =
        std::ranges::any_of(trace.steps, [](const Step& step) { return step.time_us.has_value(); });
  }

  std::string write() {
    out_ = std::string(R"((?<host>\S*) (?<clock>\{.*\}) step (?<step>\S*))") +
           (timed_ ? R"( at (?<time>\S*))" : "") + R"(\n(?<event>.*))" + "\n\n";
    for (const Step& step : trace_.steps)
      add_step(step);
    return std::move(out_);
  }

 private:
  using Clock = std::vector<int>;  // by host
  using Hosts = std::vector<std::size_t>;

  std::size_t network() const { return hosts_.size() - 1; }

  /// A process, else the processes of the node of that name, else nobody.
  Hosts hosts_of(std::string_view name) const {
    Hosts out;
    for (std::size_t i = 0; i < trace_.processes.size(); ++i)
      if (trace_.processes[i].name == name) return {i};
    for (std::size_t i = 0; i < trace_.processes.size(); ++i)
      if (trace_.processes[i].node == name) out.push_back(i);
    return out;
  }

  Hosts processes_on(std::string_view node) const {
    Hosts out;
    for (std::size_t i = 0; i < trace_.processes.size(); ++i)
      if (trace_.processes[i].node == node) out.push_back(i);
    return out;
  }

  Hosts hosts_of(const Step& step) const {
    Hosts out = hosts_of(step.process);
    if (out.empty()) out = processes_on(step.node);
    return out.empty() ? Hosts{network()} : out;
  }

  void add_step(const Step& step) {
    step_ = &step;
    time_us_ = step.time_us;
    if (!is_told_by_effect(step)) {
      const Note note = note_of(trace_, step, signs_);
      add(hosts_of(step), note.words.empty() ? step.event : note.words);
    }
    for (const Effect& effect : step.effects)
      if (!effect.suppressed) add_effect(effect);
  }

  static bool is_told_by_effect(const Step& step) {
    const auto has = [&](EffectKind kind) {
      return std::ranges::any_of(step.effects, [&](const Effect& effect) {
        return effect.kind == kind && !effect.suppressed;
      });
    };
    switch (step.kind) {
      case EventKind::deliver:
      case EventKind::duplicate: return has(EffectKind::receive);
      case EventKind::lose: return has(EffectKind::lost);
      case EventKind::crash: return has(EffectKind::crash);
      case EventKind::recover: return has(EffectKind::recover);
      case EventKind::start:
      case EventKind::timeout:
      case EventKind::partition:
      case EventKind::heal:
      case EventKind::pause:
      case EventKind::resume:
      case EventKind::store:
      case EventKind::operator_:
      case EventKind::client:
      case EventKind::write:
      case EventKind::amnesia:
      case EventKind::rename: return false;
    }
    return false;
  }

  void add_effect(const Effect& effect) {
    time_us_ = time_of(*step_, effect);
    std::string words = note_of(trace_, effect, signs_).words;
    switch (effect.kind) {
      case EffectKind::arm:
      case EffectKind::disarm: return;
      case EffectKind::receive: return add_reception(effect, "receive " + words);
      case EffectKind::lost:
        for (const std::int64_t id : effect.ids)
          merge(network(), id);
        return add({network()}, words);
      case EffectKind::crash:
      case EffectKind::recover: return add(node_hosts(), words);
      case EffectKind::send: words.insert(0, "send "); break;
      case EffectKind::force:
      case EffectKind::append:
      case EffectKind::vote:
      case EffectKind::decide:
      case EffectKind::answer:
      case EffectKind::choose:
      case EffectKind::store: break;
    }
    const Hosts own = hosts_of(effect.process);
    add(own.empty() ? hosts_of(*step_) : own, words);
    if (effect.kind != EffectKind::send || own.size() != 1) return;
    for (const std::int64_t id : effect.ids)
      if (id != 0) sent_[id] = clocks_[own.front()];  // 0: the network absorbed it
  }

  void add_reception(const Effect& effect, const std::string& words) {
    for (std::size_t i = 0; i < effect.to.size(); ++i) {
      const Hosts to = hosts_of(effect.to[i]);
      if (to.size() != 1) continue;
      if (i < effect.ids.size()) merge(to.front(), effect.ids[i]);
      add(to, words);
    }
  }

  Hosts node_hosts() const {
    Hosts out = processes_on(step_->node);
    return out.empty() ? hosts_of(*step_) : out;
  }

  /// The host learns what the sender knew when it sent that copy.
  void merge(std::size_t host, std::int64_t id) {
    const auto sent = sent_.find(id);
    if (sent == sent_.end()) return;
    for (std::size_t i = 0; i < clocks_[host].size(); ++i)
      clocks_[host][i] = std::max(clocks_[host][i], sent->second[i]);
  }

  /// One event of each host.
  void add(const Hosts& hosts, const std::string& words) {
    for (const std::size_t host : hosts) {
      ++clocks_[host][host];
      out_ += hosts_[host] + " " + json(clocks_[host]) + " step " + std::to_string(step_->index);
      if (timed_) out_ += " at " + (time_us_ ? time_text(*time_us_) : "-");
      out_ += "\n" + encode(decode(words)) + "\n";
    }
  }

  std::string json(const Clock& clock) const {
    std::string out;
    for (std::size_t i = 0; i < clock.size(); ++i) {
      if (clock[i] == 0) continue;
      out += (out.empty() ? "\"" : ",\"") + hosts_[i] + "\":" + std::to_string(clock[i]);
    }
    return "{" + out + "}";
  }

  const Trace& trace_;
  const Signs& signs_;
  std::string out_;
  std::vector<std::string> hosts_;  // the processes, then the network
  std::vector<Clock> clocks_;       // by host
  std::map<std::int64_t, Clock> sent_;
  bool timed_ = false;
  const Step* step_ = nullptr;
  std::optional<std::int64_t> time_us_;
};

}  // namespace

std::string to_shiviz(const Trace& trace) {
  return Log(trace).write();
}

}  // namespace concordat::trace
