#include <atomic>
#include <cstdlib>
#include <new>
#include <optim/builtin.hpp>
#include <optim/clip.hpp>
#include <tests/optim/trajectory.hpp>

using namespace carousel;
using namespace carousel::optim;
using namespace carousel::optim::test;

// This executable's own operators new and delete: they count. Not inlined, or the compiler would
// see memory of one operator new released by free() and warn.
namespace {

std::atomic<long> allocations{0};

void* counted(void* memory) {
  ++allocations;
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  return counted(std::malloc(size == 0 ? 1 : size));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

BOOST_AUTO_TEST_SUITE(optim)

BOOST_AUTO_TEST_CASE(step_and_clip_take_no_memory) {
  const Clip clip{1.0, std::nullopt};
  const Table<Optimizer> table = optimizers();
  for (const auto& entry : table.entries()) {
    for (const DType dtype : {DType::float32, DType::float64}) {
      const std::unique_ptr<Optimizer> optimizer = entry.make();
      optimizer->add(make_params(dtype));
      Gradients gradients = make_gradients(dtype, 1);
      const long before = allocations;
      for (int t = 0; t < 3; ++t) {
        clip.apply(gradients);
        optimizer->step(gradients, 0.5);
      }
      const long taken = allocations - before;
      BOOST_TEST(taken == 0, entry.name);
    }
  }
}

// Both operators count: a tensor's aligned one, and the plain one behind a table's entries.
BOOST_AUTO_TEST_CASE(allocations_are_seen) {
  const long before = allocations;
  const Tensor tensor(DType::float32, Shape{3});
  const long between = allocations;
  const Table<Optimizer> table = optimizers();
  const long after = allocations;
  BOOST_TEST(between - before == 1);
  BOOST_TEST(after > between);
}

BOOST_AUTO_TEST_SUITE_END()
