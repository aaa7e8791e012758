// Failure-free two-phase commit as a program for SimGrid (S4U, 3.32), to compare how many messages
// per second are simulated. Prints one line of JSON: simgrid_two_phase --help. README.md of this
// folder defines the workload.
//
// What makes it fast was found by trying, with 10 and 1,000 clients:
//
// * One actor per node, which runs the handler of each message; none per transaction. One actor per
//   disk, which sleeps while it flushes and itself runs what follows a force. Actors run one at a
//   time, so they share the state of their node.
// * `--network mailboxes`: SimGrid's own network. A node is the permanent receiver of a mailbox, so
//   that all messages to it are under way at once. put_init()->detach(): the sender neither waits
//   nor keeps the Comm. Messages come from a pool. Hosts have coordinates (Vivaldi) in place of
//   links: with nothing to share, CM02 has next to nothing to solve. Its full updates are up to a
//   seventh faster than the lazy ones with few messages under way, 3 % slower with thousands. The
//   `Constant` model is no faster, and its latency is not 5 ms.
// * `--network timers`: SimGrid's actors and clock only. As latency is fixed, a queue per node is
//   the network: its receiver sleeps until the first message is due. No Comm is made.
// * Contexts are SimGrid's default, the raw ones, in one thread.
#include <CLI/CLI.hpp>
#include <chrono>
#include <deque>
#include <fmt/core.h>
#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/s4u.hpp>
#include <unordered_map>

#include "sim/base/random.hpp"

namespace {

namespace s4u = simgrid::s4u;

// UNITS: seconds.
constexpr double latency = 0.005;
constexpr double flush_time = 0.002;
constexpr double same_instant = 1e-7;

struct Options {
  int nodes = 10;
  int coordinators = 1;
  int participants = 3;
  int clients = 10;
  std::int64_t transactions = 20'000;
  std::uint64_t seed = 1;
  std::string network = "mailboxes";
};

enum class Kind : std::uint8_t { prepare, yes, commit, acknowledge };

struct Message {
  Kind kind = Kind::prepare;
  int from = 0;
  std::int64_t transaction = 0;
};

struct Totals {
  std::int64_t messages = 0;
  std::int64_t forces = 0;
  std::int64_t started = 0;
  std::int64_t committed = 0;
  std::int64_t finished = 0;
  double answer_time = 0;  // from the start to the answer, all transactions together
};

class Node;

/// What all nodes share.
struct Cluster {
  Options options;
  std::vector<std::unique_ptr<Node>> nodes;  // data nodes, then coordinators
  std::vector<std::unique_ptr<Message>> payloads;
  std::vector<Message*> pool;  // those that are in no mailbox
  Totals totals;
  concordat::Random random;
  s4u::SemaphorePtr done = s4u::Semaphore::create(0);
};

/// Flushes one at a time. Who comes during a flush waits, and shares the next one with all who do.
class Disk {
 public:
  /// `what`: a transaction; `then(what)` is called when its record is stable.
  template <class Then>
  void run(Then then) {
    while (true) {
      begun_->acquire();
      while (!flushing_.empty()) {
        s4u::this_actor::sleep_for(flush_time);
        for (const std::int64_t what : flushing_)
          then(what);
        flushing_.clear();
        std::swap(flushing_, waiting_);
      }
    }
  }

  void force(std::int64_t what) {
    if (!flushing_.empty()) return waiting_.push_back(what);
    flushing_.push_back(what);
    begun_->release();
  }

 private:
  std::vector<std::int64_t> flushing_;
  std::vector<std::int64_t> waiting_;
  s4u::SemaphorePtr begun_ = s4u::Semaphore::create(0);
};

/// A data node or a coordinator: handlers and the state of each transaction.
class Node {
 public:
  Node(Cluster& cluster, int index)
      : cluster_(cluster),
        index_(index),
        mailbox_(s4u::Mailbox::by_name(fmt::format("{}", index))) {}
  virtual ~Node() = default;

  void start_actors(s4u::Host* host) {
    const bool timers = cluster_.options.network == "timers";
    const auto receiver = s4u::Actor::create(
        "node", host, [this, timers] { timers ? receive_by_timers() : receive_by_mailbox(); });
    receiver->daemonize();
    const auto disk = s4u::Actor::create("disk", host, [this] {
      disk_.run([this](std::int64_t transaction) { forced(transaction); });
    });
    disk->daemonize();
  }

 protected:
  virtual void handle(const Message& message) = 0;
  virtual void forced(std::int64_t transaction) = 0;

