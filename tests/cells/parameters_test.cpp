#include <boost/test/unit_test.hpp>
#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/library/gates.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

template <class C> std::unique_ptr<AnyCell> with_bias(const char* bias, const Sizes& sizes) {
  C cell;
  cell.bias = bias;
  auto built = erase(cell);
  built->build(sizes, DType::float32);
  return built;
}

std::vector<std::string> names(const AnyCell& cell) {
  std::vector<std::string> result;
  for (const auto& param : cell.params()) result.push_back(param.name());
  return result;
}

/// The elements of one gate's rows.
std::vector<double> gate_of(const Param& param, std::size_t gate) {
  const auto block = static_cast<std::size_t>(param.shape().size()) / param.gates().size();
  std::vector<double> result;
  for (std::size_t i = gate * block; i < (gate + 1) * block; ++i) {
    result.push_back(param.value().at(static_cast<Index>(i)));
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

// Two inputs, 128 units and a readout of one (129 numbers), as in published tables: "67K", "16K".
BOOST_AUTO_TEST_CASE(parameter_counts) {
  const Sizes sizes{2, 128};
  const Index readout = 129;
  BOOST_TEST(count(with_bias<Lstm>("torch", sizes)->params()) + readout == 67713);
  BOOST_TEST(count(with_bias<Lstm>("single", sizes)->params()) + readout == 67201);
  BOOST_TEST(count(with_bias<Gru>("torch", sizes)->params()) + readout == 50817);
  BOOST_TEST(count(with_bias<Gru>("single", sizes)->params()) + readout == 50433);
  BOOST_TEST(count(with_bias<Vanilla>("torch", sizes)->params()) + readout == 17025);
  BOOST_TEST(count(with_bias<Vanilla>("single", sizes)->params()) + readout == 16897);
  // Images pixel by pixel with ten classes, "68K"; copying ten symbols with nine answers.
  BOOST_TEST(count(with_bias<Lstm>("single", {1, 128})->params()) + 10 * 129 == 67850);
  BOOST_TEST(count(with_bias<Vanilla>("single", {10, 80})->params()) + 9 * 81 == 8009);
  BOOST_TEST(count(with_bias<Lstm>("single", {10, 40})->params()) + 9 * 41 == 8529);
}

BOOST_AUTO_TEST_CASE(parameter_layout) {
  struct Row {
    std::unique_ptr<AnyCell> cell;
    Gates gates;
  };
  std::vector<Row> rows;
  rows.push_back({with_bias<Vanilla>("torch", {3, 5}), {}});
  rows.push_back({with_bias<Gru>("torch", {3, 5}), {"r", "z", "n"}});
  rows.push_back({with_bias<Lstm>("torch", {3, 5}), {"i", "f", "g", "o"}});
  for (const Row& row : rows) {
    const auto& params = row.cell->params();
    BOOST_TEST(names(*row.cell) ==
                   (std::vector<std::string>{"weight_ih", "weight_hh", "bias_ih", "bias_hh"}),
               boost::test_tools::per_element());
    const Index out = 5 * std::max<Index>(1, static_cast<Index>(row.gates.size()));
    const std::vector<Shape> shapes{{out, 3}, {out, 5}, {out}, {out}};
    const std::vector<Role> roles{Role::input, Role::recurrent, Role::bias, Role::bias};
    for (std::size_t i = 0; i < params.size(); ++i) {
      BOOST_TEST((params[i].shape() == shapes[i]));
      BOOST_TEST((params[i].role() == roles[i]));
      BOOST_TEST(params[i].gates() == row.gates, boost::test_tools::per_element());
      BOOST_TEST((params[i].dtype() == DType::float32));
    }
  }
  BOOST_TEST(names(*with_bias<Lstm>("single", {3, 5})) ==
                 (std::vector<std::string>{"weight_ih", "weight_hh", "bias_ih"}),
             boost::test_tools::per_element());
}

// Once, not once in each of the two vectors, which would make it twice the value.
BOOST_AUTO_TEST_CASE(forget_bias_stands_in_bias_ih) {
  Lstm plain, set;
  set.forget_bias = 1.5;
  const auto before = erase(plain), after = erase(set);
  for (const auto* cell : {&before, &after}) {
    (*cell)->build({2, 3}, DType::float64);
    initialise(**cell, {}, 4);
  }
  const std::size_t f = 1;
  for (std::size_t i = 0; i < 4; ++i) {
    const Param &p = before->params()[i], &q = after->params()[i];
    for (std::size_t gate = 0; gate < 4; ++gate) {
      if (gate == f && p.role() == Role::bias) continue;
      BOOST_TEST(gate_of(q, gate) == gate_of(p, gate), boost::test_tools::per_element());
    }
  }
  for (const double b : gate_of(after->params()[2], f)) BOOST_TEST(b == 1.5);
  for (const double b : gate_of(after->params()[3], f)) BOOST_TEST(b == 0);
  for (const double b : gate_of(before->params()[3], f)) BOOST_TEST(b != 0);

  set.bias = "single";
  const auto single = erase(set);
  single->build({2, 3}, DType::float64);
  initialise(*single, {}, 4);
  for (const double b : gate_of(single->params()[2], f)) BOOST_TEST(b == 1.5);
}

BOOST_AUTO_TEST_CASE(fill_gate_refuses_an_unknown_gate) {
  Param bias("bias_ih", DType::float64, {6}, Role::bias, {"r", "z", "n"});
  fill_gate(bias, "n", 2);
  BOOST_TEST(identical(bias.value(), tensor({6}, {0, 0, 0, 0, 2, 2})));
  BOOST_CHECK_EXCEPTION(fill_gate(bias, "f", 1), Error,
                        says({"parameter 'bias_ih'", "gate 'f'", "r, z, n"}));
}

// The words that a config may use; its reader refuses every other one.
BOOST_AUTO_TEST_CASE(settings_list_their_words) {
  const auto allowed = [](auto cell, const std::string& key) {
    for (const SettingDoc& setting : document(cell)) {
      if (setting.key == key) return setting.value + " of " + setting.allowed;
    }
    return "no setting " + key;
  };
  BOOST_TEST(allowed(Vanilla{}, "activation") == "tanh of tanh, relu, linear");
  BOOST_TEST(allowed(Vanilla{}, "bias") == "torch of torch, single");
  BOOST_TEST(allowed(Gru{}, "reset") == "after of after, before");
  BOOST_TEST(allowed(Gru{}, "bias") == "torch of torch, single");
  BOOST_TEST(allowed(Lstm{}, "bias") == "torch of torch, single");
  BOOST_TEST(allowed(Lstm{}, "forget_bias").find("no setting") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(cells_table_refuses_unknown_names) {
  const Table<AnyCell> table = carousel::cells::cells();
  BOOST_CHECK_EXCEPTION(table.make("gruu"), Error,
                        says(ErrorKind::config, {"cell 'gruu'", "Did you mean 'gru'?", "lstm"}));
  for (const auto& entry : table.entries()) {
    BOOST_TEST(table.make(entry.name)->name() == entry.name);
    BOOST_TEST(!entry.doc.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
