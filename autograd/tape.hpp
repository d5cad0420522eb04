#pragma once
#include <autograd/adjoints.hpp>
#include <autograd/anomaly.hpp>
#include <autograd/backward.hpp>
#include <autograd/memory/arena.hpp>
#include <autograd/memory/pool.hpp>
#include <autograd/node.hpp>
#include <autograd/observe.hpp>
#include <map>
#include <typeindex>

namespace carousel {

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
  Adjoints backward(const Var& loss, const std::vector<Var>& wanted,
                    const BackwardOptions& options = {});
  Adjoints backward(const Var& loss, const std::vector<Var>& wanted, const Tensor& seed,
                    const BackwardOptions& options = {});
  /// Of several values at once: the sum over `from` of (∂value/∂v)ᵀ·cotangent.
  Adjoints backward(const std::vector<Cotangent>& from, const std::vector<Var>& wanted,
                    const BackwardOptions& options = {});

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
  /// A node's value as a Var.
  Var value_of(std::uint32_t id) { return {link_, id}; }
  const std::uint32_t* inputs(const Node& node) const { return inputs_.data() + node.first_input; }
  const std::vector<Param>& params() const { return params_; }
  /// "'forget', sigmoid [batch=20, features=64] at time step 3": a node in messages.
  std::string describe(std::uint32_t id) const;
  /// Bytes held for values and for gradients, those of nested tapes included.
  std::size_t bytes() const;
  /// The most that was in use at one time since the tape was made: of these, and for nodes.
  std::size_t peak_bytes() const;

 private:
  friend class Var;
  friend class Adjoints;
  friend class NoGrad;
  friend class Nested;
  friend class detail::BackwardPass;
  friend class detail::GraphPass;
  friend Var observe(const char* name, const Var& x);
  friend Var detail::record(const Op&, const Var* const*, int, const Attr&);

  const Node& node(const Var& v) const { return nodes_[v.id()]; }
  Tape& innermost() {  // the nested tape that records at present, or this one
    return recording_inside_ == nullptr ? *this : recording_inside_->innermost();
  }
  std::uint32_t bind(const Var& v);            // node id of an operand, putting a Param on the tape
  std::uint32_t capture(std::uint32_t outer);  // the leaf that a node of the outer tape is here
  Var leaf(const View& value, bool requires_grad);
  Var copied(const Tensor& values, bool requires_grad);
  void hold(const Param& param, std::uint32_t id);
  void check_params() const;
  void check_start(const Var& value) const;    // that a pass can begin there
  std::uint32_t differentiable(const Var& v);  // bind(), and that a gradient can flow to it
  Adjoints differentiate(const std::vector<detail::Start>& starts, const std::vector<Var>& wanted,
                         const BackwardOptions& options, detail::GradientWatch* watch = nullptr);
  std::size_t bytes_in_use() const;
  void* place_for(std::size_t bytes);  // a value's memory
  void note_peak() const;

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
  bool symbolic_ = false;  // ops are recorded and not computed: see Nested::Recording
  memory::Arena arena_;    // values
  memory::Pool pool_;      // gradients
  std::vector<View> operand_views_;
  std::string asked_for_;  // the value that a symbolic recording was asked for
  View placeholder_;       // where all symbolic values are, and nothing is
  std::unique_ptr<detail::PassMemory> pass_memory_;
  mutable std::size_t peak_ = 0;

  // Recordings inside of this one, see nested.hpp.
  Tape* outer_ = nullptr;
  Tape* recording_inside_ = nullptr;     // the nested tape that values go to at present
  std::vector<std::uint32_t> captures_;  // its leaves that are nodes of the outer tape
  std::vector<std::unique_ptr<Tape>> nested_;
  std::size_t nested_used_ = 0;
  std::vector<std::unique_ptr<Composite>> composites_;
  std::map<std::type_index, std::shared_ptr<void>> beside_;  // what composites keep, by its type
};

}  // namespace carousel
