(() => {
  "use strict";

  // The lines of the charts of a training run: one a cell, from the curves of its runs.

  const {palette, series} = report;

  function line(cell, medianOf, curves) {
    const several = cell.runs.length > 1;
    return {
      keys: [cell.key],
      label: cell.label,
      colour: palette.colour(cell.index),
      dash: palette.dash(cell.index),
      median: medianOf(curves.map(curve => curve.points)),
      seeds: several ? curves : [],
      diverged: curves.filter(curve => curve.diverged).map(curve => curve.points),
    };
  }

  /// One line a cell; medianOf makes one list of points out of those of its runs.
  function linesOf(cells, field, medianOf) {
    return cells.map(cell =>
      line(
        cell,
        medianOf,
        cell.runs.map(run => ({
          seed: run.seed,
          points: run[field],
          diverged: run.state === "diverged",
        })),
      ),
    );
  }

  /// The validations of a cell's seeds. A run that is done, because it has solved the task, say, counts
  /// on with its last value: what it has learned it still knows.
  function carriedOn(cells) {
    const lines = linesOf(cells, "validation", curves => curves);
    cells.forEach((cell, i) => {
      const last = d3.max([].concat(...lines[i].median), point => point.x);
      const steps = [].concat(...lines[i].median).map(point => point.x);
      const curves = cell.runs.map(run => {
        const end = run.validation[run.validation.length - 1];
        if (run.state !== "done" || !end || end.x === last) return run.validation;
        const further = Array.from(new Set(steps.filter(x => x > end.x))).sort(d3.ascending);
        return run.validation.concat(further.map(x => ({x, y: end.y})));
      });
      lines[i].median = series.overSeeds(curves);
    });
    return lines;
  }

  /// Median over the seeds of what each seed has in stretches of steps; the same stretches for all.
  function smoothed(cells, field) {
    const width = series.binWidth(
      [].concat(...cells.map(cell => cell.runs.map(run => run[field]))),
    );
    const words =
      width === 0
        ? "Thick: the median of the seeds. "
        : "Thick: the median of the seeds over " + width + " steps at a time. ";
    const lines = linesOf(cells, field, curves =>
      series.overSeeds(curves.map(curve => series.binned(curve, width))),
    );
    // raw values stay visible behind a line that is smoothed, also those of an only seed
    if (width > 0) {
      cells.forEach((cell, i) => {
        if (cell.runs.length === 1) lines[i].seeds = [{points: cell.runs[0][field]}];
      });
    }
    return {lines, words, raw: width > 0};
  }

  const ys = (cells, field) =>
    []
      .concat(...cells.map(cell => cell.runs))
      .reduce(
        (all, run) => all.concat(run[field].map(point => point.y).filter(Number.isFinite)),
        [],
      );

  /// Logarithmic where values are positive and differ by more than a factor of ten.
  function suitsLog(values) {
    const [low, high] = d3.extent(values);
    return low > 0 && high / low > 10;
  }

  report.learningLines = {carriedOn, smoothed, ys, suitsLog};
})();
