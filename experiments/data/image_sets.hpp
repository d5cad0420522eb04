#pragma once
#include <experiments/data/idx.hpp>

namespace carousel::data {

/// A data set of images: its training and its test file.
struct ImageSet {
  LabelledImages training, test;
};

/// The names that read_image_set knows; `directory` stands for any four files named like MNIST's.
const std::vector<std::string>& image_sets();

/// Reads {train,t10k}-{images-idx3,labels-idx1}-ubyte, each plain or with .gz, from `directory`, or
/// from the set's own place when that is empty. Errors as read_images; a missing file's error says
/// how to get the set. `where` starts the messages.
ImageSet read_image_set(const std::string& where, const std::string& set,
                        const std::string& directory, Index classes);

}  // namespace carousel::data
