#include <experiments/tasks/adding.hpp>
#include <experiments/tasks/image_sequence.hpp>
#include <experiments/tasks/parity.hpp>
#include <experiments/tasks/reber.hpp>
#include <experiments/tasks/temporal_order.hpp>

namespace carousel::tasks {

Table<Task> tasks() {
  Table<Task> table("task");
  table.add<Adding>("adding", "the sum of two marked numbers of a long sequence");
  table.add<ImageSequence>("image_sequence",
                           "the class of an image that is read row by row or pixel by pixel");
  table.add<TemporalOrder>("temporal_order", "the order of two or three symbols among distractors");
  table.add<Parity>("parity", "whether the number of ones in a sequence of bits is odd");
  table.add<Reber>("reber", "what may come next in a string of the embedded Reber grammar");
  return table;
}

}  // namespace carousel::tasks
