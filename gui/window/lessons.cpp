#include "gui/window/lessons.hpp"

#include <QDir>

namespace concordat::gui {

namespace {

struct Lessons {
  Q_DECLARE_TR_FUNCTIONS(Lessons)
};

std::vector<Lesson> make_lessons() {
  return {
      {Lessons::tr("The happy path"),
       "two_phase_commit/happy-path.yaml",
       "",
       Lessons::tr(
           "The coordinator c asks everybody to prepare. Each participant writes down that it can "
           "(a filled square is a forced write), votes yes, and from then on may not decide alone: "
           "it "
           "is in doubt, which is the yellow bar. With all votes in, c writes down commit; this "
           "write "
           "is the moment of the decision. Go down with the arrow key and watch the bars end.")},
      {Lessons::tr("One says no"),
       "two_phase_commit/one-no-vote.yaml",
       "",
       Lessons::tr(
           "One no is enough. Who votes no decides at once, because nothing can be committed "
           "without "
           "it. The others hear of it from c.")},
      {Lessons::tr("Why two-phase commit blocks"),
       "two_phase_commit/coordinator-crash.yaml",
       "",
       Lessons::tr(
           "Look at the end of the run, at p2: it is blocked, which the red label says. c has told "
           "p1 that it decided commit, and has crashed before it could tell p2. p2 has voted yes, "
           "so it may not abort, and it has not heard, so it may not commit. Its yellow bar has no "
           "end, and neither has the purple one, the lock on Bob's account. The red line NB among "
           "the properties says what would free it. Alt+Home goes to the first step."),
       true},
      {Lessons::tr("Ask the others"),
       "two_phase_commit/2pc-02-one-informed-cooperative.yaml",
       "",
       Lessons::tr(
           "The same crash, but p2 asks p1, which knows. This is cooperative termination. It helps "
           "whenever somebody who is up has been told; if nobody has, all are in doubt together.")},
      {Lessons::tr("Why three phases split under a partition"),
       "textbook_three_phase_commit/3pc-07-partition.yaml",
       "",
       Lessons::tr(
           "A third phase lets processes decide by a timeout, without waiting for c. That is right "
           "if "
           "silence means a crash. Here the network is cut instead (the shaded part): one side "
           "times "
           "out to abort, the other to commit. The red line is where agreement breaks."),
       true},
      {Lessons::tr("Paxos Commit survives"),
       "paxos_commit/pc-01-leader-crash-after-votes.yaml",
       "",
       Lessons::tr(
           "Each vote is a decision of its own, taken by a majority of acceptors. The leader "
           "crashes "
           "with all votes in, and another one finds them there: nobody waits for a single log.")},
      {Lessons::tr("Agreement, and uniform agreement"),
       "flood_set/early-decision-dies.yaml",
       "",
       Lessons::tr(
           "p1 decides in the first round and takes the reason with it. All that live agree on "
           "something else. For consensus this may do. For commit it does not: p1 has told its "
           "client, "
           "and its log will say so when it comes back.")},
      {Lessons::tr("TCC without a fence"),
       "tcc/tcc-04-empty-rollback.yaml",
       "without",
       Lessons::tr(
           "The try is lost, so the transaction is cancelled, and the cancel gives back what was "
           "never taken. The fence is a row that a branch writes with its work; it would have told "
           "the cancel that there is nothing to undo.")},
      {Lessons::tr("A saga's dirty read"),
       "saga/saga-06-dirty-read.yaml",
       "she had nothing else",
       Lessons::tr(
           "t1 gives Alice 100 and will have to take them back. t2 sees and spends them first. No "
           "saga isolates another: the compensation finds nothing to take, and t1 never ends. The "
           "other variants show a semantic lock.")},
  };
}

}  // namespace

const std::vector<Lesson>& lessons() {
  static const std::vector<Lesson> all = make_lessons();
  return all;
}

QString scenario_folder() {
  const QDir program(QCoreApplication::applicationDirPath());
  for (const QString& folder : {qEnvironmentVariable("CONCORDAT_SCENARIOS"),
                                program.absoluteFilePath("../share/concordat/scenarios"),
                                program.absoluteFilePath("../../scenarios")})
    if (!folder.isEmpty() && QDir(folder).exists("two_phase_commit"))
      return QDir::cleanPath(folder);
  return {};
}

}  // namespace concordat::gui
