#pragma once
#include <autograd/dtype.hpp>
#include <experiments/data/csv.hpp>

namespace carousel::tasks {

/// A column of a table, standardised: values (v - mean)/deviation.
struct Column {
  std::string name;
  double mean = 0, deviation = 1;
  std::vector<double> values;
};

/// The columns with these names, which stand between commas; all but the first when there are none,
/// for in the first one tables keep the time (of a single column, that one). Mean and deviation are
/// those of the first `training` values, so that nothing of the later ones is known before.
///
/// Errors when there is no such column (`where` names the setting), and when one holds a cell that
/// is no number, or the same number all through training.
std::vector<Column> standardised_columns(const data::Csv& csv, const std::string& names,
                                         Index training, const std::string& where);

}  // namespace carousel::tasks