  void send(int to, Kind kind, std::int64_t transaction) {
    ++cluster_.totals.messages;
    Node& node = *cluster_.nodes[static_cast<std::size_t>(to)];
    const Message message{kind, index_, transaction};
    if (cluster_.options.network == "timers") return node.arrive_later(message);
    Message* payload = take();
    *payload = message;
    node.mailbox_->put_init(payload, 1)->detach();
  }

  void force(std::int64_t transaction) {
    ++cluster_.totals.forces;
    disk_.force(transaction);
  }

  Cluster& cluster_;

 private:
  void receive_by_mailbox() {
    mailbox_->set_receiver(s4u::Actor::self());
    while (true) {
      auto* payload = mailbox_->get<Message>();
      const Message message = *payload;
      cluster_.pool.push_back(payload);
      handle(message);
    }
  }

  Message* take() {
    if (cluster_.pool.empty()) return cluster_.payloads.emplace_back(new Message).get();
    Message* payload = cluster_.pool.back();
    cluster_.pool.pop_back();
    return payload;
  }

  void receive_by_timers() {
    while (true) {
      while (inbox_.empty())
        arrival_->acquire();
      s4u::this_actor::sleep_until(inbox_.front().due);
      const double now = s4u::Engine::get_clock();
      while (!inbox_.empty() && inbox_.front().due <= now + same_instant) {
        const Message message = inbox_.front().message;
        inbox_.pop_front();
        handle(message);
      }
    }
  }

  void arrive_later(const Message& message) {
    const bool first = inbox_.empty();
    inbox_.push_back({s4u::Engine::get_clock() + latency, message});
    if (first) arrival_->release();
  }

  /// A message on its way here.
  struct Arrival {
    double due = 0;
    Message message;
  };

  int index_;
  s4u::Mailbox* mailbox_;
  std::deque<Arrival> inbox_;
  s4u::SemaphorePtr arrival_ = s4u::Semaphore::create(0);
  Disk disk_;
};

class Participant final : public Node {
  using Node::Node;

  void handle(const Message& message) override {
    Part& part = parts_[message.transaction];
    part.coordinator = message.from;
    part.decided = message.kind == Kind::commit;
    force(message.transaction);
  }

  void forced(std::int64_t transaction) override {
    const auto found = parts_.find(transaction);
    const Part part = found->second;
    if (part.decided) parts_.erase(found);
    send(part.coordinator, part.decided ? Kind::acknowledge : Kind::yes, transaction);
  }

  struct Part {
    int coordinator = 0;
    bool decided = false;
  };
  std::unordered_map<std::int64_t, Part> parts_;
};

class Coordinator final : public Node {
 public:
  using Node::Node;

  /// A client's next transaction, if any is left.
  void start() {
    if (cluster_.totals.started == cluster_.options.transactions) return;
    const std::int64_t number = ++cluster_.totals.started;
    Transaction& transaction = transactions_[number];
    transaction.begun = s4u::Engine::get_clock();
    transaction.participants = draw_participants();
    transaction.awaited = cluster_.options.participants;
    for (const int to : std::vector<int>(transaction.participants))
      send(to, Kind::prepare, number);
  }

 private:
  void handle(const Message& message) override {
    const auto found = transactions_.find(message.transaction);
    Transaction& transaction = found->second;
    if (--transaction.awaited > 0) return;
    if (message.kind == Kind::yes) return force(message.transaction);
    transactions_.erase(found);
    if (++cluster_.totals.finished == cluster_.options.transactions) cluster_.done->release();
  }

  /// The commit record is stable: the client has its answer, and starts anew after it.
  void forced(std::int64_t number) override {
    Transaction& transaction = transactions_.find(number)->second;
    transaction.awaited = cluster_.options.participants;
    ++cluster_.totals.committed;
    cluster_.totals.answer_time += s4u::Engine::get_clock() - transaction.begun;
    for (const int to : std::vector<int>(transaction.participants))
      send(to, Kind::commit, number);
    start();
  }

  /// RETURNS: distinct data nodes, any choice of them equally likely.
  std::vector<int> draw_participants() {
    const auto count = static_cast<std::size_t>(cluster_.options.participants);
    const auto nodes = static_cast<std::size_t>(cluster_.options.nodes);
    while (order_.size() < nodes)
      order_.push_back(static_cast<int>(order_.size()));
    for (std::size_t i = 0; i < count; ++i)
      std::swap(order_[i], order_[i + cluster_.random.below(nodes - i)]);
    return {order_.begin(), order_.begin() + cluster_.options.participants};
  }

