#pragma once
#include <algorithm>
#include <autograd/dtype.hpp>
#include <autograd/support/settings.hpp>
#include <cells/stack/modifiers.hpp>
#include <cells/truncation.hpp>
#include <experiments/runner/catalogue.hpp>
#include <experiments/runner/regularizer.hpp>
#include <experiments/runner/spec.hpp>
#include <functional>
#include <map>
#include <optim/clip.hpp>
#include <optional>
#include <string>
#include <vector>

namespace carousel {

/// Initialisers by the role of the parameter: "input", "recurrent", "bias". A role that is missing
/// leaves the cell's own choice.
using InitSpec = std::map<std::string, Spec>;

/// One competitor: a cell with everything that it is trained with.
struct CellEntry {
  std::string label;  ///< unique; names its results. The cell's name unless it is given
  Spec cell;
  Index hidden_size = 64;
  Spec optimizer;
  InitSpec init;
  optim::Clip clip;
  cells::Modifiers modifiers;
  Regularizer regularizer;

  /// Lists label and hidden_size.
  void settings(Settings& s);
};

/// How long to train and when to look.
struct Train {
  Index steps = 1000;
  Index batch_size = 32;
  Index evaluate_every = 100;         ///< training steps between two validations
  Index log_every = 10;               ///< training steps between two lines of metrics
  Index evaluation_batch_size = 256;  ///< sequences of an evaluation that are computed together
  std::string memory = "full";  ///< what a step keeps of the recurrence, as cells::Memory reads it
  bool compile = true;          ///< plan a cell's step once where that can be done
  /// Truncated backpropagation: every `bptt_stride` steps a pass over the last `bptt_window`; 0:
  /// one pass over all, or as long as the window.
  Index bptt_window = 0, bptt_stride = 0;
  bool stop_when_solved = false;
  Index patience = 0;           ///< validations without a better one that end a run; 0: none do
  std::string select = "best";  ///< parameters that the test part is measured with: best or last
  /// The validation metric that counts as solved when it is better than this, in the metric's own
  /// direction (below for mse, above for accuracy).
  std::optional<double> solved_at;
  bool detect_anomaly = false;  ///< look at every number, not only at the loss and the gradients

  void settings(Settings& s);
  /// k1 and k2 of truncated backpropagation; none where it is not truncated.
  std::optional<cells::Truncation> truncation() const;
};

/// What is measured besides the metrics.
struct Probes {
  std::vector<Index> gradient_flow;  ///< training steps at which dL/ds_t is recorded for all t
  Index gradient_flow_every = 0;     ///< and every so many steps, from 0 on; 0: at none besides

  void settings(Settings& s);
  bool any() const { return gradient_flow_every > 0 || !gradient_flow.empty(); }
  /// Whether dL/ds_t is recorded at that step.
  bool flow_at(Index step) const;
};

/// One experiment, fully resolved: nothing in it is left to be looked up or to fail.
struct Config {
  std::string name;      ///< the file's name without ending
  std::string question;  ///< what the experiment asks, for the report; may be empty
  /// A cell and a size, "lstm-64", whose number of parameters every cell is given; or empty.
  std::string match_parameters;
  std::string matched;  ///< the same once the sizes have been found
  Spec task;
  std::vector<CellEntry> cells;
  Index hidden_size = 64;  ///< what entries of cells take that give none of their own; so are ...
  Spec optimizer;          ///< ... the optimiser ...
  InitSpec init;           ///< ... the initialisers ...
  optim::Clip clip;        ///< ... clipping ...
  cells::Modifiers modifiers;  ///< ... modifiers ...
  Regularizer regularizer;     ///< ... and regularisers
  Spec schedule;
  Train train;
  std::vector<Index> seeds{1};  ///< one run of each cell for each
  Probes probes;
  DType dtype = DType::float32;
  Index parallel = 0;  ///< runs at the same time; 0: as many as the machine has cores
  Index threads = 1;   ///< of each run; at most train.batch_size, or any number for one sequence
  std::string out;     ///< directory of the results; empty: chosen by the program
  std::vector<std::string> plugins;  ///< shared objects, by absolute paths

  /// Lists the values of the top level: question, hidden_size, seeds, dtype, parallel, threads,
  /// out.
  void settings(Settings& s);
  /// Into how many ranges of sequences a batch is split, one for each thread.
  Index parts() const { return std::min(threads, train.batch_size); }
};

/// The optimizer is adam and the schedule constant unless the file names another. A cell's own
/// `optimizer` with a name stands for itself; one without a name changes settings of the
/// experiment's (`{lr: 0.1}`). A cell's `init` changes the roles that it names, its `clip` the
/// thresholds, its `modifiers` those that it names.
///
/// Reads an experiment from a file, with the arguments of --set applied first. Everything is
/// checked, and the settings of every component applied once to a fresh object. Error (config) with
/// the place and what to do; Error (io) where the file cannot be read.
///
/// `known` is asked once for what can be named, with the plugins that the file wants, as absolute
/// paths; one without a root begins in the file's folder.
using CatalogueOf = std::function<Catalogue(const std::vector<std::string>& plugins)>;
Config read_config(const std::string& path, const std::vector<std::string>& sets,
                   const CatalogueOf& known);

/// The same from a text; `path` names it in messages.
Config parse_config(const std::string& text, const std::string& path,
                    const std::vector<std::string>& sets, const CatalogueOf& known);
/// With nothing but what is known already.
Config parse_config(const std::string& text, const std::string& path,
                    const std::vector<std::string>& sets, const Catalogue& known);

/// The complete configuration as YAML, defaults included; read_config makes the same of it. Entries
/// of cells hold what differs from the top level.
std::string resolved_yaml(const Config& config);

/// The parts of a configuration that are no components, for `carousel list experiment`.
Components experiment_sections();

}  // namespace carousel
