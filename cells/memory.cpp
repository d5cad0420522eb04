#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/memory.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace carousel::cells {
namespace {

constexpr struct {
  const char* name;
  double bytes;
} units[] = {{"KiB", 1024.0}, {"MiB", 1024.0 * 1024}, {"GiB", 1024.0 * 1024 * 1024}};

[[noreturn]] void fail_to_parse(const std::string& text) {
  throw Error(ErrorKind::argument, "memory", "full, sqrt or a size such as 256MiB, 1.5GiB, 64KiB",
              "'" + text + "'");
}

}  // namespace

Memory Memory::every(Index steps) {
  if (steps < 1) {
    throw Error(ErrorKind::argument, "memory", "segments of at least one step",
                std::to_string(steps));
  }
  return {Kind::every, static_cast<std::size_t>(steps)};
}

Memory Memory::parse(const std::string& text) {
  if (text == "full") return {};
  if (text == "sqrt") return sqrt();
  // Digits and one point only: strtod alone would also take hexadecimal numbers, "inf" and signs.
  const std::size_t end = text.find_first_not_of("0123456789.");
  if (end == 0 || end == std::string::npos) fail_to_parse(text);
  const std::string number = text.substr(0, end), unit = text.substr(end);
  if (number == "." || std::count(number.begin(), number.end(), '.') > 1) fail_to_parse(text);
  for (const auto& [name, bytes] : units) {
    if (unit != name) continue;
    const double amount = std::floor(std::strtod(number.c_str(), nullptr) * bytes);
    if (amount < 1 || amount > 9e15) fail_to_parse(text);
    return budget(static_cast<std::size_t>(amount));
  }
  fail_to_parse(text);
}

std::string Memory::text() const {
  switch (kind_) {
    case Kind::full:
      return "full";
    case Kind::sqrt:
      return "sqrt";
    case Kind::every:
      return "every " + std::to_string(amount_) + " steps";
    case Kind::budget:
      break;
  }
  // The largest unit in which the number is exact, so that parse() gives the same back.
  // The largest unit and the fewest digits that parse() makes the same of.
  const auto amount = static_cast<double>(amount_);
  for (int i = 2; i >= 0; --i) {
    const int most_digits = i == 0 ? 10 : amount >= units[i].bytes ? 4 : -1;
    for (int digits = 0; digits <= most_digits; ++digits) {
      char number[40];
      std::snprintf(number, sizeof number, "%.*f", digits, amount / units[i].bytes);
      if (std::floor(std::strtod(number, nullptr) * units[i].bytes) == amount) {
        return std::string(number) + units[i].name;
      }
    }
  }
  return std::to_string(amount_) + " bytes";  // more than parse() takes
}

Index chunk_steps(Index batch) {
  constexpr Index rows = 64;
  return std::max<Index>(1, rows / std::max<Index>(1, batch));
}

Index Memory::segment_steps(Index time, Index batch) const {
  switch (kind_) {
    case Kind::every:
      return std::min(time, static_cast<Index>(amount_));
    case Kind::sqrt: {
      const Index chunk = chunk_steps(batch);
      const auto root = static_cast<Index>(std::ceil(std::sqrt(static_cast<double>(time))));
      return std::min(time, (root + chunk - 1) / chunk * chunk);
    }
    case Kind::full:
    case Kind::budget:
      break;
  }
  return time;
}

std::string size_text(std::size_t bytes) {
  int i = 0;
  while (i < 2 && static_cast<double>(bytes) >= 999.5 * units[i].bytes) ++i;
  const double amount = static_cast<double>(bytes) / units[i].bytes;
  char text[40];
  std::snprintf(text, sizeof text, amount < 999.5 ? "%.3g %s" : "%.0f %s", amount, units[i].name);
  return text;
}

std::string size_text_above(std::size_t bytes) {
  int i = 0;
  while (i < 2 && static_cast<double>(bytes) >= 990 * units[i].bytes) ++i;
  const double amount = static_cast<double>(bytes) / units[i].bytes;
  const double step = amount < 10 ? 0.01 : amount < 100 ? 0.1 : 1;
  char text[40];
  std::snprintf(text, sizeof text, "%.*f%s",
                amount < 10    ? 2
                : amount < 100 ? 1
                               : 0,
                std::ceil(amount / step) * step, units[i].name);
  return text;
}

}  // namespace carousel::cells
