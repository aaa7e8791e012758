// What `matrix` prints: a grid for the terminal, a summary as a Markdown table, every cell as CSV,
// and everything as JSON ("concordat-matrix/1").
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "sim/app/matrix.hpp"

namespace concordat::app {

void print_grid(const Matrix& matrix, const MatrixOptions& options, std::ostream& out);
/// One line for each row: the classes that violate a property, as short as they can be said.
void print_markdown(const Matrix& matrix, const MatrixOptions& options, std::ostream& out);
void print_csv(const Matrix& matrix, std::ostream& out);
void print_json(const Matrix& matrix,
                const MatrixOptions& options,
                const std::string& checker,
                std::ostream& out);

/// A cell as it is kept, and back. ERRORS of reading: nothing, for what is no such cell.
nlohmann::ordered_json cell_json(const MatrixCell& cell);
std::optional<MatrixCell> cell_from(const nlohmann::ordered_json& json);

}  // namespace concordat::app
