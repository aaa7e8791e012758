// Whole text files: read with a size limit, written so that nobody ever sees half a file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace concordat {

/// The content of a file, or of anything else that can be read to its end (a pipe).
/// ERRORS: it does not exist, is a folder, cannot be read, or holds more than `max_bytes`.
Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes);

/// Replaces a file by `text`: a temporary file in the same folder is written and renamed, so that a
/// reader finds the old content or the new one. Keeps the permissions of a file that existed,
/// follows a symbolic link to it, and writes straight to what is no regular file (a pipe). Does not
/// wait for the disk: after a power cut the old content may be back. RETURNS: always true when ok.
/// ERRORS: the folder is missing, no permission, disk full.
Result<bool> write_text_file(const std::string& path, std::string_view text);

}  // namespace concordat
