#pragma once
#include <autograd/support/error.hpp>
#include <experiments/registry.hpp>

namespace carousel {

/// The whole program `carousel` over a registry. A program with cells of one's own is
///
///     int main(int argc, char** argv) {
///       return carousel::run(carousel::builtin().cell<Mgu>("mgu"), argc, argv);
///     }
///
/// Returns an ExitCode; errors are one line on stderr. Throws nothing.
int run(const Registry& registry, int argc, char** argv);

/// The exit code of an error: 2 where something that was given is refused, 1 where a run or the
/// program failed.
int exit_code(ErrorKind kind);

}  // namespace carousel
