// Runs that are to stand beside each other. Called in worker threads; nothing of Qt.
#pragma once

#include <string>
#include <vector>

#include "gui/data/run_source.hpp"
#include "gui/jobs/load_job.hpp"

namespace concordat::gui {

/// Under another protocol its options, profile, bounds and expectations do not count.
/// ERRORS: those of load_file; the scenario does not bind to the protocol, or holds a schedule.
Result<Loaded> load_source(const Registry& registry, const RunSource& source);

struct SourceRun {
  RunSource source;
  Result<Loaded> loaded;
};
std::vector<SourceRun> load_sources(const Registry& registry,
                                    const std::vector<RunSource>& sources);

/// What a word after a file means: one of its variants, another file, or a protocol.
RunSource source_of(const Registry& registry, const Loaded& first, const std::string& word);

}  // namespace concordat::gui
