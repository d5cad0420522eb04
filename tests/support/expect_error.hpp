#pragma once
#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace carousel::testing {

/// Predicate for BOOST_CHECK_EXCEPTION: the error is of that kind and its text contains all parts.
/// Says which part is missing, and from what text.
inline auto says(ErrorKind kind, std::vector<std::string> parts) {
  return [kind, parts = std::move(parts)](const Error& error) {
    const std::string text = error.what();
    bool all = error.kind() == kind;
    for (const auto& part : parts) {
      if (text.find(part) != std::string::npos) continue;
      BOOST_ERROR("'" + part + "' is not in: " + text);
      all = false;
    }
    return all;
  };
}

/// The same for the caller's mistakes, which most are.
inline auto says(std::vector<std::string> parts) {
  return says(ErrorKind::argument, std::move(parts));
}

/// The message of the Error that f throws; "" where it throws none.
template <class F> std::string refusal(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace carousel::testing
