#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <tests/experiments/image_files.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::ImageSequence;
using testing::grey;
using testing::label;
using testing::pixels;
using testing::says;
using Loaded = testing::LoadedImages;
using Split = tasks::Task::Split;

namespace {

std::vector<Index> range(Index begin, Index end) {
  std::vector<Index> result;
  for (Index i = begin; i < end; ++i) result.push_back(i);
  return result;
}

std::vector<Index> sorted(std::vector<Index> values) {
  std::sort(values.begin(), values.end());
  return values;
}

bool same(const Batch& a, const Batch& b) {
  return identical(a.x, b.x) && identical(a.target, b.target) && identical(a.weight, b.weight) &&
         a.lengths == b.lengths;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(image_sequence_rows_shows_a_row_at_each_step) {
  const Loaded set;
  BOOST_TEST(set.task.input_size() == 4);
  const Batch batch = set.task.evaluation(Split::test, 0, 7);
  BOOST_TEST((batch.x.shape() == Shape{3, 7, 4}));
  BOOST_TEST((batch.lengths == std::vector<Index>(7, 3)));
  for (Index b = 0; b < 7; ++b) {
    for (Index t = 0; t < 3; ++t) {
      for (Index f = 0; f < 4; ++f) {
        const double x = batch.x.at((t * 7 + b) * 4 + f);
        BOOST_TEST(x == (grey(20 + b, t * 4 + f) - set.task.mean()) / set.task.deviation());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(image_sequence_pixels_shows_a_pixel_at_each_step) {
  const Loaded set([](ImageSequence& task) { task.order = "pixels"; }, DType::float32);
  BOOST_TEST(set.task.input_size() == 1);
  const Batch batch = set.task.evaluation(Split::test, 0, 7);
  BOOST_TEST((batch.x.shape() == Shape{12, 7, 1}));
  BOOST_TEST((batch.x.dtype() == DType::float32));
  BOOST_TEST((batch.weight.dtype() == DType::float32));
  for (Index b = 0; b < 7; ++b) {
    for (Index t = 0; t < 12; ++t) {
      BOOST_TEST(std::abs(set.level(batch, t, b) - grey(20 + b, t)) < 1e-4);
    }
  }
}

BOOST_AUTO_TEST_CASE(image_sequence_permutation_is_one_for_all_images_and_both_orders) {
  const auto permuted = [](const std::string& order, Index seed) {
    return [=](ImageSequence& task) {
      task.permute = true;
      task.order = order;
      task.permutation_seed = seed;
    };
  };
  const std::vector<Index> position = Random(5, "permutation").permutation(pixels);
  BOOST_TEST((position != range(0, pixels)));
  for (const char* order : {"rows", "pixels"}) {
    const Loaded set(permuted(order, 5));
    for (const Batch& batch :
         {set.task.evaluation(Split::test, 0, 7), set.task.evaluation(Split::validation, 0, 5)}) {
      const Index first = batch.x.shape()[1] == 7 ? 20 : 15;
      for (Index b = 0; b < batch.x.shape()[1]; ++b) {
        for (Index p = 0; p < pixels; ++p) {
          const Index from = position[static_cast<std::size_t>(p)];
          BOOST_TEST(std::lround(set.level(batch, p, b)) == grey(first + b, from));
        }
      }
    }
  }
  const Loaded five(permuted("rows", 5)), six(permuted("rows", 6));
  BOOST_TEST(
      !same(five.task.evaluation(Split::test, 0, 7), six.task.evaluation(Split::test, 0, 7)));
}

BOOST_AUTO_TEST_CASE(image_sequence_asks_for_the_class_at_the_last_step_only) {
  const Loaded set;
  const Batch batch = set.task.evaluation(Split::test, 0, 7);
  BOOST_TEST((batch.target.dtype() == DType::int64));
  BOOST_TEST((batch.target.shape() == Shape{3, 7}));
  BOOST_TEST((batch.weight.shape() == Shape{3, 7}));
  for (Index b = 0; b < 7; ++b) {
    BOOST_TEST(batch.target.at(2 * 7 + b) == label(20 + b));
    for (Index t = 0; t < 3; ++t) BOOST_TEST(batch.weight.at(t * 7 + b) == (t == 2 ? 1.0 : 0.0));
  }
  BOOST_TEST(set.task.output_size() == 3);
  BOOST_TEST(std::string(set.task.objective().metric()) == "accuracy");
}

BOOST_AUTO_TEST_CASE(image_sequence_standardises_by_the_training_part_alone) {
  const Loaded set;
  double sum = 0, squares = 0;
  for (Index i = 0; i < 15; ++i) {
    for (Index p = 0; p < pixels; ++p) sum += grey(i, p);
  }
  const double mean = sum / (15 * pixels);
  for (Index i = 0; i < 15; ++i) {
    for (Index p = 0; p < pixels; ++p) squares += std::pow(grey(i, p) - mean, 2);
  }
  BOOST_TEST(std::abs(set.task.mean() - mean) < 1e-12);
  BOOST_TEST(std::abs(set.task.deviation() - std::sqrt(squares / (15 * pixels))) < 1e-12);

  const Batch all = set.task.training(1, 0, 15);
  double total = 0, total_squares = 0;
  for (Index i = 0; i < all.x.size(); ++i) {
    total += all.x.at(i);
    total_squares += all.x.at(i) * all.x.at(i);
  }
  BOOST_TEST(std::abs(total / 180) < 1e-12);
  BOOST_TEST(std::abs(total_squares / 180 - 1) < 1e-12);
}

BOOST_AUTO_TEST_CASE(image_sequence_parts_are_disjoint_and_complete) {
  const Loaded set;
  BOOST_TEST(set.task.training_size() == 15);
  BOOST_TEST((sorted(set.epoch(1, 0, 5)) == range(0, 15)));
  BOOST_TEST((set.images(set.task.evaluation(Split::validation, 0, 100)) == range(15, 20)));
  BOOST_TEST((set.images(set.task.evaluation(Split::test, 0, 100)) == range(20, 27)));
}

BOOST_AUTO_TEST_CASE(image_sequence_limits_take_the_first_images) {
  const Loaded set([](ImageSequence& task) {
    task.training_images = 6;
    task.test_images = 2;
  });
  BOOST_TEST((sorted(set.epoch(1, 0, 2)) == range(0, 6)));
  BOOST_TEST((set.images(set.task.evaluation(Split::validation, 0, 9)) == range(15, 20)));
  BOOST_TEST((set.images(set.task.evaluation(Split::test, 0, 9)) == range(20, 22)));
  BOOST_TEST(set.task.mean() < Loaded().task.mean());  // of the six images, the darkest
}

BOOST_AUTO_TEST_CASE(image_sequence_held_out_parts_come_in_batches) {
  const Loaded set;
  BOOST_TEST(set.task.evaluation_batches(Split::test, 3) == 3);
  BOOST_TEST(set.task.evaluation_batches(Split::validation, 5) == 1);
  BOOST_TEST((set.images(set.task.evaluation(Split::test, 1, 3)) == range(23, 26)));
  BOOST_TEST((set.images(set.task.evaluation(Split::test, 2, 3)) == range(26, 27)));
  BOOST_CHECK_EXCEPTION(set.task.evaluation(Split::test, 3, 3), Error,
                        says(ErrorKind::argument, {"evaluation batch in 0..2", "batch 3"}));
}

BOOST_AUTO_TEST_CASE(image_sequence_epoch_shows_each_image_once_in_a_new_order) {
  const Loaded set;
  for (Index number = 0; number < 4; ++number) {
    BOOST_TEST((sorted(set.epoch(1, number, 3)) == range(0, 15)));
  }
  BOOST_TEST((set.epoch(1, 0, 3) != set.epoch(1, 1, 3)));
  BOOST_TEST((set.epoch(1, 0, 3) != set.epoch(2, 0, 3)));
  // The order of an epoch belongs to the seed, not to the batches it is cut into.
  BOOST_TEST((set.epoch(1, 0, 3) == set.epoch(1, 0, 15)));
}

BOOST_AUTO_TEST_CASE(image_sequence_incomplete_last_batch_is_left_out) {
  const Loaded set;
  const auto shown = set.epoch(1, 0, 4);
  BOOST_TEST(shown.size() == 12u);
  BOOST_TEST(std::set<Index>(shown.begin(), shown.end()).size() == 12u);
  auto complete = set.epoch(1, 0, 15);
  complete.resize(12);
  BOOST_TEST((shown == complete));
  BOOST_TEST(set.images(set.task.training(1, 3, 4)).front() == set.epoch(1, 1, 15).front());
}

BOOST_AUTO_TEST_CASE(image_sequence_batches_depend_on_seed_and_step_and_nothing_else) {
  const Loaded set, other;
  const Batch before = set.task.training(1, 2, 5);
  set.task.training(1, 3, 5);  // the next epoch
  set.task.training(2, 2, 5);
  BOOST_TEST(same(before, set.task.training(1, 2, 5)));
  BOOST_TEST(same(before, other.task.training(1, 2, 5)));
  BOOST_TEST(!same(before, set.task.training(1, 1, 5)));
}

BOOST_AUTO_TEST_CASE(image_sequence_labels_stay_with_their_images) {
  const Loaded set;
  const Batch batch = set.task.training(9, 0, 15);
  const auto shown = set.images(batch);
  for (Index b = 0; b < 15; ++b) {
    BOOST_TEST(batch.target.at(2 * 15 + b) == label(shown[static_cast<std::size_t>(b)]));
  }
}

BOOST_AUTO_TEST_CASE(image_sequence_chance_is_the_largest_class_of_the_test_part) {
  const Loaded set;  // images 20..26 have classes 2 0 1 2 0 1 2
  BOOST_TEST(set.task.chance() == 3.0 / 7);
  BOOST_TEST(set.task.chance_is() == "constant class 2");
  const Loaded two([](ImageSequence& task) { task.test_images = 1; });
  BOOST_TEST(two.task.chance() == 1.0);
}

BOOST_AUTO_TEST_CASE(image_sequence_lists_its_settings) {
  ImageSequence task;
  std::vector<std::string> keys;
  for (const auto& row : document(task)) keys.push_back(row.key);
  BOOST_TEST(join(keys) ==
             "dataset, directory, order, permute, permutation_seed, classes, training_images, "
             "validation_images, test_images");
}

/// The real data set, where its package is installed.
bool fashion_mnist_installed(boost::unit_test::test_unit_id) {
  return std::filesystem::exists("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz");
}

BOOST_AUTO_TEST_CASE(image_sequence_fashion_mnist, *boost::unit_test::precondition([](auto id) {
                       return boost::test_tools::assertion_result(fashion_mnist_installed(id));
                     })) {
  ImageSequence task;
  task.load(DType::float32);
  BOOST_TEST(task.training_size() == 55000);
  BOOST_TEST(task.evaluation_batches(Split::validation, 100) == 50);
  BOOST_TEST(task.evaluation_batches(Split::test, 100) == 100);
  BOOST_TEST(task.chance() == 0.1);
  // 0.2860 and 0.3530 of white are the usual constants for all 60000 images.
  BOOST_TEST(std::abs(task.mean() / 255 - 0.2860) < 0.001);
  BOOST_TEST(std::abs(task.deviation() / 255 - 0.3530) < 0.001);
  BOOST_TEST((task.training(1, 0, 20).x.shape() == Shape{28, 20, 28}));
}

BOOST_AUTO_TEST_SUITE_END()
