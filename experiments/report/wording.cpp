#include <fmt/format.h>

#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/report/wording.hpp>

namespace carousel::report {

std::string list_of(const std::vector<std::string>& words) {
  if (words.size() < 2) return words.empty() ? "" : words[0];
  return join({words.begin(), words.end() - 1}) + " and " + words.back();
}

std::string number(double value) {
  const double size = std::abs(value);
  return fmt::format(size == 0 || (size >= 0.001 && size < 1e4) ? "{:.4f}" : "{:.3e}", value);
}

std::string of_seeds(const std::string& label, std::size_t count, std::size_t seeds) {
  if (count == seeds) return label;
  return label + fmt::format(" ({} of {} seeds)", count, seeds);
}

}  // namespace carousel::report
