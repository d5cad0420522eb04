#include <algorithm>
#include <array>
#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/data/image_sets.hpp>
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/check_settings.hpp>
#include <experiments/tasks/image_sequence.hpp>
#include <numeric>

namespace carousel::tasks {
namespace {

const char task[] = "task image_sequence";

/// Errors when `asked` images are more than there are.
void check_count(const char* setting, Index asked, Index available, const char* what) {
  if (asked > available) {
    throw Error(ErrorKind::config, std::string(task) + ", " + setting,
                "at most " + std::to_string(available) + ", " + what, std::to_string(asked));
  }
}

/// Writes image pixels at batch place b of x [time, batch, features]: step t, feature f is the
/// pixel that comes (t·features + f)-th.
template <class T>
void place(const std::uint8_t* image, const std::vector<Index>& position,
           const std::array<double, 256>& level, Tensor& x, Index b) {
  const Index batch = x.shape()[1], features = x.shape()[2];
  T* values = x.data<T>();
  const Index* at = position.data();
  for (Index t = 0; t < x.shape()[0]; ++t) {
    T* row = values + (t * batch + b) * features;
    for (Index f = 0; f < features; ++f) row[f] = static_cast<T>(level[image[*at++]]);
  }
}

}  // namespace

void ImageSequence::settings(Settings& s) {
  s("dataset", dataset, "which images", data::image_sets());
  s("directory", directory, "folder of the four idx files; empty: the dataset's own place");
  s("order", order, "what one step sees: a row of pixels, or one pixel", {"rows", "pixels"});
  s("permute", permute, "pixels change places, the same for every image");
  s("permutation_seed", permutation_seed, "seed of that permutation", at_least(0));
  s("classes", classes, "number of classes", between(2, 256));
  s("training_images", training_images, "use the first so many; 0: all but the validation images",
    at_least(0));
  s("validation_images", validation_images, "held out from the end of the training file",
    at_least(1));
  s("test_images", test_images, "use the first so many; 0: all", at_least(0));
}

void ImageSequence::load(DType dtype) {
  check_settings(task, *this);
  dtype_ = dtype;
  position_.clear();  // until all has gone well
  data::ImageSet set = data::read_image_set(task, dataset, directory, classes);
  train_ = std::move(set.training);
  test_ = std::move(set.test);
  split_images();
  standardise();
  count_classes();

  order_pixels();
  order_of_epoch_ = Order();
}

void ImageSequence::split_images() {
  check_count("validation_images", validation_images, train_.count - 1,
              "which leaves one of the training file to train on");
  validation_ = {train_.count - validation_images, validation_images};
  check_count("training_images", training_images, validation_.begin,
              "the training file without the validation images");
  check_count("test_images", test_images, test_.count, "what the test file has");
  training_count_ = training_images > 0 ? training_images : validation_.begin;
  test_count_ = test_images > 0 ? test_images : test_.count;
}

void ImageSequence::standardise() {
  const Index pixels = training_count_ * train_.rows * train_.columns;
  std::uint64_t sum = 0, squares = 0;  // exact: bytes, and fewer than 2^31 of them
  for (Index i = 0; i < pixels; ++i) {
    const std::uint64_t value = train_.pixels[static_cast<std::size_t>(i)];
    sum += value;
    squares += value * value;
  }
  const double n = static_cast<double>(pixels);
  mean_ = static_cast<double>(sum) / n;
  const double variance = static_cast<double>(squares) / n - mean_ * mean_;
  if (!(variance > 0)) {
    throw Error(ErrorKind::data, task, "training images whose pixels differ",
                "all of them " + shortest(mean_));
  }
  deviation_ = std::sqrt(variance);
}

void ImageSequence::count_classes() {
  std::vector<Index> counts(static_cast<std::size_t>(classes));
  for (Index i = 0; i < test_count_; ++i) ++counts[test_.labels[static_cast<std::size_t>(i)]];
  const auto most = std::max_element(counts.begin(), counts.end());
  chance_ = static_cast<double>(*most) / static_cast<double>(test_count_);
  chance_is_ = "constant class " + std::to_string(most - counts.begin());
}

void ImageSequence::order_pixels() {
  const Index pixels = train_.rows * train_.columns;
  if (permute) {
    position_ =
        Random(static_cast<std::uint64_t>(permutation_seed), "permutation").permutation(pixels);
  } else {
    position_.resize(static_cast<std::size_t>(pixels));
    std::iota(position_.begin(), position_.end(), Index{0});
  }
}

void ImageSequence::require_loaded() const {
  if (position_.empty()) {
    throw Error(ErrorKind::argument, task, "a call of load() before one asks for batches", "none");
  }
}

Batch ImageSequence::make(const data::LabelledImages& from,
                          const std::vector<Index>& images) const {
  const Index time = steps(), batch_size = static_cast<Index>(images.size());
  std::array<double, 256> level{};
  for (std::size_t i = 0; i < level.size(); ++i) {
    level[i] = (static_cast<double>(i) - mean_) / deviation_;
  }

  Batch batch{Tensor(dtype_, {time, batch_size, input_size()}),
              Tensor(DType::int64, {time, batch_size}), std::vector<Index>(images.size(), time),
              Tensor(dtype_, {time, batch_size})};
  for (Index b = 0; b < batch_size; ++b) {
    const Index image = images[static_cast<std::size_t>(b)];
    const auto fill = dtype_ == DType::float64 ? place<double> : place<float>;
    fill(from.image(image), position_, level, batch.x, b);

    const Index last = (time - 1) * batch_size + b;
    batch.target.set(last, from.labels[static_cast<std::size_t>(image)]);
    batch.weight.set(last, 1);
  }
  return batch;
}

Batch ImageSequence::training(std::uint64_t seed, Index step, Index batch_size) const {
  require_loaded();
  check_training(task, step, batch_size);
  if (batch_size > training_count_) {
    throw Error(ErrorKind::config, task,
                "a batch size of at most " + std::to_string(training_count_) +
                    ", the number of training images",
                std::to_string(batch_size));
  }
  const Index batches = training_count_ / batch_size;
  const Index epoch = step / batches;
  const Index begin = step % batches * batch_size;

  std::vector<Index> images;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (order_of_epoch_.epoch != epoch || order_of_epoch_.seed != seed) {
      Random random(seed, "order", static_cast<std::uint64_t>(epoch));
      order_of_epoch_ = {seed, epoch, random.permutation(training_count_)};
    }
    const auto first = order_of_epoch_.images.begin() + begin;
    images.assign(first, first + batch_size);
  }
  return make(train_, images);
}

Index ImageSequence::evaluation_batches(Split split, Index batch_size) const {
  require_loaded();
  return batch_count(task, held_out(split).count, batch_size);
}

Batch ImageSequence::evaluation(Split split, Index number, Index batch_size) const {
  require_loaded();
  const Part all = held_out(split);
  const Part part = batch_part(task, all.count, number, batch_size);
  std::vector<Index> images(static_cast<std::size_t>(part.count));
  std::iota(images.begin(), images.end(), all.begin + part.begin);
  return make(split == Split::validation ? train_ : test_, images);
}

Part ImageSequence::held_out(Split split) const {
  return split == Split::validation ? validation_ : Part{0, test_count_};
}

}  // namespace carousel::tasks
