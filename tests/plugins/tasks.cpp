#include <cstdlib>
#include <experiments/plugin.hpp>
#include <experiments/tasks/sequence.hpp>
#include <stdexcept>

using namespace carousel;
using namespace carousel::tasks;

/// Documents of one, two or three windows: was the number of ones since the document began odd? The
/// sequences of a batch go on, and those whose document has ended begin afresh.
struct Documents : Task {
  static constexpr Index window = 4;

  void settings(Settings&) override {}
  void load(DType dtype) override { dtype_ = dtype; }
  Index input_size() const override { return 1; }
  Index output_size() const override { return 1; }
  const Objective& objective() const override { return binary(); }
  double chance() const override { return 0.5; }
  std::string chance_is() const override { return "a coin"; }

  Batch training(std::uint64_t seed, Index step, Index batch_size) const override {
    Batch batch = blank_batch(dtype_, {window, batch_size, 1}, 1);
    batch.continues = step > 0;
    for (Index b = 0; b < batch_size; ++b) {
      const Index since = step % (1 + b % 3);  // windows of this document before this one
      batch.afresh.push_back(since == 0);
      Sequence sequence(batch, b, window);
      bool odd = false;
      for (Index w = step - since; w <= step; ++w) {
        Random random(seed, "documents", static_cast<std::uint64_t>(w * 1000 + b));
        for (Index t = 0; t < window; ++t) {
          const bool one = random.uniform() < 0.5;
          odd = odd != one;
          if (w < step) continue;
          sequence.input(t, 0, one ? 1 : 0);
          sequence.ask(t, odd ? 1 : 0);
        }
      }
    }
    return batch;
  }
  Index evaluation_batches(Split, Index) const override { return 1; }
  Batch evaluation(Split split, Index, Index) const override {
    return training(split == Split::test ? 1001 : 1000, 0, 30);
  }

 private:
  DType dtype_ = DType::float32;
};

struct Throws final : Documents {
  void load(DType) override { throw std::runtime_error("no data today"); }
};
struct Crashes final : Documents {
  Batch training(std::uint64_t, Index, Index) const override { std::abort(); }
};

extern "C" Plugin carousel_plugin() {
  return plugin([](Registry& r) {
    r.task<Documents>("documents", "parity since a document began");
    r.task<Throws>("throwing_task").task<Crashes>("crashing_task");
  });
}
