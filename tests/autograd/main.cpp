#include <boost/test/unit_test.hpp>
#include <tests/autograd/op_cases.hpp>

int main(int argc, char** argv) {
  const auto add_generated = [] {
    carousel::testing::add_op_cases();
    carousel::testing::add_mutation_cases();
    return true;
  };
  return boost::unit_test::unit_test_main(add_generated, argc, argv);
}
