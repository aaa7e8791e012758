// The command that does the same again.
#pragma once

#include <string>

#include "sim/app/app.hpp"

namespace concordat::app {

/// The word as a shell reads it back: quoted if need be.
std::string shell_word(const std::string& word);

/// `a.yaml [with M6]`: a file or a block of it, and which of its scenarios is meant.
std::string name_of(const std::string& what, const std::string& variant);

/// The source, saying which of the file's scenarios was taken if there are several.
Source pinned(Source source, const scenario::Scenario& taken);

/// `concordat run FILE --seed 7`, with every flag of the source that is not at its default.
std::string command_of(const std::string& verb, const Source& source);

/// `concordat check FILE --crashes 1`, with what the effort adds; `taken` was loaded from it.
std::string command_of(const CheckOptions& options, const scenario::Scenario& taken);
/// `concordat faults FILE --crashes 2 --most 4`, the same.
std::string command_of(const FaultsOptions& options, const scenario::Scenario& taken);

}  // namespace concordat::app
