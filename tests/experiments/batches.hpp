#pragma once
#include <boost/test/unit_test.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel::testing {

/// Flat position of (t, b).
inline Index place(const tasks::Batch& batch, Index t, Index b) {
  return t * batch.x.shape()[1] + b;
}

/// The one feature that is 1 at (t, b), where the others have to be 0.
inline Index symbol(const tasks::Batch& batch, Index t, Index b) {
  const Index features = batch.x.shape()[2];
  Index found = -1;
  for (Index f = 0; f < features; ++f) {
    const double x = batch.x.at(place(batch, t, b) * features + f);
    BOOST_REQUIRE((x == 0 || (x == 1 && found < 0)));
    if (x == 1) found = f;
  }
  BOOST_REQUIRE(found >= 0);
  return found;
}

/// The class, or the only number, that is asked for at (t, b).
inline double target(const tasks::Batch& batch, Index t, Index b) {
  return batch.target.at(place(batch, t, b));
}

inline bool scored(const tasks::Batch& batch, Index t, Index b) {
  return batch.weight.at(place(batch, t, b)) != 0;
}

inline Index length(const tasks::Batch& batch, Index b) {
  return batch.lengths[static_cast<std::size_t>(b)];
}

/// The metric of outputs [time, batch, outputs] on a batch.
inline double metric(const tasks::Task& task, const tasks::Batch& batch, const Tensor& outputs) {
  const Index time = batch.x.shape()[0], size = batch.x.shape()[1], rows = time * size;
  const Shape& target = batch.target.shape();
  const Tensor targets =
      batch.target.reshaped(target.rank() == 2 ? Shape{rows} : Shape{rows, target[2]});
  return task.objective()
      .score(outputs.reshaped({rows, task.output_size()}), targets, batch.weight.reshaped({rows}),
             size)
      .mean();
}

/// The metric of answering class answer(t, b), with all certainty.
template <class Answer>
double metric_of_answers(const tasks::Task& task, const tasks::Batch& batch, Answer answer) {
  const Index time = batch.x.shape()[0], size = batch.x.shape()[1], outputs = task.output_size();
  Tensor prediction(DType::float64, {time, size, outputs});
  for (Index t = 0; t < time; ++t) {
    for (Index b = 0; b < size; ++b) {
      prediction.set(place(batch, t, b) * outputs + answer(t, b), 1e4);
    }
  }
  return metric(task, batch, prediction);
}

}  // namespace carousel::testing
