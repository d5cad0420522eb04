(() => {
  "use strict";

  // What a chart of lines says: values at the crosshair, and the text alternative.

  const {value, number} = report.format;

  /// The places where a visible line has a point, each once.
  function positions(lines) {
    const xs = new Set();
    for (const line of lines) for (const point of line.median) if (Number.isFinite(point.y)) xs.add(point.x);
    return Array.from(xs).sort(d3.ascending);
  }

  function entry(line, at) {
    const point = report.series.near(line.median, at);
    if (!point || !Number.isFinite(point.y)) return null;
    const range = line.seeds.length > 1 ? report.format.range(point, value) : "";
    return {colour: line.colour, dash: line.dash, label: line.label, text: value(point.y), note: range && "(" + range + ")", point};
  }

  function describe(spec, lines, frame, x, y, at) {
    const rows = lines.map(line => entry(line, at)).filter(Boolean).sort((a, b) => b.point.y - a.point.y);
    return {
      x: x(at), y: frame.top, title: spec.name(at), rows,
      draw(layer) {
        layer.append("line").attr("class", "crosshair").attr("x1", x(at)).attr("x2", x(at))
          .attr("y1", frame.top).attr("y2", frame.axis);
        for (const row of rows) {
          const cy = y(row.point.y);
          if (Number.isFinite(cy)) layer.append("circle").attr("r", 3.5).attr("cx", x(row.point.x)).attr("cy", cy).style("fill", row.colour);
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
      move: (position, dx) => (position === null ? (dx < 0 ? last : 0) : Math.max(0, Math.min(last, position + dx))),
      ends: () => [0, last],
      describe: position => describe(spec, lines, frame, x, y, xs[position]),
    };
  }

  /// "Validation mse against training step. lstm: 0.003 at step 2500; ... chance 0.1667."
  function alternative(spec, lines) {
    const ends = lines.map(line => {
      const finite = line.median.filter(point => Number.isFinite(point.y));
      if (finite.length === 0) return line.label + ": no values";
      const end = finite[finite.length - 1];
      return line.label + ": " + number(end.y) + " at " + report.rich.plain(spec.name(end.x));
    });
    return [spec.text, ...ends, ...spec.references.map(reference => reference.label)].join("; ") + ".";
  }

  /// Words in the middle of an empty chart.
  function message(svg, frame, words) {
    svg.append("text").attr("class", "title").attr("x", (frame.left + frame.right) / 2)
      .attr("y", (frame.top + frame.bottom) / 2).attr("text-anchor", "middle").text(words);
  }

  Object.assign(report.lines, {reading, alternative, message});
})();
