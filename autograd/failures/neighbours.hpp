#pragma once
#include <autograd/failures/numbers.hpp>
#include <string>
#include <vector>

/// What stands around a node of a recording, for messages: followed only once something is wrong,
/// in time that grows with the length of the tape.
namespace carousel {

class Tape;

namespace detail {

/// "'forget' at time step 3 (which it goes into); parameter 'W' (which it is made of)": the nearest
/// named values that it goes into, and the nearest names that it is made of. `bad`: goes on only
/// through values that are not finite, so that of four gates in one product the one concerned is
/// named.
std::string belongs_to(const Tape& tape, std::uint32_t id, bool bad);

/// The values that are not finite and lead to `id` through values that are not, itself included, in
/// recording order; empty when it is finite.
std::vector<std::uint32_t> bad_ancestors(const Tape& tape, std::uint32_t id, Infinity infinity);

/// The nodes that use `id` and lead to `loss`: in a backward pass its cotangent came from them.
/// Last first.
std::vector<std::uint32_t> users_of(const Tape& tape, std::uint32_t id, std::uint32_t loss);

/// "gate 'f' of parameter 'weight_ih'": which blocks of a value [..., out], or of the parameter
/// itself, have elements that are not finite; "" where all or none have, or there are no gates.
std::string gates_of(const Tape& tape, std::uint32_t id, const View& numbers);

}  // namespace detail
}  // namespace carousel
