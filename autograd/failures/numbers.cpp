#include <algorithm>
#include <autograd/failures/numbers.hpp>
#include <autograd/support/error.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace carousel {
namespace {

/// Calls f with every element as double.
template <class T, class F> void each_of(const View& view, const F& f) {
  for (Index r = 0; r < view.rows(); ++r) {
    for (Index c = 0; c < view.columns(); ++c) f(static_cast<double>(view.row<T>(r)[c]));
  }
}

template <class F> void each(const View& view, const F& f) {
  switch (view.dtype) {
    case DType::float32:
      return each_of<float>(view, f);
    case DType::float64:
      return each_of<double>(view, f);
    case DType::int64:
      return each_of<std::int64_t>(view, f);
    case DType::boolean:
      return each_of<bool>(view, f);
  }
}

/// Without its sign, a number is not finite when its bits are at least those of infinity, and NaN
/// when they are above: adding what is missing from there to the sign bit shows it in that bit. No
/// branch and no arithmetic of floating numbers, so the compiler makes lanes of it.
template <class T, class Bits>
bool is_finite_of(const View& view, Bits infinity_bits, bool infinity_allowed) {
  constexpr Bits sign = Bits{1} << (8 * sizeof(Bits) - 1);
  const Bits missing = sign - infinity_bits - (infinity_allowed ? 1 : 0);
  const bool whole = view.contiguous();
  const Index rows = whole ? std::min<Index>(view.shape.size(), 1) : view.rows();
  const Index columns = whole ? view.shape.size() : view.columns();
  for (Index r = 0; r < rows; ++r) {
    const T* row = view.row<T>(r);
    Bits seen = 0;
    for (Index c = 0; c < columns; ++c) {
      Bits bits;
      std::memcpy(&bits, row + c, sizeof bits);
      seen |= (bits & ~sign) + missing;
    }
    if ((seen & sign) != 0) return false;
  }
  return true;
}

}  // namespace

std::string short_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

double Numbers::magnitude() const { return std::max(std::abs(smallest), std::abs(largest)); }

std::string Numbers::range() const {
  return smallest == largest ? short_text(smallest)
                             : short_text(smallest) + " .. " + short_text(largest);
}

std::string Numbers::text() const {
  if (count == 0) return "no elements";
  return all_finite() ? range() + ", all finite" : bad_elements(" not finite");
}

std::string Numbers::bad_elements(const char* not_finite) const {
  std::vector<std::string> kinds;
  const auto kind = [&kinds](Index number, const char* name) {
    if (number > 0) kinds.push_back(std::to_string(number) + " " + name);
  };
  kind(nans, "NaN");
  kind(infinite, "inf");
  kind(minus_infinite, "-inf");
  const std::string of = " of " + std::to_string(count) + (count == 1 ? " element" : " elements");
  const std::string text =
      std::to_string(non_finite()) + of + not_finite + " (" + join(kinds) + ")";
  if (non_finite() == count) return text;
  return text + (smallest == largest ? ", the others " : ", the others in ") + range();
}

Numbers numbers_of(const View& view) {
  Numbers n;
  bool any = false;
  each(view, [&n, &any](double x) {
    ++n.count;
    if (std::isnan(x)) {
      ++n.nans;
    } else if (std::isinf(x)) {
      ++(x > 0 ? n.infinite : n.minus_infinite);
    } else {
      if (x == 0) ++n.zeros;
      n.smallest = any ? std::min(n.smallest, x) : x;
      n.largest = any ? std::max(n.largest, x) : x;
      any = true;
    }
  });
  return n;
}

bool is_finite(const View& view, Infinity infinity) {
  const bool allowed = infinity == Infinity::allowed;
  if (view.dtype == DType::float32) {
    return is_finite_of<float, std::uint32_t>(view, 0x7f800000U, allowed);
  }
  if (view.dtype == DType::float64) {
    return is_finite_of<double, std::uint64_t>(view, 0x7ff0000000000000U, allowed);
  }
  return true;
}

}  // namespace carousel
