// The command that does the same again.
#pragma once

#include <string>

#include "sim/app/app.hpp"

namespace concordat::app {

/// The word as a shell reads it back: quoted if need be.
std::string shell_word(const std::string& word);

/// `concordat run FILE --seed 7`, with every flag of the source that is not at its default.
std::string command_of(const std::string& verb, const Source& source);

/// `concordat check FILE --crashes 1`, with what the effort adds.
std::string command_of(const CheckOptions& options);
/// `concordat faults FILE --crashes 2 --most 4`, the same.
std::string command_of(const FaultsOptions& options);

}  // namespace concordat::app
