(() => {
  "use strict";

  // What a chart of lines says: values at the crosshair, and the text alternative.

  const {value, number} = report.format;

  /// The places where a visible line has a point, each once.
  function positions(lines) {
    const xs = new Set();
    for (const line of lines)
      for (const point of line.median) if (Number.isFinite(point.y)) xs.add(point.x);
    return Array.from(xs).sort(d3.ascending);
  }

  function entry(line, at) {
    const point = report.series.near(line.median, at);
    if (!point || !Number.isFinite(point.y)) return null;
    const range = line.seeds.length > 1 ? report.format.range(point, value) : "";
    return {
      colour: line.colour,
      dash: line.dash,
      label: line.label,
      text: value(point.y),
      note: range && "(" + range + ")",
      point,
    };
  }

  function describe(spec, lines, frame, x, y, at) {
    const rows = lines
      .map(line => entry(line, at))
      .filter(Boolean)
      .sort((a, b) => b.point.y - a.point.y);
    return {
      x: x(at),
      y: frame.top,
      title: spec.name(at),
      rows,
      draw(layer) {
        report.shape(layer, "line", {
          class: "crosshair",
          x1: x(at),
          x2: x(at),
          y1: frame.top,
          y2: frame.axis,
        });
        for (const row of rows) {
          const cx = x(row.point.x),
            cy = y(row.point.y);
          if (Number.isFinite(cy))
            report.shape(layer, "circle", {r: 3.5, cx, cy}).style("fill", row.colour);
        }
      },
    };
  }

  /// Model for hover.js; a position is an index into the places.
  function reading(spec, lines, frame, x, y) {
    const xs = positions(lines);
    if (xs.length === 0) return null;
    const last = xs.length - 1;
    // a lag grows to the right, t may not: pixels decide, not numbers
    const pixels = xs.map(x);
    return {
      nearest: px => d3.scan(pixels, (a, b) => Math.abs(a - px) - Math.abs(b - px)),
      move: (position, dx) =>
        position === null ? (dx < 0 ? last : 0) : Math.max(0, Math.min(last, position + dx)),
      ends: () => [0, last],
      describe: position => describe(spec, lines, frame, x, y, xs[position]),
    };
  }

  /// "Validation mse against training step; lstm: from 0.16 at step 250 to 0.003 at step 2500; ...;
  /// chance 0.1667."
  function alternative(spec, lines) {
    const ends = lines.map(line => {
      const finite = line.median.filter(point => Number.isFinite(point.y));
      if (finite.length === 0) return line.label + ": no values";
      const first = finite[0],
        end = finite[finite.length - 1];
      const from =
        finite.length > 1 ? "from " + number(first.y) + " at " + spec.name(first.x) + " to " : "";
      return line.label + ": " + from + number(end.y) + " at " + spec.name(end.x);
    });
    return (
      [spec.text, ...ends, ...spec.references.map(reference => reference.label)].join("; ") + "."
    );
  }

  /// Words in the middle of an empty chart.
  function message(svg, frame, words) {
    const x = (frame.left + frame.right) / 2,
      y = (frame.top + frame.bottom) / 2;
    report.shape(svg, "text", {class: "title", x, y, "text-anchor": "middle"}).text(words);
  }

  Object.assign(report.lines, {reading, alternative, message});
})();
