#include <boost/test/unit_test.hpp>
#include <tests/cells/conformance.hpp>

int main(int argc, char** argv) {
  const auto add_generated = [] {
    carousel::testing::add_gradient_cases();
    carousel::testing::add_behaviour_cases();
    carousel::testing::add_length_cases();
    carousel::testing::add_checkpoint_cases();
    carousel::testing::add_compiled_cases();
    return true;
  };
  return boost::unit_test::unit_test_main(add_generated, argc, argv);
}
