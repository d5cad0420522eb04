#pragma once
#include <cells/declaration.hpp>

/// How parameters start, for declare(): `d.recurrent("U", U).starts(start::identity())`.
namespace carousel::cells::start {

using Initial = std::shared_ptr<const Initializer>;

Initial constant(double value);
/// first, first + step, first + 2 step, ...
Initial counting(double first, double step);
/// ln U(1, longest - 1), for the bias of a gate that keeps the state (Tallec and Ollivier 2018)
Initial chrono(Index longest);
/// U(low, high)
Initial uniform(double low, double high);
/// N(0, deviation²)
Initial normal(double deviation);
/// gain on the diagonal
Initial identity(double gain = 1);
/// gain times a random orthogonal matrix
Initial orthogonal(double gain = 1);
/// U(-a, a), a = gain sqrt(6 / (fan_in + fan_out))
Initial xavier(double gain = 1);

}  // namespace carousel::cells::start
