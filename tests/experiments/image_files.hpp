#pragma once
#include <cmath>
#include <experiments/tasks/image_sequence.hpp>
#include <tests/experiments/idx_files.hpp>

namespace carousel::testing {

constexpr std::uint32_t rows = 3, columns = 4;
constexpr Index pixels = 12;

/// Pixel p of image i. Its first pixel tells the image: they are numbered through both files.
inline std::uint8_t grey(Index i, Index p) { return static_cast<std::uint8_t>(i + 40 * (p % 6)); }
inline std::uint8_t label(Index i) { return static_cast<std::uint8_t>(i % 3); }

/// A data set of made-up images: 20 in the training file (0..19), 7 in the test file (20..26).
struct ImageFiles {
  TemporaryDirectory folder;

  ImageFiles() {
    write_part("train", 0, 20);
    write_part("t10k", 20, 7);
  }

  void write_part(const std::string& part, Index first, Index count) const {
    Bytes images, labels;
    for (Index i = first; i < first + count; ++i) {
      for (Index p = 0; p < pixels; ++p) images.push_back(grey(i, p));
      labels.push_back(label(i));
    }
    const auto n = static_cast<std::uint32_t>(count);
    write(folder.file(part + "-images-idx3-ubyte"), idx_bytes({n, rows, columns}, images));
    write_gzip(folder.file(part + "-labels-idx1-ubyte.gz"), idx_bytes({n}, labels));
  }

  /// The task before load().
  void prepare(tasks::ImageSequence& task) const {
    task.dataset = "directory";
    task.directory = folder.path();
    task.classes = 3;
    task.validation_images = 5;
  }
};

/// A loaded task over the files, with some settings changed.
struct LoadedImages : ImageFiles {
  tasks::ImageSequence task;

  template <class Change> explicit LoadedImages(Change change, DType dtype = DType::float64) {
    prepare(task);
    change(task);
    task.load(dtype);
  }
  LoadedImages() : LoadedImages([](tasks::ImageSequence&) {}) {}

  /// The grey level behind the p-th value of a sequence.
  double level(const tasks::Batch& batch, Index p, Index b) const {
    const Index batch_size = batch.x.shape()[1], features = batch.x.shape()[2];
    const double x = batch.x.at((p / features * batch_size + b) * features + p % features);
    return x * task.deviation() + task.mean();
  }
  /// Which images a batch shows, in order, by their first pixels (unpermuted tasks only).
  std::vector<Index> images(const tasks::Batch& batch) const {
    std::vector<Index> result;
    for (Index b = 0; b < batch.x.shape()[1]; ++b) {
      result.push_back(static_cast<Index>(std::lround(level(batch, 0, b))));
    }
    return result;
  }
  std::vector<Index> epoch(std::uint64_t seed, Index number, Index batch_size) const {
    const Index batches = task.training_size() / batch_size;
    std::vector<Index> all;
    for (Index i = 0; i < batches; ++i) {
      const auto some = images(task.training(seed, number * batches + i, batch_size));
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }
};

}  // namespace carousel::testing
