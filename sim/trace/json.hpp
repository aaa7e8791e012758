// A Trace as JSON and back. The format is "concordat-trace/1", frozen and described by
// trace.schema.json.
//
// The text is laid out for people and for diffs: one field of the trace, one effect, one change,
// one property per line; fields with their default value are left out (fields.hpp).
//
//     "steps": [
//      {"index": 1, "kind": "start", "event": "start c", "process": "c", "node": "c",
//       "effects": [
//        {"kind": "send", "process": "c", "message": "prepare", "from": "c", "to": ["p1"], "ids":
//        [1]}
//       ]}
//     ],
#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// The trace as JSON; equal traces give equal bytes. Ends with a newline. Bytes that are not UTF-8
/// become U+FFFD, since JSON cannot hold them; all else reads back equal.
/// REQUIRES: names within `options`, `rules` and `rows` are unique.
std::string to_json(const Trace& trace);

/// Reads a trace. `file_name` is used in errors only.
/// ERRORS: a syntax error, a wrong version, an unknown or missing key, a wrong type or an unknown
/// word, each with line and column and the place in the document (`steps[2].effects[0].kind`).
Result<Trace> from_json(std::string_view text, const std::string& file_name);

}  // namespace concordat::trace
