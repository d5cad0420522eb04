#pragma once
#include <autograd/view.hpp>
#include <string>

namespace carousel {

/// Whether an infinity is a mistake, or meant: -inf as a mask before a softmax. NaN never is.
enum class Infinity { refused, allowed };

/// The elements of an array at a glance.
struct Numbers {
  Index count = 0;
  Index zeros = 0;
  Index nans = 0, infinite = 0, minus_infinite = 0;  ///< NaN, +inf, -inf
  double smallest = 0, largest = 0;                  ///< of the finite elements; 0 where none is

  Index non_finite() const { return nans + infinite + minus_infinite; }
  bool all_finite() const { return non_finite() == 0; }
  /// Largest absolute value of a finite element.
  double magnitude() const;
  /// "-3.1 .. 88.9, all finite", or "2 of 20 elements not finite (1 NaN, 1 inf), the others in -3.1
  /// .. 88.9".
  std::string text() const;
  /// The second of these without the words "not finite".
  std::string bad() const { return bad_elements(""); }

 private:
  std::string range() const;
  std::string bad_elements(const char* not_finite) const;
};

Numbers numbers_of(const View& view);

/// Whether no element is NaN, nor infinite where that is refused. One pass over the bits, several
/// times quicker than asking for each element where it is false.
bool is_finite(const View& view, Infinity infinity = Infinity::refused);

/// "1.5e+03": four digits, for messages.
std::string short_text(double number);

}  // namespace carousel
