#include <algorithm>
#include <autograd/support/error.hpp>
#include <autograd/support/settings.hpp>
#include <cmath>
#include <experiments/tasks/columns.hpp>

namespace carousel::tasks {
namespace {

std::vector<std::size_t> places_of(const data::Csv& csv, const std::string& names,
                                   const std::string& where) {
  std::vector<std::size_t> places;
  for (const std::string& name : data::split_at_commas(names)) {
    const auto at = std::find(csv.names.begin(), csv.names.end(), name);
    if (at == csv.names.end()) {
      throw unknown_name(ErrorKind::config, where, "column", name, csv.names);
    }
    places.push_back(static_cast<std::size_t>(at - csv.names.begin()));
  }
  if (!places.empty()) return places;
  for (std::size_t i = csv.names.size() > 1 ? 1 : 0; i < csv.names.size(); ++i) places.push_back(i);
  return places;
}

Column standardised(const data::Csv& csv, std::size_t place, Index training) {
  Column column{csv.names[place], 0, 1, csv.numbers(place)};
  const auto begin = column.values.begin(), end = begin + training;
  const auto count = static_cast<double>(training);
  for (auto value = begin; value != end; ++value) column.mean += *value / count;
  double variance = 0;
  for (auto value = begin; value != end; ++value) {
    variance += std::pow(*value - column.mean, 2) / count;
  }
  column.deviation = std::sqrt(variance);
  const bool constant = std::all_of(begin, end, [&](double value) { return value == *begin; });
  if (constant || !(column.deviation > 0)) {
    throw Error(ErrorKind::data, csv.path + ", column '" + column.name + "'",
                "numbers that differ in the training part", "all " + shortest(*begin));
  }
  for (double& value : column.values) value = (value - column.mean) / column.deviation;
  return column;
}

}  // namespace

std::vector<Column> standardised_columns(const data::Csv& csv, const std::string& names,
                                         Index training, const std::string& where) {
  std::vector<Column> columns;
  for (const std::size_t place : places_of(csv, names, where)) {
    columns.push_back(standardised(csv, place, training));
  }
  return columns;
}

}  // namespace carousel::tasks
