#include <algorithm>
#include <autograd/support/error.hpp>
#include <charconv>
#include <cmath>
#include <experiments/data/csv.hpp>
#include <experiments/data/text_file.hpp>
#include <optional>
#include <sstream>

namespace carousel::data {
namespace {

std::string trimmed(const std::string& text) {
  const char spaces[] = " \t\r";
  const std::size_t begin = text.find_first_not_of(spaces);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(spaces) + 1 - begin);
}

/// The whole of a cell as a finite number.
std::optional<double> number(const std::string& cell) {
  const char* first = cell.data() + (cell.rfind('+', 0) == 0 ? 1 : 0);
  const char* last = cell.data() + cell.size();
  double value = 0;
  const auto [end, error] = std::from_chars(first, last, value);
  if (error != std::errc() || end != last || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// The text between the quotes of a cell; nothing when they are not in order.
std::optional<std::string> unquoted(const std::string& cell) {
  std::string text;
  for (std::size_t i = 1; i < cell.size(); ++i) {
    if (cell[i] != '"') {
      text += cell[i];
    } else if (i + 1 == cell.size()) {
      return text;
    } else if (cell[++i] == '"') {
      text += '"';
    } else {
      break;
    }
  }
  return std::nullopt;
}

std::string place(const std::string& path, std::size_t line) {
  return path + ":" + std::to_string(line);
}

/// The cells of a line. Commas inside of quotes separate nothing.
std::vector<std::string> cells_of(const std::string& line, const std::string& where) {
  std::vector<std::string> cells;
  bool inside = false;
  for (std::size_t begin = 0, i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') inside = !inside;
    if (i < line.size() && (line[i] != ',' || inside)) continue;
    std::string cell = trimmed(line.substr(begin, i - begin));
    begin = i + 1;
    if (cell.rfind('"', 0) == 0) {
      const auto text = unquoted(cell);
      if (!text) {
        throw Error(ErrorKind::data, where, "a cell that ends with the quote that closes it", cell);
      }
      cell = *text;
    }
    cells.push_back(cell);
  }
  return cells;
}

void check_names(const Csv& csv) {
  const auto is_number = [](const std::string& name) { return number(name).has_value(); };
  if (std::all_of(csv.names.begin(), csv.names.end(), is_number)) {
    throw Error(ErrorKind::data, place(csv.path, 1), "the names of the columns", join(csv.names));
  }
  for (auto name = csv.names.begin(); name != csv.names.end(); ++name) {
    if (std::find(csv.names.begin(), name, *name) != name) {
      throw Error(ErrorKind::data, place(csv.path, 1), "columns of different names",
                  "two of the name '" + *name + "'");
    }
  }
}

}  // namespace

std::vector<double> Csv::numbers(std::size_t column) const {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const auto& row : rows) {
    const auto value = number(row[column]);
    if (!value) {
      const std::size_t line = values.size() + 2;  // counted from 1, after that of the names
      throw Error(ErrorKind::data,
                  place(path, line) + ", column " + std::to_string(column + 1) + " ('" +
                      names[column] + "')",
                  "a number", row[column].empty() ? "an empty cell" : "'" + row[column] + "'");
    }
    values.push_back(*value);
  }
  return values;
}

Csv read_csv(const std::string& path, const std::string& fix) {
  std::string text = read_text(path, fix);
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  std::istringstream lines(text);
  Csv csv;
  csv.path = path;
  std::size_t number_of_line = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number_of_line;
    const std::string where = place(path, number_of_line);
    std::vector<std::string> cells = cells_of(line, where);
    if (number_of_line == 1) {
      csv.names = std::move(cells);
      check_names(csv);
    } else if (cells.size() != csv.names.size()) {
      throw Error(ErrorKind::data, where,
                  std::to_string(csv.names.size()) + " cells, as in the first line",
                  std::to_string(cells.size()));
    } else {
      csv.rows.push_back(std::move(cells));
    }
  }
  if (csv.rows.empty()) {
    throw Error(ErrorKind::data, path, "names of columns, and lines of numbers below them",
                std::to_string(number_of_line) + " lines");
  }
  return csv;
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(trimmed(part));
  return parts;
}

}  // namespace carousel::data
