#include "sim/run/recorder.hpp"

#include <algorithm>

#include "sim/model/event.hpp"
#include "sim/run/state_text.hpp"

namespace concordat {

std::vector<trace::NameValue> describe_rules(const Rules& rules) {
  return {{"timing", std::string(enum_name(rules.timing))},
          {"delivery", std::string(enum_name(rules.delivery))},
          {"copies", describe_copies(rules)},
          {"in flight at a crash", std::string(enum_name(rules.in_flight))},
          {"across a partition", std::string(enum_name(rules.across_cut))},
          {"log tail", std::string(enum_name(rules.tail))},
          {"crash points", std::string(enum_name(rules.crash_points))}};
}

Recorder::Recorder(const Model& model, const Rules& rules, const World& world) : model_(model) {
  describe(rules, world);
}

void Recorder::describe(const Rules& rules, const World& world) {
  const Setup& setup = model_.setup();
  trace_.protocol = model_.info().name;
  for (const FieldText& option : model_.options())
    trace_.options.push_back({option.name, option.value});
  for (const ProcessInfo& process : setup.processes)
    trace_.processes.push_back(
        {process.name,
         std::string(model_.info().roles[static_cast<std::size_t>(process.role)].name),
         setup.nodes[static_cast<std::size_t>(process.node)],
         process.votes,
         process.must_decide});
  trace_.nodes = setup.nodes;
  trace_.transactions = setup.transactions;
  trace_.rules = describe_rules(rules);
  for (int node = 0; node < setup.node_count(); ++node)
    for (const StateText& field :
         state_texts(model_, node, world.nodes[static_cast<std::size_t>(node)]))
      if (!field.is_zero)
        trace_.initial.push_back({field.where, field.part, field.field, "", field.value});
  for (const Property& property : safety_properties())
    if (is_judged(property, model_))
      statuses_[std::string(property.name)] = {
          std::string(property.code), std::string(property.name), "not_reached", ""};
}

std::int64_t Recorder::put_id(const Envelope& envelope) {
  const auto it = std::find_if(copies_.begin(), copies_.end(), [&](const Copies& copies) {
    return copies.envelope == envelope;
  });
  if (it == copies_.end())
    copies_.push_back({envelope, {next_id_}});
  else
    it->ids.push_back(next_id_);
  return next_id_++;
}

std::int64_t Recorder::take_id(const Envelope& envelope) {
  for (Copies& copies : copies_) {
    if (copies.envelope != envelope || copies.ids.empty()) continue;
    const std::int64_t id = copies.ids.front();
    copies.ids.pop_front();
    return id;
  }
  return 0;
}

trace::Effect Recorder::message_effect(trace::EffectKind kind, const Envelope& envelope) {
  const Setup& setup = model_.setup();
  trace::Effect effect;
  effect.kind = kind;
  effect.tx = envelope.tx;
  effect.message = model_.print_message(envelope.message);
  effect.from = setup.name_of(envelope.from);
  effect.to = {setup.name_of(envelope.to)};
  effect.local = setup.node_of(envelope.from) == setup.node_of(envelope.to);
  return effect;
}

trace::Effect Recorder::effect_of(int node,
                                  const LocalStep& local,
                                  int index,
                                  const StepReport& report) {
  const Setup& setup = model_.setup();
  const Effect& effect = local.effects[static_cast<std::size_t>(index)];
  const Slot& slot =
      setup.slots[static_cast<std::size_t>(node)][static_cast<std::size_t>(effect.slot)];
  trace::Effect out;
  out.kind = *enum_from_name<trace::EffectKind>(enum_name(effect.kind));
  out.tx = slot.tx;
  out.process = setup.name_of(slot.process);
  out.suppressed = !local.happened(index);
  switch (effect.kind) {
    case EffectKind::send: {
      out.message = model_.print_message(effect.message);
      out.from = out.process;
      out.local = true;
      for (const ProcessId to : out.suppressed ? effect.to : local.sent_by(index)) {
        const Envelope envelope{slot.tx, slot.process, to, effect.message};
        // Of equal sends in one step the network absorbs the last ones.
        const auto sends = [&](int end) {
          std::int64_t count = 0;
          for (int i = 0; i < end; ++i) {
            const Effect& other = local.effects[static_cast<std::size_t>(i)];
            if (other.slot == effect.slot && other.message == effect.message &&
                local.sent_by(i).contains(to))
              ++count;
          }
          return count;
        };
        const bool absorbed =
            sends(index + 1) >
            sends(static_cast<int>(local.effects.size())) -
                std::count(report.dropped.begin(), report.dropped.end(), envelope);
        out.to.push_back(setup.name_of(to));
        if (!out.suppressed) out.ids.push_back(absorbed ? 0 : put_id(envelope));
        out.local = out.local && setup.node_of(to) == node;
      }
      break;
    }
    case EffectKind::force:
    case EffectKind::append:
      if (effect.record) out.text = model_.print_record(*effect.record);
      if (effect.store != StoreAction::none) out.store = enum_name(effect.store);
      break;
    case EffectKind::arm:
    case EffectKind::disarm:
      out.text = model_.info().timers[static_cast<std::size_t>(effect.timer)];
      break;
    case EffectKind::vote: out.text = enum_name(effect.vote); break;
    case EffectKind::decide:
    case EffectKind::answer: out.text = enum_name(effect.outcome); break;
    case EffectKind::choose:
      out.text = local.choices[static_cast<std::size_t>(effect.text)].label;
      out.value = local.choices[static_cast<std::size_t>(effect.text)].outcome;
      break;
    case EffectKind::store:
      out.text = local.texts[static_cast<std::size_t>(effect.text)].what;
      out.value = local.texts[static_cast<std::size_t>(effect.text)].value;
      break;
  }
  return out;
}

namespace {

/// With its time, if that is later than the step's.
trace::Effect timed(trace::Effect effect, const Recorder::Times* times, int index) {
  if (times == nullptr) return effect;
  const auto place = static_cast<std::size_t>(index);
  if (place < times->effects_us.size() && times->effects_us[place] > times->start_us)
    effect.time_us = times->effects_us[place];
  return effect;
}

}  // namespace

void Recorder::record_effects(
    int node, const Event& event, const StepReport& report, const Times* times, trace::Step& step) {
  if (event.kind == EventKind::recover) {
    trace::Effect effect;
    effect.kind = trace::EffectKind::recover;
    effect.process = model_.setup().nodes[static_cast<std::size_t>(node)];
    if (report.tail > 0)
      effect.text = std::to_string(event.kept) + " of " + std::to_string(report.tail) +
                    " unforced records survived";
    step.effects.push_back(std::move(effect));
  }
  for (int i = 0; i < static_cast<int>(report.step.effects.size()); ++i)
    step.effects.push_back(timed(effect_of(node, report.step, i, report), times, i));
  if (event.kind != EventKind::crash && !report.step.cut) return;
  trace::Effect effect;
  effect.kind = trace::EffectKind::crash;
  effect.process = model_.setup().nodes[static_cast<std::size_t>(node)];
  if (report.step.cut) effect.text = format_cut(model_, node, report.step);
  if (times != nullptr && times->crash_us > times->start_us) effect.time_us = times->crash_us;
  step.effects.push_back(std::move(effect));
}

void Recorder::record_losses(const StepReport& report, const World& after, trace::Step& step) {
  for (const Envelope& envelope : report.lost) {
    trace::Effect effect = message_effect(trace::EffectKind::lost, envelope);
    effect.ids = {take_id(envelope)};
    step.effects.push_back(std::move(effect));
  }
  // Stale copies that went with them are nobody's arrow.
  for (Copies& copies : copies_) {
    std::size_t in_flight = 0;
    for (const Flight& flight : after.network)
      if (flight.envelope == copies.envelope)
        in_flight += static_cast<std::size_t>(flight.fresh + flight.stale);
    while (copies.ids.size() > in_flight)
      copies.ids.pop_front();
  }
}

std::string Recorder::record(const World& before,
                             const Event& event,
                             const StepReport& report,
                             const World& after,
                             const Times* times) {
  trace::Step step;
  step.index = static_cast<int>(trace_.steps.size()) + 1;
  step.kind = *enum_from_name<trace::EventKind>(enum_name(event.kind));
  step.event = format(model_, event, report);
  if (times != nullptr) step.time_us = times->start_us;
  const int node = node_of(model_, event);
  const Setup& setup = model_.setup();
  if (node >= 0) step.node = setup.nodes[static_cast<std::size_t>(node)];
  for (const std::uint32_t group : event.groups) {
    step.groups.emplace_back();
    for (int i = 0; i < setup.node_count(); ++i)
      if ((group >> static_cast<unsigned>(i) & 1U) != 0)
        step.groups.back().push_back(setup.nodes[static_cast<std::size_t>(i)]);
  }
  const bool message = event.kind == EventKind::deliver || event.kind == EventKind::duplicate;
  if (message) {
    step.tx = event.message.tx;
    step.process = setup.name_of(event.message.to);
    trace::Effect effect = message_effect(trace::EffectKind::receive, event.message);
    const std::int64_t id = take_id(event.message);
    effect.ids = {id};
    // A copy that stays in flight keeps its id: both arrivals are of one send.
    const bool stays = trace_.rules[1].value == "duplicating" && !effect.local;
    if (event.kind == EventKind::duplicate || stays)
      for (Copies& copies : copies_)
        if (copies.envelope == event.message) copies.ids.push_front(id);
    step.effects.push_back(std::move(effect));
  } else if (event.slot >= 0) {
    const Slot& slot =
        setup.slots[static_cast<std::size_t>(node)][static_cast<std::size_t>(event.slot)];
    step.tx = slot.tx;
    step.process = setup.name_of(slot.process);
  }
  if (report.ran_handler || event.kind == EventKind::crash)
    record_effects(node, event, report, times, step);
  record_losses(report, after, step);
  record_changes(before, after, step.changes);
  append_milestones(model_, event, report, after, step.index, milestones_);
  judge(after, step);
  count(step);
  trace_.steps.push_back(step);
  return step.event;
}

void Recorder::record_changes(const World& before,
                              const World& after,
                              std::vector<trace::Change>& out) const {
  for (std::size_t node = 0; node < before.nodes.size(); ++node) {
    if (before.nodes[node] == after.nodes[node]) continue;
    const auto old_texts = state_texts(model_, static_cast<int>(node), before.nodes[node]);
    const auto new_texts = state_texts(model_, static_cast<int>(node), after.nodes[node]);
    for (trace::Change& change : differences(old_texts, new_texts))
      out.push_back(std::move(change));
  }
}

void Recorder::judge(const World& world, trace::Step& step) {
  for (const Property& property : safety_properties()) {
    const auto it = statuses_.find(std::string(property.name));
    if (it == statuses_.end() || it->second.status == "violated") continue;
    trace::PropertyStatus status = it->second;
    const Observation seen = observe(property, model_, world);
    if (!property.judge(model_, seen, world.used.any())) {
      status.status = "violated";
      status.sentence = property.explain(model_, world, milestones_);
    } else if (property.at_stake == nullptr || property.at_stake(seen)) {
      status.status = "ok";
    }
    if (status == it->second) continue;
    it->second = status;
    step.properties.push_back(std::move(status));
  }
}

void Recorder::cannot_rest(const Property& property, const World& world) {
  const auto it = statuses_.find(std::string(property.name));
  if (it == statuses_.end() || it->second.status == "violated") return;
  it->second.status = "violated";
  it->second.sentence =
      property.explain(model_, world, milestones_) + "; as things stand, nothing changes that";
}

void Recorder::count(const trace::Step& step) {
  const auto node_of = [&](const std::string& name) {
    return std::find_if(trace_.processes.begin(),
                        trace_.processes.end(),
                        [&](const trace::Process& process) { return process.name == name; })
        ->node;
  };
  for (const trace::Effect& effect : step.effects) {
    if (effect.suppressed) continue;
    if (effect.kind == trace::EffectKind::send)
      for (const std::string& to : effect.to)
        ++(node_of(to) == node_of(effect.from) ? trace_.counts.local_messages
                                               : trace_.counts.messages);
    if (effect.kind == trace::EffectKind::force) ++trace_.counts.forces;
    if ((effect.kind == trace::EffectKind::force || effect.kind == trace::EffectKind::append) &&
        !effect.text.empty())
      ++trace_.counts.records;
  }
}

bool Recorder::violated(std::string_view property) const {
  const auto it = statuses_.find(std::string(property));
  return it != statuses_.end() && it->second.status == "violated";
}

trace::Trace Recorder::finish(const World& world) {
  const Setup& setup = model_.setup();
  for (const Slot& slot : all_slots(model_)) {
    const auto node = static_cast<std::size_t>(setup.node_of(slot.process));
    const History& history = state_of(model_, world, slot.tx, slot.process).history;
    trace::Final final;
    final.tx = slot.tx;
    final.process = setup.name_of(slot.process);
    if (history.vote != Vote::none) final.vote = enum_name(history.vote);
    final.decision = decision_text(milestones_, slot, history);
    final.up = world.nodes[node].up;
    const int local = setup.local_slot(slot.tx, slot.process);
    for (const RowKey row : world.nodes[node].store.tx(local).locks)
      final.holds.push_back(setup.row_name(row));
    trace_.finals.push_back(std::move(final));
  }
  for (int node = 0; node < setup.node_count(); ++node)
    for (const StateText& field :
         state_texts(model_, node, world.nodes[static_cast<std::size_t>(node)]))
      if (field.part == "store")
        trace_.rows.push_back(
            {setup.nodes[static_cast<std::size_t>(node)] + " " + field.field, field.value});
  for (const Flight& flight : world.network)
    for (int i = 0; i < flight.fresh + flight.stale; ++i)
      trace_.in_flight.push_back(format(model_, flight.envelope));
  for (const Property& property : safety_properties()) {
    const auto it = statuses_.find(std::string(property.name));
    if (it != statuses_.end()) trace_.properties.push_back(it->second);
  }
  return std::move(trace_);
}

}  // namespace concordat
