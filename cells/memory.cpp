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
  for (int i = 2; i >= 0; --i) {
    char number[40];
    std::snprintf(number, sizeof number, "%.12g", static_cast<double>(amount_) / units[i].bytes);
    std::string text = std::string(number) + units[i].name;
    if (text.find('e') == std::string::npos && static_cast<double>(amount_) >= units[i].bytes &&
        parse(text).bytes() == amount_) {
      return text;
    }
  }
  char number[40];  // a fraction of a KiB: enough digits for every byte
  std::snprintf(number, sizeof number, "%.10f", static_cast<double>(amount_) / units[0].bytes);
  return std::string(number) + units[0].name;
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
  const auto amount = static_cast<double>(bytes);
  int i = 0;
  while (i < 2 && amount >= 1000 * units[i].bytes) ++i;
  char text[40];
  std::snprintf(text, sizeof text, "%.3g %s", amount / units[i].bytes, units[i].name);
  return text;
}

}  // namespace carousel::cells
