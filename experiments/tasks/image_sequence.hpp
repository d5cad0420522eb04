#pragma once
#include <experiments/data/idx.hpp>
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/task.hpp>
#include <mutex>

namespace carousel::tasks {

/// Images read as sequences and classified at the last step.
struct ImageSequence final : Task {
  static constexpr const char* about = R"(
The class of an image that is read as a sequence (Le, Jaitly and Hinton 2015): a row of
pixels at each step, or one pixel at each step, in reading order or in one fixed random
order ("permuted sequential MNIST").

    input    order rows: [28, batch, 28]; order pixels: [784, batch, 1]; grey levels
             standardised by the mean and deviation of all training pixels
    target   the class, at the last step only
    metric   accuracy; chance is the share of the test part's most frequent class
    parts    the end of the training file is held out for validation; the test file is
             the test part
)";

  std::string dataset = "fashion_mnist";  ///< fashion_mnist, mnist or directory
  std::string directory;                  ///< where the files are; empty: the dataset's own place
  std::string order = "rows";             ///< rows or pixels
  bool permute = false;                   ///< pixels change places, the same for every image
  Index permutation_seed = 1;
  Index classes = 10;
  Index training_images = 0;       ///< the first so many; 0: all that are not held out
  Index validation_images = 5000;  ///< taken from the end of the training file
  Index test_images = 0;           ///< the first so many; 0: all

  void settings(Settings& s) override;
  /// Reads the four files of the dataset. Errors when one is missing (says how to get it) or
  /// broken, or when there are fewer images than asked for.
  void load(DType dtype) override;

  Index input_size() const override { return order == "rows" ? test_.columns : 1; }
  Index output_size() const override { return classes; }
  const Objective& objective() const override { return classification(); }
  /// Share of the test part's most frequent class.
  double chance() const override { return chance_; }
  std::string chance_is() const override { return chance_is_; }

  /// Walks through one random permutation of the training images per epoch; an incomplete batch at
  /// the end of an epoch is left out.
  Batch training(std::uint64_t seed, Index step, Index batch_size) const override;
  Index evaluation_batches(Split split, Index batch_size) const override;
  Batch evaluation(Split split, Index number, Index batch_size) const override;

  /// Number of training images in use.
  Index training_size() const { return training_count_; }
  /// Mean and standard deviation of the training pixels, in grey levels 0..255.
  double mean() const { return mean_; }
  double deviation() const { return deviation_; }

 private:
  struct Order {
    std::uint64_t seed = 0;
    Index epoch = -1;
    std::vector<Index> images;
  };

  void split_images();
  void standardise();
  void count_classes();
  void order_pixels();
  void require_loaded() const;
  Part held_out(Split split) const;  // images of test_, or for validation of train_
  Index steps() const { return test_.rows * test_.columns / input_size(); }
  Batch make(const data::LabelledImages& from, const std::vector<Index>& images) const;

  data::LabelledImages train_, test_;  // train_: the training part, then the validation part
  Index training_count_ = 0, test_count_ = 0;
  Part validation_;
  std::vector<Index> position_;  // where the image has the pixel that comes i-th
  double mean_ = 0, deviation_ = 1, chance_ = 0;
  std::string chance_is_ = "most frequent class";
  DType dtype_ = DType::float32;

  // The permutation of the epoch asked for last. Only saves time: without it every batch would draw
  // the whole permutation again. The mutex keeps the const functions safe to share.
  mutable std::mutex mutex_;
  mutable Order order_of_epoch_;
};

}  // namespace carousel::tasks
