#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/text.hpp>
#include <filesystem>
#include <functional>
#include <tests/support/expect_error.hpp>

// What holds for every task that comes with Carousel and needs no file from elsewhere.

using namespace carousel;
using tasks::Batch;
using tasks::Task;
using testing::says;
using Split = tasks::Task::Split;

namespace {

/// Calls check(task, name) with each task, loaded with its default settings.
void for_each_task(DType dtype, const std::function<void(const Task&, const std::string&)>& check) {
  const auto table = tasks::tasks();
  for (const auto& entry : table.entries()) {
    if (entry.name == "image_sequence" || entry.name == "series") continue;  // read data sets
    if (entry.name == "text" && !std::filesystem::exists(tasks::Text().file)) continue;
    BOOST_TEST_CONTEXT("task " << entry.name) {
      const auto task = entry.make();
      task->load(dtype);
      check(*task, entry.name);
    }
  }
}

bool same(const Batch& a, const Batch& b) {
  return identical(a.x, b.x) && identical(a.target, b.target) && identical(a.weight, b.weight) &&
         a.lengths == b.lengths && a.continues == b.continues;
}

/// Whether place (t, b) of one tensor and (t, c) of another hold the same.
bool same_place(const Tensor& one, const Tensor& other, Index t, Index b, Index c) {
  const Index batch = one.shape()[1], others = other.shape()[1];
  const Index width = one.size() / (one.shape()[0] * batch);
  for (Index i = 0; i < width; ++i) {
    if (one.at((t * batch + b) * width + i) != other.at((t * others + c) * width + i)) return false;
  }
  return true;
}

/// Whether sequence b of one batch is sequence c of another, padding aside.
bool same_sequence(const Batch& one, Index b, const Batch& other, Index c) {
  const Index length = one.lengths[static_cast<std::size_t>(b)];
  if (length != other.lengths[static_cast<std::size_t>(c)]) return false;
  for (Index t = 0; t < length; ++t) {
    if (!same_place(one.x, other.x, t, b, c) || !same_place(one.target, other.target, t, b, c) ||
        !same_place(one.weight, other.weight, t, b, c)) {
      return false;
    }
  }
  return true;
}

/// Sizes, types, and that nothing counts or stands beyond the end of a sequence.
void check_form(const Task& task, const Batch& batch, Index size, DType dtype) {
  const Index time = batch.x.shape()[0];
  BOOST_TEST((batch.x.shape() == Shape{time, size, task.input_size()}));
  BOOST_TEST((batch.weight.shape() == Shape{time, size}));
  BOOST_TEST((batch.target.shape()[0] == time && batch.target.shape()[1] == size));
  BOOST_TEST((batch.x.dtype() == dtype && batch.weight.dtype() == dtype));
  const bool classes = batch.target.dtype() == DType::int64;
  BOOST_TEST((classes ? batch.target.shape().rank() == 2 : batch.target.dtype() == dtype));
  BOOST_REQUIRE(batch.lengths.size() == static_cast<std::size_t>(size));
  for (Index b = 0; b < size; ++b) {
    const Index length = batch.lengths[static_cast<std::size_t>(b)];
    BOOST_REQUIRE((length >= 1 && length <= time));
    for (Index t = 0; t < time; ++t) {
      const Index place = t * size + b;
      if (classes) {
        BOOST_REQUIRE((batch.target.at(place) >= 0 && batch.target.at(place) < task.output_size()));
      }
      if (t < length) continue;
      BOOST_REQUIRE(batch.weight.at(place) == 0);
      for (Index f = 0; f < task.input_size(); ++f) {
        BOOST_REQUIRE(batch.x.at(place * task.input_size() + f) == 0);
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(tasks_have_a_table) {
  const auto table = tasks::tasks();
  BOOST_TEST(join(table.names()) ==
             "adding, multiplication, temporal_order, copy, parity, reber, workout, text, series, "
             "image_sequence");
  for (const auto& entry : table.entries()) {
    BOOST_TEST((entry.make() != nullptr && !entry.doc.empty() && !entry.about.empty()));
  }
}

BOOST_AUTO_TEST_CASE(tasks_give_batches_of_the_form_that_they_promise) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    for_each_task(dtype, [&](const Task& task, const std::string&) {
      check_form(task, task.training(1, 3, 5), 5, dtype);
      for (const Split split : {Split::validation, Split::test}) {
        const Batch batch = task.evaluation(split, 0, 3);
        check_form(task, batch, batch.x.shape()[1], dtype);
        BOOST_TEST(batch.x.shape()[1] <= 3);
        BOOST_TEST(!batch.continues);
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(tasks_give_batches_that_depend_on_seed_and_step_and_nothing_else) {
  for_each_task(DType::float32, [](const Task& task, const std::string& name) {
    const Batch before = task.training(1, 3, 8);
    task.training(2, 9, 5);
    task.evaluation(Split::test, 0, 4);
    const auto again = tasks::tasks().make(name);
    again->load(DType::float32);
    BOOST_TEST(same(before, task.training(1, 3, 8)));
    BOOST_TEST(same(before, again->training(1, 3, 8)));
    BOOST_TEST(!same(before, task.training(1, 4, 8)));
    BOOST_TEST(!same(before, task.training(2, 3, 8)));
  });
}

BOOST_AUTO_TEST_CASE(tasks_hold_out_the_same_sequences_whatever_the_batch_size) {
  for_each_task(DType::float32, [](const Task& task, const std::string&) {
    for (const Split split : {Split::validation, Split::test}) {
      const Batch whole = task.evaluation(split, 0, 100000);
      const Index all = whole.x.shape()[1];
      BOOST_TEST(task.evaluation_batches(split, 100000) == 1);
      BOOST_TEST(task.evaluation_batches(split, 3) == (all + 2) / 3);
      for (Index number = 0; number < std::min<Index>(20, (all + 2) / 3); ++number) {
        const Batch part = task.evaluation(split, number, 3);
        BOOST_TEST(part.x.shape()[1] == std::min<Index>(3, all - 3 * number));
        for (Index b = 0; b < part.x.shape()[1]; ++b) {
          BOOST_TEST(same_sequence(part, b, whole, 3 * number + b));
        }
      }
    }
    BOOST_TEST(!same(task.evaluation(Split::validation, 0, 2), task.evaluation(Split::test, 0, 2)));
  });
}

BOOST_AUTO_TEST_CASE(tasks_refuse_batches_that_do_not_exist) {
  for_each_task(DType::float32, [](const Task& task, const std::string& name) {
    const std::string where = "task " + name;
    BOOST_CHECK_EXCEPTION(task.training(1, 0, 0), Error, says({where, "batch size of at least 1"}));
    BOOST_CHECK_EXCEPTION(task.training(1, -1, 2), Error, says({where, "training step", "got -1"}));
    BOOST_CHECK_EXCEPTION(task.evaluation_batches(Split::test, 0), Error, says({"batch size"}));
    BOOST_CHECK_EXCEPTION(task.evaluation(Split::test, 100000, 4), Error,
                          says({where, "evaluation batch in 0..", "batch 100000"}));
  });
}

BOOST_AUTO_TEST_CASE(tasks_say_what_chance_is) {
  for_each_task(DType::float32, [](const Task& task, const std::string&) {
    BOOST_TEST(std::isfinite(task.chance()));
    BOOST_TEST(!task.chance_is().empty());
    for (const auto& baseline : task.baselines()) {
      BOOST_TEST(std::isfinite(baseline.metric));
      BOOST_TEST((baseline.metric > task.chance()) == task.objective().higher_is_better());
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
