#pragma once
#include <autograd/adjoints.hpp>
#include <autograd/anomaly.hpp>
#include <autograd/memory/arena.hpp>
#include <autograd/memory/pool.hpp>
#include <autograd/observe.hpp>
#include <autograd/op.hpp>

namespace carousel {

/// One recorded value: a leaf (op == nullptr) or the output of an op.
struct Node {
  const Op* op = nullptr;
  View value;
  View saved;
  Attr attr;
  std::uint32_t first_input = 0;  ///< its inputs are Tape::inputs(node)
  std::uint32_t input_count = 0;
  std::uint32_t root = 0;   ///< the node that owns the elements: itself, or what it is a view of
  std::int32_t param = -1;  ///< position in Tape::params() for a parameter
  std::int32_t step = -1;   ///< time step during which it was recorded, -1 outside of any
  bool requires_grad = false;
};

/// A recording of operations and their values, in order. Going through it backward is reverse-mode
/// differentiation; over T recorded steps of a recurrence that is backpropagation through time.
///
/// A tape is used by one thread. reset() keeps all memory, so that from the second training step of
/// a shape on nothing is allocated.
class Tape {
 public:
  explicit Tape(DType dtype = DType::float32);
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// float32 or float64: the dtype of every floating value on it.
  DType dtype() const { return dtype_; }

  /// A leaf without gradient; copied. int64 and boolean tensors enter as they are, floating ones
  /// must have the tape's dtype.
  Var input(const Tensor& values);
  /// A leaf whose gradient can be asked for; copied.
  Var variable(const Tensor& values);
  /// Zeros; a leaf whose gradient can be asked for if `requires_grad`.
  Var zeros(const Shape& shape, bool requires_grad = false);
  /// A parameter, by reference; the same node at every further use.
  Var use(const Param& param);

  /// Values recorded from now on belong to time step t; -1: to none.
  void set_step(Index t) { step_ = static_cast<std::int32_t>(t); }

  /// Cotangents of all values in `wanted`: (∂loss/∂v)ᵀ·seed for each, zeros where loss does not
  /// depend on it. `loss` has one element unless a seed of its shape is given. The tape stays as it
  /// was and can be differentiated again.
  Adjoints backward(const Var& loss, const std::vector<Var>& wanted);
  Adjoints backward(const Var& loss, const std::vector<Var>& wanted, const Tensor& seed);

  /// Anomaly mode, also after reset(): values and gradients are checked as they are made, and the
  /// first one that is not finite is an Error (non_finite) that says where and why.
  void detect_anomaly(bool on, Infinity infinity = Infinity::refused);
  /// The first computed value, in recording order, that is not finite; or of those that lead to
  /// `result` through values that are not.
  std::optional<NonFinite> first_non_finite(Infinity infinity = Infinity::refused) const;
  std::optional<NonFinite> first_non_finite(const Var& result,
                                            Infinity infinity = Infinity::refused) const;
  /// The first gradient, in backward order, that is not finite.
  std::optional<NonFinite> first_non_finite_gradient(const Var& loss,
                                                     Infinity infinity = Infinity::refused);
  /// What observe() has named so in this recording, in order; an unknown name is an error.
  std::vector<Observed> observed(const std::string& name);
  const Observations& observations() const { return observations_; }

  /// Forgets all values; Vars of before become errors. Keeps the memory.
  void reset();

  const std::vector<Node>& nodes() const { return nodes_; }
  const std::uint32_t* inputs(const Node& node) const { return inputs_.data() + node.first_input; }
  const std::vector<Param>& params() const { return params_; }
  /// "'forget', sigmoid [batch=20, features=64] at time step 3": a node in messages.
  std::string describe(std::uint32_t id) const;
  /// Bytes held for values and for gradients.
  std::size_t bytes() const { return arena_.bytes() + pool_.bytes(); }

 private:
  friend class Var;
  friend class Adjoints;
  friend class NoGrad;
  friend Var observe(const char* name, const Var& x);
  friend Var detail::record(const Op&, const Var* const*, int, const Attr&);

  const Node& node(const Var& v) const { return nodes_[v.id()]; }
  Var var(std::uint32_t id) { return {link_, id}; }
  std::uint32_t bind(const Var& v);  // node id of an operand, putting a Param on the tape
  Var leaf(const View& value, bool requires_grad);
  Var copied(const Tensor& values, bool requires_grad);
  void check_params() const;
  Adjoints differentiate(const Var& loss, const Var* wanted, std::size_t count, const Tensor* seed,
                         detail::GradientWatch* watch);
  std::uint32_t owner(std::uint32_t id) const;
  View adjoint_view(std::uint32_t id);
  View& take_gradient(std::uint32_t id);
  void pull(std::uint32_t id);

  DType dtype_;
  detail::TapeLink link_;  // shared with the Vars, which free it last
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> inputs_;
  std::vector<Param> params_;
  std::vector<std::uint32_t> param_nodes_;
  std::vector<Index> param_versions_;
  Observations observations_;
  detail::AnomalyMode anomaly_;
  std::int32_t step_ = -1;
  bool recording_gradients_ = true;
  memory::Arena arena_;  // values
  memory::Pool pool_;    // gradients

  struct Gradient {
    View view;            // data null: none yet, or it is part of another node's
    bool needed = false;  // a wanted value lies at it or behind it
    bool wanted = false;  // has a buffer of its own, kept for the caller
  };
  std::vector<Gradient> gradients_;
  std::vector<View> operand_views_;
  std::vector<Slot> slots_;
};

/// While it lives, values recorded on the tape carry no gradient (evaluation).
class NoGrad {
 public:
  explicit NoGrad(Tape& tape) : tape_(tape), before_(tape.recording_gradients_) {
    tape_.recording_gradients_ = false;
  }
  ~NoGrad() { tape_.recording_gradients_ = before_; }
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  Tape& tape_;
  bool before_;
};

}  // namespace carousel
