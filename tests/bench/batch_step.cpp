#include "batch_step.hpp"

#include <algorithm>
#include <autograd/ops.hpp>
#include <autograd/ops/spare_threads.hpp>
#include <autograd/support/error.hpp>
#include <cmath>
#include <exception>

#include "numbers.hpp"

namespace carousel::bench {
namespace {

Tensor tensor(const Shape& shape, const std::vector<float>& values) {
  Tensor result(DType::float32, shape);
  std::copy(values.begin(), values.end(), result.data<float>());
  return result;
}

/// Sequences begin..end of [time, batch, features].
Tensor sequences(const std::vector<float>& all, const Workload& w, Index features, Index begin,
                 Index end) {
  Tensor part(DType::float32, {w.time, end - begin, features});
  for (Index t = 0; t < w.time; ++t) {
    std::copy_n(all.data() + (t * w.batch + begin) * features, (end - begin) * features,
                part.data<float>() + t * (end - begin) * features);
  }
  return part;
}

void set(Param param, const Workload& w) {
  const std::string& full = param.name();
  const std::string name = full.substr(full.find_last_of('.') + 1);
  param.mutable_value() = tensor(param.shape(), parameter(name, param.value().size(), w));
}

}  // namespace

BatchStep::BatchStep(std::unique_ptr<cells::AnyCell> cell, const Workload& w, Execution execution,
                     bool readout)
    : cell_(std::move(cell)), workload_(w), execution_(execution) {
  cell_->build({w.input, w.hidden}, DType::float32);
  optimizer_.add(cell_->params());
  if (readout) {
    readout_ = Param("readout", DType::float32, {Workload::targets, w.hidden}, Role::readout);
    readout_bias_ = Param("readout_bias", DType::float32, {Workload::targets}, Role::bias);
    optimizer_.add({readout_, readout_bias_});
  }
  for (const Param& param : optimizer_.params()) set(param, w);
  clip_.norm = 1;
  wanted_.assign(optimizer_.params().begin(), optimizer_.params().end());
  const std::vector<float> xs = input_numbers(w), cotangent = cotangent_numbers(w);
  const std::vector<float> targets = numbers("targets", w.batch * Workload::targets, 1);
  const Index parts = std::min<Index>(execution.threads, w.batch);
  for (Index i = 0; i < parts; ++i) {
    const Index begin = i * w.batch / parts, end = (i + 1) * w.batch / parts;
    auto part = std::make_unique<Part>();
    part->xs = sequences(xs, w, w.input, begin, end);
    part->gradients.resize(wanted_.size());
    if (readout) {
      part->targets = tensor(
          {end - begin, Workload::targets},
          {targets.begin() + begin * Workload::targets, targets.begin() + end * Workload::targets});
    } else {
      part->cotangents.push_back({{}, sequences(cotangent, w, w.hidden, begin, end)});
    }
    parts_.push_back(std::move(part));
  }
}

void BatchStep::run(Part& part) {
  part.tape.reset();
  cells::UnrollOptions options;
  options.compile = execution_.compile;
  const cells::Unrolled run = cells::unroll(*cell_, part.tape.input(part.xs), options);
  if (execution_.compile && run.execution != "compiled") {
    throw Error(ErrorKind::argument, "benchmark", "a recurrence that is compiled", run.execution);
  }
  if (part.kept == 0) part.kept = part.tape.peak_bytes();
  Adjoints adjoints;
  if (readout_) {
    const Var prediction = linear(run.last(), readout_, readout_bias_);
    const Var errors = squared_error(prediction, part.tape.input(part.targets));
    const Var loss = sum(errors) / static_cast<double>(workload_.batch * Workload::targets);
    part.loss = loss.item();
    adjoints = part.tape.backward(loss, wanted_);
  } else {
    part.cotangents.front().value = run.sequence();
    adjoints = part.tape.backward(part.cotangents, wanted_);
  }
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    adjoints.copy_to(wanted_[i], part.gradients[i]);
  }
}

void BatchStep::gradient() {
  const int count = static_cast<int>(parts_.size());
  const SpareThreads spare(count == 1 ? execution_.threads : 1);  // for products over time
  if (count == 1) {  // outside of any parallel region: inside, each would start threads anew
    run(*parts_.front());
    return;
  }
  std::vector<std::exception_ptr> errors(parts_.size());
#pragma omp parallel for num_threads(count) schedule(static, 1)
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    try {
      run(*parts_[at]);
    } catch (...) {  // an exception must not leave a parallel region
      errors[at] = std::current_exception();
    }
  }
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  optim::Gradients& all = parts_.front()->gradients;
  for (std::size_t p = 1; p < parts_.size(); ++p) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      accumulate(parts_[p]->gradients[i].view(), all[i].view());
    }
  }
}

void BatchStep::train() {
  gradient();
  clip_.apply(parts_.front()->gradients);
  optimizer_.step(parts_.front()->gradients);
}

double BatchStep::loss() const {
  double sum = 0;
  for (const auto& part : parts_) sum += part->loss;
  return sum;
}

double BatchStep::gradient_norm() const {
  double squares = 0;
  for (const Tensor& g : parts_.front()->gradients) {
    squares += sum_of_squares(g.data<float>(), g.size());
  }
  return std::sqrt(squares);
}

std::size_t BatchStep::peak_bytes() const {
  std::size_t total = 0;
  for (const auto& part : parts_) total += part->tape.peak_bytes();
  return total;
}

std::size_t BatchStep::kept_bytes() const {
  std::size_t total = 0;
  for (const auto& part : parts_) total += part->kept;
  return total;
}

}  // namespace carousel::bench
