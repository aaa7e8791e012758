// The rules of this repository that a machine can hold: layers, names, sizes, determinism. Each is
// a function from a tree of files to complaints, so that repository_test.cpp can show it the real
// tree, which must be clean, and a planted violation, which must be caught.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace concordat::repository {

/// One text file. `code` has the lines without comments and, for C++, nothing else changed.
struct File {
  std::string path;  // from the root, with '/': "sim/base/check.hpp"
  std::vector<std::string> lines;
  std::vector<std::string> code;
  bool ends_with_newline = true;
};

using Tree = std::vector<File>;

/// One sentence each, `path:line: what is wrong and what to do instead`.
using Complaints = std::vector<std::string>;

struct Rule {
  std::string_view name;
  Complaints (*judge)(const Tree&);
};

/// Every rule, by name.
const std::vector<Rule>& rules();

/// A file made from its text.
File make_file(std::string path, std::string_view text);

/// The text files under `root` that belong to the repository, ordered by path; build trees do not.
Tree read_tree(const std::filesystem::path& root);

}  // namespace concordat::repository
