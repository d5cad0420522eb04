#include <experiments/tasks/adding.hpp>
#include <experiments/tasks/image_sequence.hpp>

namespace carousel::tasks {

Table<Task> tasks() {
  Table<Task> table("task");
  table.add<Adding>("adding", "the sum of two marked numbers of a long sequence");
  table.add<ImageSequence>("image_sequence",
                           "the class of an image that is read row by row or pixel by pixel");
  return table;
}

}  // namespace carousel::tasks
