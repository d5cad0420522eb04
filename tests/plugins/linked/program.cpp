#include <experiments/program.hpp>
#include <tests/plugins/mine.cpp>

// The cell of a plugin in a program of its own: the same bits.
int main(int argc, char** argv) {
  return carousel::run(carousel::builtin().cell<Traces>("traces"), argc, argv);
}
