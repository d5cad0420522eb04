#pragma once
#include <dnnl.hpp>
#include <vector>

namespace carousel::bench {

/// C [m, n] = A [m, k] B [k, n], or added to C, by oneDNN's matmul: B in the layout that it
/// chooses, packed ahead of many products. A and C may be parts of wider rows.
class PackedProduct {
 public:
  using Size = std::int64_t;

  PackedProduct(Size m, Size k, Size n, Size stride_a, Size stride_c, bool add) {
    using namespace dnnl;
    const auto f32 = memory::data_type::f32;
    const memory::desc a({m, k}, f32, memory::dims{stride_a, 1});
    const memory::desc b({k, n}, f32, memory::format_tag::any);
    const memory::desc c({m, n}, f32, memory::dims{stride_c, 1});
    primitive_attr attributes;
    attributes.set_scratchpad_mode(scratchpad_mode::user);  // the default is for one thread
    if (add) {
      post_ops to_what_is_there;
      to_what_is_there.append_sum(1);
      attributes.set_post_ops(to_what_is_there);
    }
    const matmul::primitive_desc desc(matmul::desc(a, b, c), attributes, processor_);
    product_ = matmul(desc);
    a_ = memory(a, processor_, nullptr);
    c_ = memory(c, processor_, nullptr);
    packed_ = memory(desc.weights_desc(), processor_);
    arguments_ = {{DNNL_ARG_SRC, a_},
                  {DNNL_ARG_WEIGHTS, packed_},
                  {DNNL_ARG_DST, c_},
                  {DNNL_ARG_SCRATCHPAD, memory(desc.scratchpad_desc(), processor_)}};
  }

  /// Takes B from rows [k, n], or [n, k] of its transpose.
  void pack(float* b, bool transposed) {
    using namespace dnnl;
    const memory::dims shape = packed_.get_desc().dims();
    const memory::dims strides{transposed ? 1 : shape[1], transposed ? shape[0] : 1};
    const memory from(memory::desc(shape, memory::data_type::f32, strides), processor_, b);
    reorder(from, packed_).execute(stream_, const_cast<memory&>(from), packed_);
  }

  void operator()(float* a, float* c) {
    a_.set_data_handle(a);
    c_.set_data_handle(c);
    product_.execute(stream_, arguments_);
  }

 private:
  dnnl::engine processor_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{processor_};
  dnnl::matmul product_;
  dnnl::memory a_, c_, packed_;
  std::unordered_map<int, dnnl::memory> arguments_;  // share the handles of a_ and c_
};

/// C [m, n] (+)= Aᵀ B over the rows of A [rows, m] and B [rows, n].
inline void transposed_product(std::int64_t m, std::int64_t n, std::int64_t rows, const float* a,
                               std::int64_t stride_a, const float* b, std::int64_t stride_b,
                               bool add, float* c, std::int64_t stride_c) {
  dnnl::sgemm('T', 'N', m, n, rows, 1, a, stride_a, b, stride_b, add ? 1.0F : 0.0F, c, stride_c);
}

}  // namespace carousel::bench
