#include <autograd/ops/gemm.hpp>
#include <autograd/ops/one_thread.hpp>
#include <autograd/ops/packed.hpp>
#ifdef CAROUSEL_HAS_DNNL
#include <autograd/ops/dnnl.hpp>
#endif

namespace carousel::detail {

#ifdef CAROUSEL_HAS_DNNL

namespace {

/// Owns a handle of oneDNN's C interface.
template <class Handle, dnnl_status_t (*destroy)(Handle)> class Owned {
 public:
  Owned() = default;
  ~Owned() {
    if (handle_ != nullptr) destroy(handle_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Handle* operator&() { return &handle_; }     // NOLINT: filled by oneDNN
  operator Handle() const { return handle_; }  // NOLINT: it is one

 private:
  Handle handle_ = nullptr;
};

dnnl_memory_desc_t matrix(Index rows, Index columns, Index down, Index right) {
  const dnnl_dims_t extents{rows, columns}, strides{down, right};
  dnnl_memory_desc_t result;
  check_dnnl(dnnl_memory_desc_init_by_strides(&result, 2, extents, dnnl_f32, strides),
             "describe a matrix");
  return result;
}

}  // namespace

struct PackedProduct::Primitives {
  Owned<dnnl_engine_t, dnnl_engine_destroy> engine;
  Owned<dnnl_stream_t, dnnl_stream_destroy> stream;
  Owned<dnnl_memory_t, dnnl_memory_destroy> x, y, plain, packed;
  Owned<dnnl_primitive_t, dnnl_primitive_destroy> product, packing;
  dnnl_exec_arg_t product_args[3], packing_args[2];

  void pack(const void* W);
  void run(const void* from, void* to);
  explicit Primitives(const Shapes& s) {
    const OneThread one_thread;  // decided as a primitive is made, too
    check_dnnl(dnnl_engine_create(&engine, dnnl_cpu, 0), "make an engine");
    check_dnnl(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "make a stream");
    const dnnl_memory_desc_t of_x = matrix(s.rows, s.k, s.stride_x, 1);
    const dnnl_memory_desc_t of_y = matrix(s.rows, s.n, s.stride_y, 1);
    const dnnl_memory_desc_t of_w =
        s.transposed ? matrix(s.k, s.n, 1, s.k) : matrix(s.k, s.n, s.n, 1);
    const dnnl_dims_t extents{s.k, s.n};
    dnnl_memory_desc_t any;
    check_dnnl(dnnl_memory_desc_init_by_tag(&any, 2, extents, dnnl_f32, dnnl_format_tag_any),
               "describe a packed matrix");
    dnnl_matmul_desc_t operation;
    check_dnnl(dnnl_matmul_desc_init(&operation, &of_x, &any, nullptr, &of_y),
               "describe a product");
    Owned<dnnl_primitive_attr_t, dnnl_primitive_attr_destroy> attributes;
    check_dnnl(dnnl_primitive_attr_create(&attributes), "make attributes");
    if (s.add) {
      Owned<dnnl_post_ops_t, dnnl_post_ops_destroy> sum;
      check_dnnl(dnnl_post_ops_create(&sum), "add to a matrix");
      check_dnnl(dnnl_post_ops_append_sum(sum, 1.0F), "add to a matrix");
      check_dnnl(dnnl_primitive_attr_set_post_ops(attributes, sum), "add to a matrix");
    }
    Owned<dnnl_primitive_desc_t, dnnl_primitive_desc_destroy> chosen, reorder;
    check_dnnl(dnnl_primitive_desc_create(&chosen, &operation, attributes, engine, nullptr),
               "choose a product");
    check_dnnl(dnnl_primitive_create(&product, chosen), "make a product");
    const dnnl_memory_desc_t* of_packed =
        dnnl_primitive_desc_query_md(chosen, dnnl_query_weights_md, 0);
    check_dnnl(
        dnnl_reorder_primitive_desc_create(&reorder, &of_w, engine, of_packed, engine, nullptr),
        "choose a packing");
    check_dnnl(dnnl_primitive_create(&packing, reorder), "make a packing");
    check_dnnl(dnnl_memory_create(&x, &of_x, engine, DNNL_MEMORY_NONE), "make memory");
    check_dnnl(dnnl_memory_create(&y, &of_y, engine, DNNL_MEMORY_NONE), "make memory");
    check_dnnl(dnnl_memory_create(&plain, &of_w, engine, DNNL_MEMORY_NONE), "make memory");
    check_dnnl(dnnl_memory_create(&packed, of_packed, engine, DNNL_MEMORY_ALLOCATE), "make memory");
    product_args[0] = {DNNL_ARG_SRC, x};
    product_args[1] = {DNNL_ARG_WEIGHTS, packed};
    product_args[2] = {DNNL_ARG_DST, y};
    packing_args[0] = {DNNL_ARG_FROM, plain};
    packing_args[1] = {DNNL_ARG_TO, packed};
  }
};

namespace {

// Measured on AVX-512: from here on it takes 0.65 to 0.95 of the time of the best product with
// [k, n], which packs anew each time; OpenBLAS's kernels for small matrices do not pack.
bool is_for_dnnl(DType dtype, const PackedProduct::Shapes& s) {
  constexpr Index operations = 1 << 17;
  return dtype == DType::float32 && s.rows >= 2 && s.n >= 16 && s.k >= 16 &&
         s.rows * s.n * s.k >= operations;
}

}  // namespace

// oneDNN takes no pointers to const; it does not write to these two.
void PackedProduct::Primitives::pack(const void* W) {
  check_dnnl(dnnl_memory_set_data_handle(plain, const_cast<void*>(W)), "take a matrix");
  check_dnnl(dnnl_primitive_execute(packing, stream, 2, packing_args), "pack a matrix");
}

void PackedProduct::Primitives::run(const void* from, void* to) {
  const OneThread one_thread;
  check_dnnl(dnnl_memory_set_data_handle(x, const_cast<void*>(from)), "take a matrix");
  check_dnnl(dnnl_memory_set_data_handle(y, to), "take a matrix");
  check_dnnl(dnnl_primitive_execute(product, stream, 3, product_args), "multiply");
}

#else

struct PackedProduct::Primitives {
  explicit Primitives(const Shapes&) {}
  void pack(const void*) {}
  void run(const void*, void*) {}
};

namespace {
bool is_for_dnnl(DType, const PackedProduct::Shapes&) { return false; }
}  // namespace

#endif

PackedProduct::PackedProduct(DType dtype, const Shapes& s)
    : shapes_(s),
      x_{nullptr, {s.rows, s.k}, s.stride_x, dtype},
      y_{nullptr, {s.rows, s.n}, s.stride_y, dtype},
      W_{nullptr, {s.k, s.n}, s.n, dtype} {
  if (is_for_dnnl(dtype, s)) {
    primitives_ = std::make_unique<Primitives>(s);
  } else if (s.transposed) {
    copy_ = Tensor(dtype, {s.k, s.n});
  }
}

void PackedProduct::pack(const void* W) {
  const OneThread one_thread;
  if (primitives_ != nullptr) {
    primitives_->pack(W);
    return;
  }
  W_.data = const_cast<void*>(W);
  if (!shapes_.transposed) return;
  with_floating(W_.dtype, [&](auto t) {
    using T = decltype(t);
    const T* from = static_cast<const T*>(W);
    T* to = copy_.data<T>();
    for (Index j = 0; j < shapes_.k; ++j) {
      for (Index i = 0; i < shapes_.n; ++i) to[j * shapes_.n + i] = from[i * shapes_.k + j];
    }
  });
  W_.data = copy_.raw();
}

void PackedProduct::run(const void* x, void* y) {
  if (primitives_ != nullptr) {
    primitives_->run(x, y);
    return;
  }
  x_.data = const_cast<void*>(x);
  y_.data = y;
  gemm(false, false, x_, W_, shapes_.add, y_);
}

PackedProduct::~PackedProduct() = default;
PackedProduct::PackedProduct(PackedProduct&&) noexcept = default;
PackedProduct& PackedProduct::operator=(PackedProduct&&) noexcept = default;

}  // namespace carousel::detail
