#pragma once
#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace carousel::testing {

/// Predicate for BOOST_CHECK_EXCEPTION: the error has that kind and its text contains all parts.
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

}  // namespace carousel::testing
