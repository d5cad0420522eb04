#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cells/init.hpp>
#include <cells/library/lstm.hpp>
#include <cells/unroll.hpp>
#include <fstream>
#include <string>
#include <tests/support/tensors.hpp>

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

/// Bytes of the process in memory: the most so far, and at present. Linux tells.
struct Resident {
  std::size_t most = 0, now = 0;
  Resident() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmHWM:", 0) == 0) most = std::stoul(line.substr(6)) * 1024;
      if (line.rfind("VmRSS:", 0) == 0) now = std::stoul(line.substr(6)) * 1024;
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

// An LSTM of 64 units over 100,000 steps, forward and backward, in 64 MiB above its inputs and
// outputs: by the tape's own count, and by what the process has grown by.
BOOST_AUTO_TEST_CASE(memory_of_a_hundred_thousand_steps) {
  const auto cell = erase<Lstm>();
  cell->build({2, 64}, DType::float32);
  initialise(*cell, {}, 1);
  constexpr Index time = 100000;
  const std::size_t inputs = 100000 * 2 * sizeof(float), outputs = 100000 * 64 * sizeof(float);
  Random random(1, "xs");
  const Tensor values = normal({time, 1, 2}, random, DType::float32);
  const Resident before;
  Tape tape;
  UnrollOptions options;
  options.memory = Memory::sqrt();
  const Var xs = tape.variable(values);
  const Unrolled run = unroll(*cell, xs, options);
  std::vector<Var> wanted(cell->params().begin(), cell->params().end());
  wanted.push_back(xs);
  const Adjoints adjoints = tape.backward(sum(square(run.last())), wanted);
  BOOST_TEST(adjoints.norm(wanted.front()) > 0);
  const std::size_t above = tape.peak_bytes() - inputs - outputs;
  // Another test may have made the process larger than this one does.
  const Resident after;
  const std::size_t grown = std::max(after.most, before.now) - before.now;
  BOOST_TEST_MESSAGE("T = 100,000: " << size_text(above) << " above xs and outputs, of which "
                                     << size_text(inputs + outputs)
                                     << " are their gradients; the process has grown by "
                                     << size_text(grown) << " in all");
  BOOST_TEST(above < std::size_t{64} << 20U);
#ifndef __SANITIZE_ADDRESS__  // which keeps what is freed for a while
  if (after.most > before.most) BOOST_TEST(grown < inputs + outputs + (std::size_t{64} << 20U));
#endif
}

BOOST_AUTO_TEST_SUITE_END()
