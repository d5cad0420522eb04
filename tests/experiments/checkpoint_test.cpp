#include <boost/test/unit_test.hpp>
#include <experiments/runner/checkpoint.hpp>
#include <experiments/runner/evaluation.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/safetensors.hpp>

#include <tests/support/expect_error.hpp>
#include "run_fixture.hpp"

using namespace carousel;
using test::content;
using test::Scratch;
using test::Setup;
using test::small_adding;

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(safetensors_round_trip) {
  const Scratch scratch;
  Tensor a(DType::float32, {2, 3}), b(DType::int64, {4}), c(DType::boolean, {}),
      d(DType::float64, {0, 2});
  for (Index i = 0; i < a.size(); ++i) a.set(i, 0.1 * static_cast<double>(i) - 0.2);
  b.set(3, -7);
  c.set(0, 1);
  TensorFile::write(scratch / "x.safetensors", {{"a", &a}, {"b", &b}, {"c", &c}, {"d", &d}},
                    {{"key", "value \"quoted\""}});
  const TensorFile file = TensorFile::read(scratch / "x.safetensors");
  BOOST_TEST(identical(file.tensors.at("a"), a));
  BOOST_TEST(identical(file.tensors.at("b"), b));
  BOOST_TEST(identical(file.tensors.at("c"), c));
  BOOST_TEST(identical(file.tensors.at("d"), d));
  BOOST_TEST(file.metadata.at("key") == "value \"quoted\"");
  BOOST_TEST(!std::filesystem::exists(scratch / "x.safetensors.part"));
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_is_refused) {
  const Scratch scratch;
  Tensor a(DType::float32, {8, 8});
  const auto path = scratch / "x.safetensors";
  TensorFile::write(path, {{"a", &a}}, {{"key", "value"}});
  const std::string whole = content(path);
  for (std::size_t size = 0; size < whole.size(); size += 7) {  // cut off anywhere
    write_file(path, whole.substr(0, size));
    BOOST_CHECK_THROW(TensorFile::read(path), Error);
  }
  std::string header = whole;
  header[9] = '#';
  write_file(path, header);
  BOOST_CHECK_THROW(TensorFile::read(path), Error);
  BOOST_CHECK_THROW(TensorFile::read(scratch / "absent"), Error);
}

BOOST_AUTO_TEST_CASE(headers_that_would_overflow_are_refused) {
  const Scratch scratch;
  const auto path = scratch / "x.safetensors";
  const auto refused = [&path](const std::string& shape, const std::string& offsets) {
    const std::string header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    std::string content(8, '\0');
    content[0] = static_cast<char>(header.size());
    write_file(path, content + header + std::string(16, 'x'));
    BOOST_CHECK_EXCEPTION(TensorFile::read(path), Error,
                          testing::says(ErrorKind::data, {"x.safetensors", "'a'"}));
  };
  refused("[4294967296, 4294967296]", "[0, 0]");  // 2^64 elements are 0 in 64 bits
  refused("[4611686018427387904, 4]", "[0, 0]");
  refused("[0, 4611686018427387904, 4]", "[0, 0]");
  refused("[18446744073709551615]", "[0, 4]");
  refused("[-1]", "[0, 4]");
  refused("[1, 1, 1, 1, 1]", "[0, 4]");
  refused("[1]", "[-4, 0]");
  refused("[1]", "[16, 20]");
  refused("[1]", "[4, 0]");
  refused("[1]", "[1.5, 5.5]");
}

BOOST_AUTO_TEST_CASE(a_refused_checkpoint_changes_nothing) {
  const Scratch scratch;
  const Setup setup(small_adding());
  setup.train(scratch / "run");
  TensorFile file = TensorFile::read(scratch / "run/checkpoint.safetensors");
  Model model(setup.registry, setup.config.cells[0], *setup.task, DType::float32);
  model.initialise(99);
  auto optimizer = setup.config.cells[0].optimizer.make(setup.registry.optimizers);
  optimizer->add(model.params());
  std::vector<Tensor> before;
  for (const Param& param : model.params()) before.push_back(param.value());
  const auto refused = [&](const TensorFile& changed) {
    std::vector<TensorFile::Entry> tensors;
    for (const auto& [name, tensor] : changed.tensors) tensors.push_back({name, &tensor});
    TensorFile::write(scratch / "changed.safetensors", tensors, changed.metadata);
    BOOST_CHECK_EXCEPTION(load_checkpoint(scratch / "changed.safetensors", model, *optimizer),
                          Error, testing::says(ErrorKind::data, {"changed.safetensors"}));
    for (std::size_t i = 0; i < before.size(); ++i) {
      BOOST_TEST(identical(model.params()[i].value(), before[i]));
    }
    BOOST_TEST(optimizer->steps() == 0);
  };
  TensorFile changed = file;
  changed.tensors.erase(optimizer->state().back().name);
  refused(changed);
  for (const char* number : {"99999999999999999999", "-1", "", "7x"}) {
    changed = file;
    changed.metadata["optimizer_steps"] = number;
    refused(changed);
  }
}

BOOST_AUTO_TEST_CASE(saved_and_loaded_gives_the_same_output) {
  const Scratch scratch;
  const Setup setup(small_adding());
  setup.train(scratch / "run");
  Model model(setup.registry, setup.config.cells[0], *setup.task, DType::float32);
  model.initialise(99);
  const double before = evaluate(model, tasks::Task::Split::test, 256);
  auto optimizer = setup.config.cells[0].optimizer.make(setup.registry.optimizers);
  optimizer->add(model.params());
  const RunState state = load_checkpoint(scratch / "run/checkpoint.safetensors", model, *optimizer);
  BOOST_TEST(state.step == 12);
  BOOST_TEST(state.label == "lstm");
  BOOST_TEST(optimizer->steps() == 12);
  const double after = evaluate(model, tasks::Task::Split::test, 256);
  BOOST_TEST(after != before);
  // Written again, it is the same file: parameters, the optimiser's memory and counters are all in
  // it.
  save_checkpoint(scratch / "again.safetensors", model, *optimizer, state);
  BOOST_TEST(content(scratch / "again.safetensors") ==
             content(scratch / "run/checkpoint.safetensors"));
  const Setup once_more(small_adding());
  BOOST_TEST(after == once_more.train(scratch / "second").final_metric.value());
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_cell_is_refused) {
  const Scratch scratch;
  const Setup setup(small_adding());
  setup.train(scratch / "run");
  const Setup other("task: {name: adding, length: 12}\ncells: [lstm]\nhidden_size: 9\n");
  Model model(other.registry, other.config.cells[0], *other.task, DType::float32);
  auto optimizer = other.config.cells[0].optimizer.make(other.registry.optimizers);
  optimizer->add(model.params());
  try {
    load_checkpoint(scratch / "run/checkpoint.safetensors", model, *optimizer);
    BOOST_ERROR("no error");
  } catch (const Error& error) {
    const std::string text = error.what();
    BOOST_TEST(text.find("'weight_ih' float32 [36, 2]") != std::string::npos, text);
    BOOST_TEST(text.find("[32, 2]") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
