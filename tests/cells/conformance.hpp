#pragma once
#include <boost/test/unit_test.hpp>
#include <cells/cell.hpp>
#include <cells/unroll.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// What every cell must do, as cases named after the cell: cells/gru_gradients_T60. A cell added to
/// cells::cells() is tested without another line here.
namespace carousel::testing {

/// A cell under test.
struct Subject {
  std::string name;
  std::function<std::unique_ptr<cells::AnyCell>()> make;

  /// Built and filled with random numbers, the biases of LSTM and GRU included.
  std::unique_ptr<cells::AnyCell> build(const cells::Sizes& sizes, DType dtype = DType::float64,
                                        std::uint64_t seed = 1) const;
};

/// A struct that is a cell, as it is.
template <class C> Subject subject_of(const std::string& name, const C& cell) {
  return {name, [name, cell] {
            auto erased = cells::erase(cell);
            erased->set_name(name);
            return erased;
          }};
}

/// All cells of the library, variants that their settings select, and an example of a user's cell.
std::vector<Subject> subjects();
/// Every third of them in builds with sanitizers, where a case takes seconds.
std::vector<Subject> fewer_under_sanitizers(std::vector<Subject> all);

/// Where a loss is evaluated: [time, batch, features] and one [batch, size] a state.
struct Point {
  Tensor xs;
  std::vector<Tensor> initial;
};
Point random_point(const cells::AnyCell& cell, Index time, Index batch, std::uint64_t seed);

/// A loss of every output and every last state, with random weights so that no symmetry hides a
/// mistake:  L = Σ a∘y_t + Σ b∘s_T∘s_T.
struct Run {
  Tape tape;
  Var xs;
  std::vector<Var> initial;
  cells::Unrolled unrolled;
  Var loss;
  double magnitude = 0;  ///< Σ |a∘y_t| + Σ |b∘s_T∘s_T|: what the loss's rounding error goes by

  Run(const cells::AnyCell& cell, const Point& point, const cells::UnrollOptions& options = {});
  /// Gradients of the cell's parameters, then of xs, then of the initial states.
  std::vector<Tensor> gradients(const cells::AnyCell& cell);
};

void add_gradient_cases();
void add_behaviour_cases();
void add_length_cases();
void add_checkpoint_cases();
void add_compiled_cases();

}  // namespace carousel::testing
