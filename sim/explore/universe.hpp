// Everything that could come up if every node met, at any time, every message that any node ever
// sends, and every fault of the budget: more than what does come up, and closed under every step.
// What holds of all of it holds of every run.
#pragma once

#include <array>
#include <bit>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/components.hpp"
#include "sim/explore/steps.hpp"

namespace concordat::explore {

/// Messages to one node, by their columns (MessageInfo::column).
struct Columns {
  static constexpr int most = 256;
  std::array<std::uint64_t, most / 64> words{};

  bool has(int column) const { return (words[word(column)] >> place(column) & 1U) != 0; }
  /// RETURNS: whether it was not there.
  bool add(int column) {
    const std::uint64_t before = words[word(column)];
    words[word(column)] = before | std::uint64_t{1} << place(column);
    return words[word(column)] != before;
  }
  void remove(int column) { words[word(column)] &= ~(std::uint64_t{1} << place(column)); }
  /// Calls visit(column) for each, in ascending order.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < words.size(); ++i)
      for (std::uint64_t left = words[i]; left != 0; left &= left - 1)
        visit(static_cast<int>(i) * 64 + std::countr_zero(left));
  }
  friend bool operator==(const Columns&, const Columns&) = default;

 private:
  static std::size_t word(int column) { return static_cast<std::size_t>(column) / 64; }
  static unsigned place(int column) { return static_cast<unsigned>(column) % 64; }
};

class Universe {
 public:
  /// Works it out. `why_not`: receives why it cannot be had. RETURNS: null then.
  static std::unique_ptr<const Universe> work_out(const CheckRequest& request,
                                                  std::string& why_not);

  /// Every row of every state is worked out.
  const StepTable& steps() const { return steps_; }
  /// What another table's parts are here, by the hashes of their contents; `none` if they are not.
  std::uint32_t local(int node, std::uint64_t hash) const;
  std::uint32_t message(std::uint64_t hash) const;
  /// The message to a node in this column.
  std::uint32_t message_at(int node, int column) const {
    return columns_[static_cast<std::size_t>(node)][static_cast<std::size_t>(column)];
  }
  /// The row of a message that arrives, or StepTable::no_row.
  std::uint32_t delivery(int node, std::uint32_t local, int column) const {
    return steps_.deliveries(node, local, false)[column];
  }
  /// Whether a node that goes from one state to the other may ever come back.
  bool leaves_for_good(int node, std::uint32_t from, std::uint32_t to) const {
    const Components& components = components_[static_cast<std::size_t>(node)];
    return components.of(from) != components.of(to);
  }

 private:
  explicit Universe(const CheckRequest& request)
      : steps_(request), most_steps_(request.search.most_future_steps) {}
  bool close();
  void find_components();

  StepTable steps_;
  const std::int64_t most_steps_;
  std::vector<std::map<std::uint64_t, std::uint32_t>> locals_;  // per node, by hash
  std::map<std::uint64_t, std::uint32_t> messages_;             // by hash
  std::vector<std::vector<std::uint32_t>> columns_;             // per node
  std::vector<Components> components_;                          // per node
};

}  // namespace concordat::explore
