#include <experiments/tasks/adding.hpp>
#include <experiments/tasks/copy.hpp>
#include <experiments/tasks/image_sequence.hpp>
#include <experiments/tasks/multiplication.hpp>
#include <experiments/tasks/parity.hpp>
#include <experiments/tasks/reber.hpp>
#include <experiments/tasks/series.hpp>
#include <experiments/tasks/temporal_order.hpp>
#include <experiments/tasks/text.hpp>
#include <experiments/tasks/workout.hpp>

namespace carousel::tasks {

Table<Task> tasks() {
  Table<Task> table("task");
  table.add<Adding>("adding", "the sum of two marked numbers of a long sequence");
  table.add<Multiplication>("multiplication", "the product of two marked numbers");
  table.add<TemporalOrder>("temporal_order", "which symbols came in a long sequence, in order");
  table.add<Copy>("copy", "symbols that are to be repeated after a delay");
  table.add<Parity>("parity", "whether the number of ones is odd");
  table.add<Reber>("reber", "the next symbol in strings of the embedded Reber grammar");
  table.add<Workout>("workout", "what a weekly plan says for today, told from the days before");
  table.add<Text>("text", "the next character of a text");
  table.add<Series>("series", "forecasts of the columns of a CSV file");
  table.add<ImageSequence>("image_sequence",
                           "the class of an image that is read row by row or pixel by pixel");
  return table;
}

}  // namespace carousel::tasks
