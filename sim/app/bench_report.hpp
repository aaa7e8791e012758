// What `bench` prints and writes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/app/bench_plan.hpp"

namespace concordat::app {

/// Aligned tables, as wide as the terminal at most, with the checks below.
std::string bench_text(const BenchFile& file, const trace::TextOptions& look);
/// `ok`, `FAIL` or `?`, and the sentence, in a line for each check.
std::string checks_text(const BenchFile& file, const trace::TextOptions& look, bool only_bad);
/// With its story, source, tables and checks.
std::string bench_markdown(const BenchFile& file);
/// A line for each point; the columns of places are those of all files.
std::string bench_csv(const std::vector<const BenchFile*>& files);
/// "concordat-bench/1", described by bench.schema.json.
nlohmann::ordered_json bench_json(const BenchFile& file);

}  // namespace concordat::app
