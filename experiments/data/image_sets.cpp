#include <autograd/support/error.hpp>
#include <experiments/data/image_sets.hpp>
#include <experiments/data/places.hpp>
#include <filesystem>

namespace carousel::data {
namespace {

/// Where a set is found when no directory is given, and how one gets it.
struct Source {
  std::string directory, fix;
};

Source source_of(const std::string& set) {
  if (set == "fashion_mnist") {
    return {"/usr/share/datasets/fashion-mnist",
            "Run `./experiments/run.sh`, which installs it, or `apt-get install "
            "dataset-fashion-mnist`; or set `directory` to where its files are."};
  }
  if (set == "mnist") {
    return {fetched("experiments/data/mnist"),
            "Run `./experiments/data/fetch.sh mnist`; or set `directory` to where its files are."};
  }
  return {"", "Put the four files there under MNIST's names, plain or with .gz."};
}

/// The file or its compressed form, whichever is there.
std::string find(const std::string& where, const std::string& directory, const std::string& name,
                 const std::string& fix) {
  const std::string plain = (std::filesystem::path(directory) / name).string();
  std::error_code ignored;
  for (const std::string& path : {plain, plain + ".gz"}) {
    if (std::filesystem::exists(path, ignored)) return path;
  }
  throw Error(ErrorKind::data, where, "the file " + plain + " or " + plain + ".gz", "neither", fix);
}

}  // namespace

const std::vector<std::string>& image_sets() {
  static const std::vector<std::string> names{"fashion_mnist", "mnist", "directory"};
  return names;
}

ImageSet read_image_set(const std::string& where, const std::string& set,
                        const std::string& directory, Index classes) {
  const Source source = source_of(set);
  const std::string folder = directory.empty() ? source.directory : directory;
  if (folder.empty()) {
    throw Error(ErrorKind::config, where + ", directory", "a folder, since dataset is 'directory'",
                "none", source.fix);
  }
  const auto read = [&](const std::string& part) {
    const std::string images = find(where, folder, part + "-images-idx3-ubyte", source.fix);
    const std::string labels = find(where, folder, part + "-labels-idx1-ubyte", source.fix);
    return read_images(images, labels, classes);
  };
  ImageSet result{read("train"), read("t10k")};
  const LabelledImages &a = result.training, &b = result.test;
  if (a.rows != b.rows || a.columns != b.columns) {
    const auto size = [](const LabelledImages& images) {
      return std::to_string(images.rows) + " x " + std::to_string(images.columns);
    };
    throw Error(ErrorKind::data, folder, "test images of the training images' size, " + size(a),
                size(b));
  }
  return result;
}

}  // namespace carousel::data
