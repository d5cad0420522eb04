#pragma once
#include <autograd/support/table.hpp>
#include <optim/optimizer.hpp>
#include <optim/schedule.hpp>

namespace carousel::optim {

/// The optimisers of this folder: sgd, rmsprop, adam, adamw. A copy: add your own to it.
Table<Optimizer> optimizers();
/// The schedules of this folder: constant, step, cosine.
Table<Schedule> schedules();

}  // namespace carousel::optim
