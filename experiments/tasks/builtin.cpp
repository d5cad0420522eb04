#include <experiments/tasks/adding.hpp>
#include <experiments/tasks/image_sequence.hpp>

namespace carousel::tasks {

Table<Task> tasks() {
  Table<Task> table("task");
  table.add("adding", "the sum of two marked numbers of a long sequence",
            [] { return std::make_unique<Adding>(); });
  table.add("image_sequence", "the class of an image that is read row by row or pixel by pixel",
            [] { return std::make_unique<ImageSequence>(); });
  return table;
}

}  // namespace carousel::tasks
