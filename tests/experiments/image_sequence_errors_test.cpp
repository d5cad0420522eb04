#include <boost/test/unit_test.hpp>
#include <tests/experiments/image_files.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::ImageSequence;
using testing::Bytes;
using testing::columns;
using testing::idx_bytes;
using testing::rows;
using testing::says;
using testing::TemporaryDirectory;
using Loaded = testing::LoadedImages;
using Split = tasks::Task::Split;

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(image_sequence_missing_data_says_how_to_get_it) {
  const TemporaryDirectory empty;
  const auto load = [&](const char* dataset, const std::string& directory) {
    ImageSequence task;
    task.dataset = dataset;
    task.directory = directory;
    task.load(DType::float32);
  };
  BOOST_CHECK_EXCEPTION(load("fashion_mnist", empty.path()), Error,
                        says(ErrorKind::data, {empty.file("train-images-idx3-ubyte"), "neither",
                                               "run.sh", "apt-get install dataset-fashion-mnist"}));
  BOOST_CHECK_EXCEPTION(load("mnist", empty.path()), Error,
                        says(ErrorKind::data, {"./experiments/data/fetch.sh mnist"}));
  BOOST_CHECK_EXCEPTION(load("directory", empty.path()), Error,
                        says(ErrorKind::data, {empty.path(), "MNIST's names"}));
  BOOST_CHECK_EXCEPTION(load("directory", ""), Error,
                        says(ErrorKind::config, {"directory", "a folder", "none"}));
  BOOST_CHECK_EXCEPTION(load("fashion_mnits", ""), Error,
                        says(ErrorKind::config, {"fashion_mnits", "fashion_mnist"}));
}

BOOST_AUTO_TEST_CASE(image_sequence_refuses_more_images_than_there_are) {
  const auto with = [](Index ImageSequence::*setting, Index value) {
    const Loaded set([=](ImageSequence& task) { task.*setting = value; });
  };
  const auto kind = ErrorKind::config;
  BOOST_CHECK_EXCEPTION(with(&ImageSequence::validation_images, 20), Error,
                        says(kind, {"validation_images", "at most 19", "got 20"}));
  BOOST_CHECK_EXCEPTION(with(&ImageSequence::training_images, 16), Error,
                        says(kind, {"training_images", "at most 15", "got 16"}));
  BOOST_CHECK_EXCEPTION(with(&ImageSequence::test_images, 8), Error,
                        says(kind, {"test_images", "at most 7", "got 8"}));
  BOOST_CHECK_EXCEPTION(with(&ImageSequence::validation_images, 0), Error,
                        says(kind, {"validation_images", "at least 1"}));
  const Loaded set;
  BOOST_CHECK_EXCEPTION(set.task.training(1, 0, 16), Error,
                        says(kind, {"batch size of at most 15", "got 16"}));
}

BOOST_AUTO_TEST_CASE(image_sequence_refuses_data_that_cannot_be_right) {
  Loaded set;
  set.task.classes = 2;
  BOOST_CHECK_EXCEPTION(set.task.load(DType::float32), Error,
                        says(ErrorKind::data, {"labels in 0..1", "label 2"}));
  set.task.classes = 3;
  const std::string images = set.folder.file("t10k-images-idx3-ubyte");
  testing::write(images, idx_bytes({7, 2, 6}, Bytes(84, 1)));
  BOOST_CHECK_EXCEPTION(set.task.load(DType::float32), Error,
                        says(ErrorKind::data, {"training images' size, 3 x 4", "2 x 6"}));
  set.write_part("t10k", 20, 7);
  testing::write(set.folder.file("train-images-idx3-ubyte"),
                 idx_bytes({20, rows, columns}, Bytes(240, 9)));
  BOOST_CHECK_EXCEPTION(set.task.load(DType::float32), Error,
                        says(ErrorKind::data, {"pixels differ", "all of them 9"}));
}

BOOST_AUTO_TEST_CASE(image_sequence_has_no_batches_before_load) {
  const ImageSequence task;
  const auto unloaded = says(ErrorKind::argument, {"task image_sequence", "load()"});
  BOOST_CHECK_EXCEPTION(task.training(1, 0, 1), Error, unloaded);
  BOOST_CHECK_EXCEPTION(task.evaluation(Split::test, 0, 1), Error, unloaded);
  BOOST_CHECK_EXCEPTION(task.evaluation_batches(Split::test, 1), Error, unloaded);
}

BOOST_AUTO_TEST_SUITE_END()
