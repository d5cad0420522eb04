#pragma once
#include <autograd/param.hpp>
#include <autograd/support/error.hpp>
#include <autograd/view.hpp>

/// What the library says to a caller who uses a tape in a way that cannot work: the words, in one
/// place, for the places that find out.
namespace carousel {

class Tape;
class Var;

namespace detail {

/// Why a Var is no value any more, or not yet.
enum class Stale {
  empty,      ///< a default-constructed Var
  destroyed,  ///< its tape is gone
  reset,      ///< its recording is gone, the tape is there
  symbolic,   ///< of a step that is recorded as a formula, without numbers
  freed       ///< a part of a recording that has been freed, such as a replayed segment
};
Error stale(Stale why);
/// A parameter where a value on a tape is needed.
Error on_no_tape(const Param& param);

/// An error of one operand, with the op and the operand's number before it.
Error of_operand(const Error& error, const char* op, int operand);
/// A value of another tape than `tape`.
Error two_tapes(const Tape& tape, const Var& other);
/// float32 beside float64. `convert` says how to make them one.
Error other_dtype(const std::string& where, DType tape, DType got, const Shape& shape,
                  const std::string& convert);
/// A parameter whose values are not those that the tape has computed with.
Error changed(const std::string& where, const Param& param);

/// "parameter 'W'", "'forget'", "a part of parameter 'W'"; "" for a value without a name.
std::string label(const Tape& tape, std::uint32_t id);

/// A backward pass from a value that no gradient flows from: says where it ends.
Error no_gradient_from(const Tape& tape, std::uint32_t loss);
/// A gradient asked for of a value that none flows to.
Error no_gradient_to(const Tape& tape, std::uint32_t wanted);
Error needs_seed(const Tape& tape, std::uint32_t loss);
Error wrong_seed(const Tape& tape, std::uint32_t loss, DType dtype, const Shape& shape);
/// A gradient read that was not asked for; `asked` are those that were.
Error not_asked_for(const Tape& tape, std::uint32_t id, const std::vector<std::uint32_t>& asked);

}  // namespace detail
}  // namespace carousel
