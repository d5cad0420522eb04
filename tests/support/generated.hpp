#pragma once
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>

namespace carousel::testing {

/// The test suite of that name, made when there is none yet: generated cases stand beside those
/// that BOOST_AUTO_TEST_CASE has put there.
inline boost::unit_test::test_suite& suite(const std::string& name) {
  namespace ut = boost::unit_test;
  ut::test_suite& master = ut::framework::master_test_suite();
  const ut::test_unit_id id = master.get(name);
  if (id != ut::INV_TEST_UNIT_ID) return ut::framework::get<ut::test_suite>(id);
  ut::test_suite* made = BOOST_TEST_SUITE(name);
  master.add(made);
  return *made;
}

/// Adds a case that runs `body` to a suite, under a name of its own.
inline void add_case(const std::string& suite_name, const std::string& name,
                     const std::function<void()>& body, const char* file, std::size_t line) {
  suite(suite_name).add(boost::unit_test::make_test_case(body, name, file, line));
}

}  // namespace carousel::testing
