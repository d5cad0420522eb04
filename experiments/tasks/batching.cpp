#include <algorithm>
#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/tasks/batching.hpp>

namespace carousel::tasks {
namespace {

void check_batch_size(const std::string& task, Index batch_size) {
  if (batch_size < 1) {
    throw Error(ErrorKind::argument, task, "a batch size of at least 1",
                std::to_string(batch_size));
  }
}

}  // namespace

Parts cut_in_time(Index total, double validation_fraction, double test_fraction) {
  const auto share = [total](double fraction) {
    // The small term keeps products such as 0.29 · 100, just below 29 in binary, from losing one.
    return static_cast<Index>(std::floor(fraction * static_cast<double>(total) + 1e-6));
  };
  const Index validation = share(validation_fraction), test = share(test_fraction);
  const Index training = total - validation - test;
  return {{0, training}, {training, validation}, {training + validation, test}};
}

Index batch_count(const std::string& task, Index total, Index batch_size) {
  check_batch_size(task, batch_size);
  return total / batch_size + (total % batch_size != 0 ? 1 : 0);
}

Part batch_part(const std::string& task, Index total, Index number, Index batch_size) {
  const Index count = batch_count(task, total, batch_size);
  if (number < 0 || number >= count) {
    throw Error(ErrorKind::argument, task,
                "an evaluation batch in 0.." + std::to_string(count - 1) + " (" +
                    std::to_string(total) + " sequences in batches of " +
                    std::to_string(batch_size) + ")",
                "batch " + std::to_string(number));
  }
  const Index begin = number * batch_size;
  return {begin, std::min(batch_size, total - begin)};
}

void check_training(const std::string& task, Index step, Index batch_size) {
  check_batch_size(task, batch_size);
  if (step < 0) {
    throw Error(ErrorKind::argument, task, "a training step of at least 0", std::to_string(step));
  }
}

}  // namespace carousel::tasks
