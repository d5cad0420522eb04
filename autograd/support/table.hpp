#pragma once
#include <autograd/support/error.hpp>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace carousel {

namespace detail {
template <class C, class = void> struct About {
  static std::string text() { return {}; }
};
template <class C> struct About<C, std::void_t<decltype(C::about)>> {
  static std::string text() { return C::about; }
};
}  // namespace detail

/// What a component tells of itself, for `carousel describe`: its `static constexpr const char*
/// about`, with equations and their source; empty where it has none.
template <class C> std::string about() {
  const std::string text = detail::About<C>::text();
  const std::size_t begin = text.find_first_not_of('\n');  // of a raw string that starts on a line
  return begin == std::string::npos ? ""
                                    : text.substr(begin, text.find_last_not_of('\n') + 1 - begin);
}

/// Named makers of one kind of thing (cells, tasks, optimisers ...), in order of registration.
/// A value that is passed on, filled by explicit calls: nothing registers itself behind the scenes.
template <class T> class Table {
 public:
  struct Entry {
    std::string name, doc;
    std::function<std::unique_ptr<T>()> make;
    std::string about;
  };

  /// `kind` is the word for messages: "cell", "task".
  explicit Table(std::string kind) : kind_(std::move(kind)) {}

  /// `doc` is one line, `about` any text. Error when the name is taken.
  void add(std::string name, std::string doc, std::function<std::unique_ptr<T>()> make,
           std::string about = {}) {
    for (const auto& entry : entries_) {
      if (entry.name == name) {
        throw Error(ErrorKind::argument, kind_ + " '" + name + "'", "a name that is free",
                    "one that is registered already", "Known: " + join(names()));
      }
    }
    entries_.push_back({std::move(name), std::move(doc), std::move(make), std::move(about)});
  }

  /// Makes the things of a name that is there in another way.
  void replace(const std::string& name, const std::function<std::unique_ptr<T>()>& make) {
    for (auto& entry : entries_) {
      if (entry.name == name) entry.make = make;
    }
  }

  /// A C made by its default constructor, with the `about` that it has.
  template <class C> void add(std::string name, std::string doc) {
    add(
        std::move(name), std::move(doc), [] { return std::make_unique<C>(); },
        carousel::about<C>());
  }

  /// The entry of that name; an unknown name is an error that lists the known ones.
  const Entry& at(const std::string& name, const std::string& where = {}) const& {
    for (const auto& entry : entries_) {
      if (entry.name == name) return entry;
    }
    throw unknown_name(ErrorKind::config, where, kind_, name, names());
  }
  const Entry& at(const std::string&, const std::string& = {}) const&& = delete;  // would dangle
  std::unique_ptr<T> make(const std::string& name) const& { return at(name).make(); }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : entries_) result.push_back(entry.name);
    return result;
  }
  const std::string& kind() const { return kind_; }
  const std::vector<Entry>& entries() const& { return entries_; }
  const std::vector<Entry>& entries() const&& = delete;  // would dangle

 private:
  std::string kind_;
  std::vector<Entry> entries_;
};

}  // namespace carousel
