#pragma once
#include <autograd/failures/numbers.hpp>
#include <string>

namespace carousel {

class Tape;

/// What a number that is not finite most often comes from, and what helps; "" where nothing typical
/// is known.
namespace detail {

/// For the value of a node, or a leaf.
std::string cure_for_value(const Tape& tape, std::uint32_t id);
/// For a gradient that the pullback of node `id` made of the cotangent dy.
std::string cure_for_gradient(const Tape& tape, std::uint32_t id, const Numbers& gradient,
                              const Numbers& dy);
/// For parameters that are not finite.
extern const char* const cure_for_parameters;

}  // namespace detail
}  // namespace carousel