  struct Transaction {
    double begun = 0;
    std::vector<int> participants;
    int awaited = 0;  // yes, later acknowledgements
  };
  std::unordered_map<std::int64_t, Transaction> transactions_;
  std::vector<int> order_;
};

/// Hosts without links: the distance of two is the sum of their heights, in milliseconds.
std::vector<s4u::Host*> make_hosts(int count) {
  std::vector<s4u::Host*> hosts;
  s4u::NetZone* zone = s4u::create_vivaldi_zone("zone");
  for (int i = 0; i < count; ++i) {
    hosts.push_back(zone->create_host(fmt::format("host-{}", i), 1e9)->seal());
    hosts.back()->get_netpoint()->set_coordinates(fmt::format("0 0 {}", latency * 1e3 / 2));
  }
  zone->seal();
  return hosts;
}

/// The first transactions of the clients of one coordinator, on its host. The first coordinator's
/// actor then waits for the end: SimGrid ends with the last actor that is no daemon.
void start_clients(Cluster& cluster, int coordinator) {
  const Options& options = cluster.options;
  Node& node = *cluster.nodes[static_cast<std::size_t>(options.nodes + coordinator)];
  for (int client = coordinator; client < options.clients; client += options.coordinators)
    static_cast<Coordinator&>(node).start();
  if (coordinator == 0) cluster.done->acquire();
}

void add_actors(Cluster& cluster, const std::vector<s4u::Host*>& hosts) {
  const Options& options = cluster.options;
  for (int i = 0; i < options.nodes + options.coordinators; ++i) {
    if (i < options.nodes)
      cluster.nodes.push_back(std::make_unique<Participant>(cluster, i));
    else
      cluster.nodes.push_back(std::make_unique<Coordinator>(cluster, i));
    cluster.nodes.back()->start_actors(hosts[static_cast<std::size_t>(i)]);
  }
  for (int i = 0; i < options.coordinators; ++i)
    s4u::Actor::create("clients",
                       hosts[static_cast<std::size_t>(options.nodes + i)],
                       [&cluster, i] { start_clients(cluster, i); });
}

void print(const Totals& totals, double virtual_seconds, double seconds) {
  fmt::print(R"({{"messages": {}, "forces": {}, "transactions": {}, "committed": {}, )"
             R"("virtual_seconds": {:.6f}, "mean_latency_ms": {:.3f}, "seconds": {:.6f}, )"
             R"("messages_per_second": {:.0f}}})"
             "\n",
             totals.messages,
             totals.forces,
             totals.started,
             totals.committed,
             virtual_seconds,
             totals.answer_time * 1e3 / static_cast<double>(totals.committed),
             seconds,
             static_cast<double>(totals.messages) / seconds);
}

}  // namespace

int main(int argc, char** argv) {
  int own = 1;  // of the arguments, SimGrid gets the program's name only
  s4u::Engine engine(&own, argv);
  s4u::Engine::set_config("network/model:CM02");
  s4u::Engine::set_config("network/optim:Full");
  Options options;
  CLI::App app("Failure-free two-phase commit in SimGrid; prints one line of JSON.");
  const auto add = [&app](const char* flag, auto& value, const char* text) {
    return app.add_option(flag, value, text)->capture_default_str();
  };
  add("--nodes", options.nodes, "data nodes")->check(CLI::PositiveNumber);
  add("--coordinators", options.coordinators, "coordinators")->check(CLI::PositiveNumber);
  add("--participants", options.participants, "of a transaction")->check(CLI::PositiveNumber);
  add("--clients", options.clients, "of the closed loop")->check(CLI::PositiveNumber);
  add("--transactions", options.transactions, "in all")->check(CLI::PositiveNumber);
  add("--seed", options.seed, "of the choice of participants");
  add("--network", options.network, "what messages are made of")
      ->check(CLI::IsMember({"mailboxes", "timers"}));
  CLI11_PARSE(app, argc, argv);
  if (options.participants > options.nodes) {
    fmt::print(stderr, "simgrid_two_phase: there are only {} nodes\n", options.nodes);
    return 2;
  }

  Cluster cluster;
  cluster.options = options;
  cluster.random = concordat::Random(options.seed);
  const std::vector<s4u::Host*> hosts = make_hosts(options.nodes + options.coordinators);
  add_actors(cluster, hosts);
  const auto begin = std::chrono::steady_clock::now();
  engine.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  print(cluster.totals, s4u::Engine::get_clock(), took.count());
  return 0;
}
