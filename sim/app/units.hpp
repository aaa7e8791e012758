// Amounts of memory as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace concordat::app {

/// Reads `512MiB`, `1.5GiB`, `4 GiB`; KiB, MiB, GiB and TiB. RETURNS: nothing for any other text,
/// zero, or more than 1024 TiB. UNITS: bytes.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// `812 B`, `3.4 MiB`: at most one digit after the point.
std::string bytes_text(std::int64_t bytes);

}  // namespace concordat::app
