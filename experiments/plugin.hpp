#pragma once
#include <experiments/registry.hpp>

/// Cells and tasks in a shared object, which `carousel --plugin ./libmine.so` loads:
///
///     extern "C" carousel::Plugin carousel_plugin() {
///       return carousel::plugin([](carousel::Registry& r) { r.cell<Mine>("mine", "what it is");
///       });
///     }
///
/// It is linked to carousel::carousel, the one engine that program and plugins share, and built for
/// the program's version, with an ABI that fits; both are looked at before anything is added.
namespace carousel {

/// What a shared object hands over. Only pointers, so that it can be read whoever has made it.
struct Plugin {
  const char* version;  ///< of the headers that it was compiled with
  const char* build;    ///< what its compiler made of the ABI, as build_of_headers()
  void (*add)(Registry& registry);
};

/// The version of these headers.
constexpr const char* header_version = "0.1.0";

/// What the layouts and calls of the standard library depend on, in words.
constexpr const char* build_of_headers() {
#if defined(_LIBCPP_VERSION)
#define CAROUSEL_BUILD "libc++"
#elif defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
#define CAROUSEL_BUILD "libstdc++ with the C++11 ABI"
#else
#define CAROUSEL_BUILD "libstdc++ with the old ABI"
#endif
#if defined(_GLIBCXX_DEBUG)
#define CAROUSEL_CONTAINERS ", debug containers"
#else
#define CAROUSEL_CONTAINERS ""
#endif
#if defined(__cpp_exceptions) && defined(__cpp_rtti)
#define CAROUSEL_LANGUAGE ""
#else
#define CAROUSEL_LANGUAGE ", without exceptions or RTTI"
#endif
#if defined(__has_feature)  // clang's way to tell
#if __has_feature(address_sanitizer)
#define CAROUSEL_SANITIZERS ", address sanitizer"
#elif __has_feature(thread_sanitizer)
#define CAROUSEL_SANITIZERS ", thread sanitizer"
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define CAROUSEL_SANITIZERS ", address sanitizer"
#elif defined(__SANITIZE_THREAD__)
#define CAROUSEL_SANITIZERS ", thread sanitizer"
#endif
#if !defined(CAROUSEL_SANITIZERS)
#define CAROUSEL_SANITIZERS ""
#endif
  return CAROUSEL_BUILD CAROUSEL_CONTAINERS CAROUSEL_LANGUAGE CAROUSEL_SANITIZERS;
#undef CAROUSEL_BUILD
#undef CAROUSEL_CONTAINERS
#undef CAROUSEL_LANGUAGE
#undef CAROUSEL_SANITIZERS
}

/// To be called in the plugin itself, since it says what that was compiled with.
inline Plugin plugin(void (*add)(Registry& registry)) {
  return {header_version, build_of_headers(), add};
}

}  // namespace carousel
