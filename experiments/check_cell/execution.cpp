#include <fmt/format.h>
#include <unistd.h>

#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/check_cell/checks.hpp>
#include <experiments/runner/safetensors.hpp>
#include <limits>

namespace carousel::check_cell {
namespace {

bool same_bits(const Numbers& a, const Numbers& b) {
  const auto x = a.all(), y = b.all();
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!identical(x[i], y[i])) return false;
  }
  return x.size() == y.size();
}

/// How much a relative change of x by `relative` changes what comes out, over that change.
double growth(const cells::AnyCell& cell, const Point& point, double relative) {
  Point moved = point;
  for (Index i = 0; i < moved.xs.size(); ++i) {
    moved.xs.set(i, moved.xs.at(i) * (1 + (i % 2 == 0 ? relative : -relative)));
  }
  return std::max(
      1.0, distance(numbers_of(cell, moved).all(), numbers_of(cell, point).all()) / relative);
}

cells::UnrollOptions noisy() {
  cells::UnrollOptions options;
  options.training = true;
  options.seed = 3;
  return options;
}

}  // namespace

Outcome memory_modes(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, 40, 3, 13);
  const Numbers full = numbers_of(*cell, point, noisy());
  for (const cells::Memory& memory : {cells::Memory::sqrt(), cells::Memory::every(7)}) {
    cells::UnrollOptions options = noisy();
    options.memory = memory;
    if (same_bits(numbers_of(*cell, point, options), full)) continue;
    return {false,
            "segments of steps, run again on the way back, give other bits: does step() give "
            "the same whenever it is run? Random numbers come from Context::random"};
  }
  return {true, "full, sqrt and segments of 7: the same bits, random numbers included"};
}

Outcome compiled_as_recorded(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, 20, 3, 14);
  cells::UnrollOptions options = noisy();
  const Numbers recorded = numbers_of(*cell, point, options);
  options.compile = true;
  const Numbers compiled = numbers_of(*cell, point, options);
  if (compiled.execution != "compiled") return {true, "not compiled, " + compiled.execution};
  const double off = distance(compiled.all(), recorded.all());
  const double bound = 1e-12 * growth(*cell, point, 1e-9);
  return {off < bound, "as recorded step by step, " + nearness(off)};
}

// The rounding of float32 does no more than a change of the inputs by as much would.
Outcome float32_drift(const Subject& subject) {
  const auto exact = subject.make(), coarse = subject.make({3, 5}, DType::float32);
  Point point = random_point(*exact, 60, 2, 15);
  for (std::size_t i = 0; i < exact->params().size(); ++i) {  // the same, rounded
    Param to = exact->params()[i];
    to.mutable_value() = coarse->params()[i].value().to(DType::float64);
  }
  Point rounded;
  rounded.xs = point.xs.to(DType::float32);
  point.xs = rounded.xs.to(DType::float64);
  for (Tensor& s : point.initial) {
    rounded.initial.push_back(s.to(DType::float32));
    s = rounded.initial.back().to(DType::float64);
  }
  const Tensor y = numbers_of(*coarse, rounded).outputs.to(DType::float64);
  const double off = distance(y, numbers_of(*exact, point).outputs);
  constexpr double eps = std::numeric_limits<float>::epsilon();
  const double bound = 64 * eps * std::sqrt(60.0 * 2) * growth(*exact, point, 1e-9);
  return {off < bound, fmt::format("outputs after 60 steps are off by {:.1e}", off)};
}

Outcome saved_and_loaded(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, 5, 2, 16);
  const auto path = std::filesystem::temp_directory_path() /
                    fmt::format("carousel-check-cell-{}.safetensors", ::getpid());
  std::vector<TensorFile::Entry> entries;
  for (const Param& param : cell->params()) entries.push_back({param.name(), &param.value()});
  TensorFile::write(path, entries, {});
  const TensorFile file = TensorFile::read(path);
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  auto other = Subject{subject.entry, subject.seed + 1}.make();
  for (Param param : other->params()) param.mutable_value() = file.tensors.at(param.name());
  const bool same = same_bits(numbers_of(*other, point), numbers_of(*cell, point));
  return {same, same ? "another cell with the saved parameters gives the same bits"
                     : "another cell with the saved parameters gives other numbers: what it "
                       "computes depends on more than its parameters"};
}

Outcome determinism(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, 8, 2, 17);
  const Numbers first = numbers_of(*cell, point, noisy());
  const bool again = same_bits(numbers_of(*cell, point, noisy()), first);
  const bool anew = same_bits(numbers_of(*subject.make(), point, noisy()), first);
  if (again && anew) return {true, "the same bits again, and from a new object"};
  return {false, again ? "a new object with the same seed gives other numbers"
                       : "a second run gives other numbers: does step() change a member, or draw "
                         "from something else than Context::random?"};
}

}  // namespace carousel::check_cell
