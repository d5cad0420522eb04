#pragma once
#include <autograd/dtype.hpp>
#include <string>

namespace carousel::tasks {

/// A run of sequences of a held-out set: begin, begin + 1, ..., begin + count - 1.
struct Part {
  Index begin = 0, count = 0;
};

/// The parts of a file that is cut where time goes on: training | validation | test.
struct Parts {
  Part training, validation, test;
};

/// Cuts `total` elements; each held-out part has its fraction of them, rounded down.
Parts cut_in_time(Index total, double validation_fraction, double test_fraction);

/// How many batches of at most `batch_size` hold `total` sequences. `task` is for messages.
Index batch_count(const std::string& task, Index total, Index batch_size);

/// The sequences of batch `number`; the last batch may be smaller. Error outside of
/// 0..batch_count-1.
Part batch_part(const std::string& task, Index total, Index number, Index batch_size);

/// Errors unless step >= 0 and batch_size >= 1.
void check_training(const std::string& task, Index step, Index batch_size);

}  // namespace carousel::tasks
