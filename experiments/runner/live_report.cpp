#include <exception>
#include <experiments/report/report.hpp>
#include <experiments/runner/live_report.hpp>
#include <new>

namespace carousel {

std::string LiveReport::write() {
  std::string fault;
  try {
    report::write_report({directory_});
  } catch (const std::bad_alloc&) {
    fault = "report: not enough memory";
  } catch (const std::exception& error) {  // the runs are worth more than their report
    fault = error.what();
  }
  written_ = Clock::now();
  const bool news = fault_.empty();
  fault_ = fault;
  return news ? fault : "";
}

}  // namespace carousel
