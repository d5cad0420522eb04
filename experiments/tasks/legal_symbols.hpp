#pragma once
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {

/// Predicting the next symbol where a grammar allows several. Targets are [time, batch, 2·symbols]:
/// one-hot the symbol that came, then 1 for each that was legal.
///
/// The loss is softmax cross-entropy with the symbol that came; the legal ones it does not see. The
/// metric `strings` is the share of sequences in which, at every step that counts, each legal
/// symbol has a larger output than each that is not; a sequence in which nothing counts is left
/// out.
const Objective& legal_symbols();

}  // namespace carousel::tasks
