(() => {
  "use strict";

  // From the curves of the seeds to the one line that is drawn thick.

  function median(values) {
    const sorted = values.slice().sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /// Median of the seeds at each x, with the range. Where less than half of the seeds have a value
  /// (the others have ended or diverged) the few that are left are no median of the cell: no point.
  function overSeeds(curves) {
    const at = new Map();
    for (const curve of curves) {
      for (const point of curve) {
        if (!Number.isFinite(point.y)) continue;
        if (!at.has(point.x)) at.set(point.x, []);
        at.get(point.x).push(point.y);
      }
    }
    const needed = curves.filter(curve => curve.length > 0).length / 2;
    return Array.from(at, ([x, ys]) => ({x, y: median(ys), low: d3.min(ys), high: d3.max(ys), ys}))
      .filter(point => point.ys.length >= needed)
      .sort((a, b) => a.x - b.x);
  }

  const mostPoints = 120,
    bins = 60;

  /// Width (1, 2 or 5 times a power of ten) of the stretches of steps that noisy curves are reduced
  /// to; 0: few points, keep them all.
  /// One width for all cells, so that their points lie at the same steps.
  function binWidth(curves) {
    if (curves.every(curve => curve.length <= mostPoints)) return 0;
    return Math.max(
      1,
      d3.tickStep(
        0,
        d3.max(curves, curve => d3.max(curve, p => p.x)),
        bins,
      ),
    );
  }

  /// The median of each stretch of `width` steps, put at its middle.
  function binned(curve, width) {
    if (width === 0) return curve;
    const at = new Map();
    for (const point of curve) {
      if (!Number.isFinite(point.y)) continue;
      const bin = Math.floor((point.x - 1) / width); // steps count from 1
      if (!at.has(bin)) at.set(bin, []);
      at.get(bin).push(point.y);
    }
    return Array.from(at, ([bin, ys]) => ({x: Math.round((bin + 0.5) * width), y: median(ys)}));
  }

  /// The point nearest to x, if it is not farther away than half the distance between the points
  /// around it: beyond its end a curve has no value.
  function near(points, x) {
    if (points.length === 0) return null;
    const right = Math.min(points.length - 1, Math.max(1, d3.bisector(p => p.x).left(points, x)));
    const left = Math.max(0, right - 1);
    const point =
      Math.abs(points[left].x - x) <= Math.abs(points[right].x - x) ? points[left] : points[right];
    const reach = Math.abs(points[right].x - points[left].x) / 2;
    return Math.abs(point.x - x) <= reach ? point : null;
  }

  report.series = {median, overSeeds, binWidth, binned, near};
})();
