#pragma once

namespace carousel::testing {

/// For every op of the library: autograd/op_tanh, its gradients on its own samples.
void add_op_cases();
/// For every op of the library: autograd/mutants_tanh, that wrong gradients would be found.
void add_mutation_cases();

}  // namespace carousel::testing
