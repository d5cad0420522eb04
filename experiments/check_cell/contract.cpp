#include <fmt/format.h>

#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/check_cell/checks.hpp>

namespace carousel::check_cell {

Outcome contract(const Subject& subject) {
  std::string states;
  Index parameters = 0;
  for (const cells::Sizes& sizes : {cells::Sizes{1, 4}, {3, 5}, {7, 8}}) {
    const auto cell = subject.make(sizes);
    const Point point = random_point(*cell, 3, 2, 1);
    const Numbers numbers = numbers_of(*cell, point);  // an Error says which shape is wrong
    for (const Tensor& tensor : numbers.all()) {
      for (Index i = 0; i < tensor.size(); ++i) {
        if (std::isfinite(tensor.at(i))) continue;
        return {false, fmt::format("a number is {} after three steps with input {}, hidden {}",
                                   tensor.at(i), sizes.input_size, sizes.hidden_size)};
      }
    }
    states.clear();
    for (const auto& s : cell->states()) {
      states += (states.empty() ? "" : ", ") + fmt::format("{} [{}]", s.name, s.size);
    }
    parameters = count(cell->params());
  }
  return {true, fmt::format("states {}; {} parameters with input 7, hidden 8",
                            states.empty() ? "none" : states, parameters)};
}

// A parameter that no output depends on at five steps of random numbers.
Outcome parameters_reached(const Subject& subject) {
  const auto cell = subject.make();
  const Numbers numbers = numbers_of(*cell, random_point(*cell, 5, 3, 2));
  std::string lost, names;
  for (std::size_t i = 0; i < numbers.params.size(); ++i) {
    const std::string& name = cell->params()[i].name();
    names += (names.empty() ? "" : ", ") + name;
    bool reached = false;
    for (Index k = 0; k < numbers.params[i].size(); ++k) {
      reached = reached || numbers.params[i].at(k) != 0;
    }
    if (!reached) lost += (lost.empty() ? "" : ", ") + name;
  }
  if (lost.empty()) return {true, names.empty() ? "there are none" : names};
  return {false,
          lost + ": no output depends on it. Is it used in step(), and not behind detach()?"};
}

}  // namespace carousel::check_cell
