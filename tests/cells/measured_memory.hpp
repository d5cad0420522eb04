#pragma once
#include <boost/test/unit_test.hpp>
#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/plan.hpp>
#include <memory>
#include <tests/support/tensors.hpp>

namespace carousel::testing {

using namespace carousel::cells;

struct Measured {
  std::size_t peak = 0, bytes = 0;
  double loss = 0;
  std::string execution;
};

/// A training step with a loss on all outputs, given by their gradient so that it takes no memory.
inline Measured measure(const AnyCell& cell, const Workload& w, const Memory& memory, Tape& tape) {
  tape.reset();
  Random random(1, "xs");
  const Tensor values = normal({w.time, w.batch, cell.sizes().input_size}, random, cell.dtype());
  const Var xs = w.gradient_of_xs ? tape.variable(values) : tape.input(values);
  UnrollOptions options;
  options.memory = memory;
  options.compile = w.compile;
  for (Index b = 0; w.masked > 0 && b < w.batch; ++b) {
    options.lengths.push_back(b == 0 ? w.time - w.masked : w.time);
  }
  const Unrolled run = unroll(cell, xs, options);
  std::vector<Var> wanted(cell.params().begin(), cell.params().end());
  if (w.gradient_of_xs) wanted.push_back(xs);
  if (w.flow) {
    for (const Var& v : run.all_states()) wanted.push_back(v);
  }
  std::vector<Cotangent> from;
  const auto seed = [&](const Var& v) {
    from.push_back({v, Tensor(cell.dtype(), v.shape())});
    from.back().cotangent.fill(1e-3);
  };
  if (w.outputs != 0) {
    seed(run.last());
  } else if (run.outputs.empty()) {
    seed(run.sequence());
  } else {
    for (const Var& output : run.outputs) seed(output);
  }
  const Adjoints adjoints = tape.backward(from, wanted);
  return {tape.peak_bytes(), tape.bytes(), adjoints.norm(wanted.front()), run.execution};
}

/// Peaks that were predicted, over those that were taken.
class Predictions {
 public:
  ~Predictions() { BOOST_TEST_MESSAGE("predicted by taken: " << least_ << " to " << most_); }
  void check(const std::string& what, const AnyCell& cell, const Workload& w, const Memory& memory,
             std::size_t taken) {
    const auto peak = static_cast<double>(taken);
    const auto predicted = static_cast<double>(plan_memory(cell, w, memory).peak);
    least_ = std::min(least_, predicted / peak);
    most_ = std::max(most_, predicted / peak);
    BOOST_TEST((predicted < 1.25 * peak && predicted > 0.9 * peak),
               what << ", " << memory.text() << ", T = " << w.time << ", batch " << w.batch << ": "
                    << predicted << " predicted, " << peak << " taken");
  }

 private:
  double least_ = 2, most_ = 0;
};

struct SequenceShape {
  Index input, hidden, batch, time;
};

/// Calls check(entry of the table of cells, shape, kind): every cell meets every shape and every
/// kind 0..kinds-1, but a shape in one kind only (a Latin square), since all of them take minutes
/// under sanitizers.
template <class Check>
void for_each_cell_and_shape(const std::vector<SequenceShape>& shapes, int kinds, Check check) {
  int number = 0;
  const Table<AnyCell> table = carousel::cells::cells();
  for (const auto& entry : table.entries()) {
    for (std::size_t s = 0; s < shapes.size(); ++s) {
      check(entry, shapes[s], (number + static_cast<int>(s)) % kinds);
    }
    ++number;
  }
}

inline std::unique_ptr<AnyCell> built(std::unique_ptr<AnyCell> cell, Index input, Index hidden,
                                      DType dtype = DType::float32) {
  cell->build({input, hidden}, dtype);
  initialise(*cell, {}, 1);
  return cell;
}

}  // namespace carousel::testing
