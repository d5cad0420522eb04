#include <experiments/program.hpp>

int main(int argc, char** argv) { return carousel::run(carousel::builtin(), argc, argv); }
