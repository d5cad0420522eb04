#include <autograd/support/error.hpp>
#include <experiments/report/report.hpp>
#include <experiments/runner/live_report.hpp>

namespace carousel {

std::string LiveReport::write() {
  written_ = Clock::now();
  std::string fault;
  try {
    report::write_report({directory_});
  } catch (const Error& error) {
    fault = error.what();
  }
  const bool news = fault_.empty();
  fault_ = fault;
  return news ? fault : "";
}

}  // namespace carousel
