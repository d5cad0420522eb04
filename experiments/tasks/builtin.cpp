#include <experiments/tasks/adding.hpp>
#include <experiments/tasks/copy.hpp>
#include <experiments/tasks/image_sequence.hpp>
#include <experiments/tasks/series.hpp>
#include <experiments/tasks/text.hpp>
#include <experiments/tasks/workout.hpp>

namespace carousel::tasks {

Table<Task> tasks() {
  Table<Task> table("task");
  table.add<Adding>("adding", "the sum of two marked numbers of a long sequence");
  table.add<ImageSequence>("image_sequence",
                           "the class of an image that is read row by row or pixel by pixel");
  table.add<Copy>("copy", "symbols that are to be repeated after a delay");
  table.add<Workout>("workout", "what a weekly plan says for today, told from the days before");
  table.add<Text>("text", "the next character of a text");
  table.add<Series>("series", "forecasts of the columns of a CSV file");
  return table;
}

}  // namespace carousel::tasks
