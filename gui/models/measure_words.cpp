#include "gui/models/measure_words.hpp"

#include <algorithm>
#include <array>

#include <QCoreApplication>

namespace concordat::gui {

namespace {

struct Measures {
  Q_DECLARE_TR_FUNCTIONS(Measures)
};

struct Words {
  std::string_view name;
  const char* words;
};

constexpr std::array all_words{
    Words{"commit_mean", QT_TRANSLATE_NOOP("Measures", "from arrival to the answer commit")},
    Words{"commit_p50",
          QT_TRANSLATE_NOOP("Measures", "until the answer commit: half of them take at most this")},
    Words{"commit_p90",
          QT_TRANSLATE_NOOP("Measures", "until the answer commit: 90 % of them take at most this")},
    Words{"commit_p99",
          QT_TRANSLATE_NOOP("Measures", "until the answer commit: 99 % of them take at most this")},
    Words{
        "commit_p999",
        QT_TRANSLATE_NOOP("Measures", "until the answer commit: 99.9 % of them take at most this")},
    Words{"commit_p9999",
          QT_TRANSLATE_NOOP("Measures",
                            "until the answer commit: 99.99 % of them take at most this")},
    Words{"commit_max", QT_TRANSLATE_NOOP("Measures", "until the answer commit: the longest")},
    Words{"abort_mean", QT_TRANSLATE_NOOP("Measures", "from arrival to the answer abort")},
    Words{"abort_p50",
          QT_TRANSLATE_NOOP("Measures", "until the answer abort: half of them take at most this")},
    Words{"abort_p99",
          QT_TRANSLATE_NOOP("Measures", "until the answer abort: 99 % of them take at most this")},
    Words{"throughput", QT_TRANSLATE_NOOP("Measures", "answers commit, in virtual time")},
    Words{"answered_rate", QT_TRANSLATE_NOOP("Measures", "answers of either kind")},
    Words{"goodput", QT_TRANSLATE_NOOP("Measures", "transactions committed by all who decided")},
    Words{"abort_share", QT_TRANSLATE_NOOP("Measures", "of the answers, abort")},
    Words{"abort_refused", QT_TRANSLATE_NOOP("Measures", "of the answers: a row was locked")},
    Words{"abort_wounded",
          QT_TRANSLATE_NOOP("Measures", "of the answers: a row was taken, or a circle broken")},
    Words{"abort_lock_timeout",
          QT_TRANSLATE_NOOP("Measures", "of the answers: waited too long for a row")},
    Words{"abort_no", QT_TRANSLATE_NOOP("Measures", "of the answers: a no vote")},
    Words{"abort_crash", QT_TRANSLATE_NOOP("Measures", "of the answers: one of its nodes crashed")},
    Words{"abort_timeout",
          QT_TRANSLATE_NOOP("Measures", "of the answers: a timer of the protocol")},
    Words{"messages", QT_TRANSLATE_NOOP("Measures", "between nodes, per transaction")},
    Words{"forces", QT_TRANSLATE_NOOP("Measures", "forced log writes, per transaction")},
    Words{"records", QT_TRANSLATE_NOOP("Measures", "log records, per transaction")},
    Words{"doubt_mean",
          QT_TRANSLATE_NOOP("Measures", "a process in doubt, from its vote to its decision")},
    Words{"doubt_p99",
          QT_TRANSLATE_NOOP("Measures", "a process in doubt: 99 % of them take at most this")},
    Words{"blocked_mean",
          QT_TRANSLATE_NOOP("Measures", "a process blocked, at a stretch: only a repair helps")},
    Words{"blocked_max",
          QT_TRANSLATE_NOOP("Measures", "a process blocked, at a stretch: the longest")},
    Words{"blocked_total",
          QT_TRANSLATE_NOOP("Measures",
                            "processes blocked: all of it together, per 1000 transactions")},
    Words{"blocked_rate",
          QT_TRANSLATE_NOOP("Measures", "how often a process was blocked, per 1000 transactions")},
    Words{"blocked_per_crash",
          QT_TRANSLATE_NOOP("Measures",
                            "processes blocked: all of it together, per crash of a node")},
    Words{"lock_wait_mean",
          QT_TRANSLATE_NOOP("Measures", "a request for a row, until it is granted")},
    Words{"lock_wait_p99",
          QT_TRANSLATE_NOOP(
              "Measures",
              "a request for a row, until it is granted: 99 % of them take at most this")},
    Words{"lock_hold_mean", QT_TRANSLATE_NOOP("Measures", "a row locked")},
    Words{"lock_hold_p99",
          QT_TRANSLATE_NOOP("Measures", "a row locked: 99 % of them take at most this")},
    Words{"inconsistent_mean",
          QT_TRANSLATE_NOOP("Measures", "some changes of a transaction stand, others do not")},
    Words{
        "inconsistent_p99",
        QT_TRANSLATE_NOOP(
            "Measures",
            "some changes of a transaction stand, others do not: 99 % of them take at most this")},
    Words{"inconsistent_max",
          QT_TRANSLATE_NOOP("Measures",
                            "some changes of a transaction stand, others do not: the longest")},
    Words{"availability",
          QT_TRANSLATE_NOOP("Measures", "answered within the deadline, of all that came")},
    Words{"turned_away",
          QT_TRANSLATE_NOOP("Measures", "transactions that came when too many were there")},
    Words{"stuck", QT_TRANSLATE_NOOP("Measures", "transactions that are not over at the end")},
    Words{
        "unanswered",
        QT_TRANSLATE_NOOP("Measures", "transactions that are over, and the client was never told")},
    Words{"split",
          QT_TRANSLATE_NOOP("Measures",
                            "transactions that some processes committed and some aborted")},
    Words{"dirty_reads", QT_TRANSLATE_NOOP("Measures", "reads of a change that was taken back")},
    Words{"exposed_reads",
          QT_TRANSLATE_NOOP("Measures", "reads of a change of an unfinished transaction")},
    Words{"compensations",
          QT_TRANSLATE_NOOP("Measures", "changes taken back, per 1000 transactions")},
    Words{"retries",
          QT_TRANSLATE_NOOP("Measures", "timers that only repeat, per 1000 transactions")},
    Words{"suppressed",
          QT_TRANSLATE_NOOP("Measures", "messages without effect, per 1000 transactions")},
    Words{"log_kept_mean",
          QT_TRANSLATE_NOOP("Measures", "records of transactions that are not over")},
    Words{"log_kept_most",
          QT_TRANSLATE_NOOP("Measures",
                            "records of transactions that are not over: the most at one time")},
    Words{"repair_mean", QT_TRANSLATE_NOOP("Measures", "a node down, until it is up")},
    Words{"events",
          QT_TRANSLATE_NOOP("Measures", "handlers run and forces completed, of all transactions")},
};

}  // namespace

QString measure_words(std::string_view name) {
  const auto found = std::ranges::find(all_words, name, &Words::name);
  return found == all_words.end() ? QString() : Measures::tr(found->words);
}

QString unit_words(std::string_view unit) {
  if (unit == "1/s") return Measures::tr("per second");
  if (unit == "ms") return Measures::tr("ms");
  return QString::fromStdString(shown_unit(unit));
}

QString measure_title(const BenchMeasure& measure) {
  const QString unit = unit_words(measure.unit);
  const QString name = QString::fromStdString(measure.name);
  return unit.isEmpty() ? name : name + " (" + unit + ")";
}

}  // namespace concordat::gui
