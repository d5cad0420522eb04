#pragma once
#include <string>
#include <vector>

namespace carousel::data {

/// A table whose first line names the columns (RFC 4180, but for line breaks in quoted cells).
struct Csv {
  std::string path;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;  ///< cells, as many in each row as there are names

  /// A column as numbers. Error (data) with line and column of the first cell that is none, or not
  /// a finite one. `column` counts from 0.
  std::vector<double> numbers(std::size_t column) const;
};

/// Reads cells between commas, without the spaces around them; those in double quotes may hold
/// commas, and quotes as "". Errors (data) as read_text, and when a line has another number of
/// cells than the first, a quote is not closed, two columns have one name, or the first line holds
/// numbers alone. Empty lines at the end are left out.
Csv read_csv(const std::string& path, const std::string& fix = {});

/// The texts between commas, without the spaces around them.
std::vector<std::string> split_at_commas(const std::string& text);

}  // namespace carousel::data
