(() => {
  "use strict";

  // Draws every chart of lines. What is drawn, so that tests can count it:
  //   path.mark.seed      one for each run of a cell with several seeds, if it has a point to draw;
  //                       where the thick line is smoothed (loss, gradient norm), an only seed too
  //   path.mark.median    one for each line with a point to draw: the median of the seeds, or the
  //                       only seed
  //   line.mark.chance, .baseline, .threshold    one for each reference line
  //   path.mark.underflow triangles, where the chart has a strip for values that are exactly 0;
  //                       at most one every 8 pixels of a line
  //   path.mark.diverged  a cross at the last point of a run that diverged
  //   circle.mark.point   at each point of a line with `dots` (parameters)
  // Only what is not hidden is there. A point to draw is finite, and positive where the axis is log;
  // a line of one point is a path round a dot.
  //
  // spec:
  //   x           {title, domain, ticks(count)}
  //   y           {title, kind: "log" or "linear", domain or null}
  //   lines       [{keys, label, colour, dash, median: points, seeds: [{points}],
  //                 diverged: [points], dots}]
  //   references  [{kind, value, label}]
  //   raw         true: seeds are noise around a smoothed line, and fainter
  //   strip       label of the strip, or null; stripRows: room for at least so many lines in it
  //   name(x)     heading of the tooltip
  //   text        beginning of the text alternative
  //   entries     legend

  const margin = {top: 26, right: 22, bottom: 42, left: 52};
  const rowHeight = 9,
    stripLabel = 15;

  const usable = kind => point => Number.isFinite(point.y) && (kind !== "log" || point.y > 0);

  function frameOf(width, strip) {
    const height = Math.round(Math.max(230, Math.min(360, width * 0.5)));
    return {
      left: margin.left,
      right: width - margin.right,
      top: margin.top,
      bottom: margin.top + height,
      axis: margin.top + height + strip,
      height: margin.top + height + strip + margin.bottom,
    };
  }

  const curvesOf = lines =>
    [].concat(...lines.map(line => [line.median, ...line.seeds.map(seed => seed.points)]));

  function values(lines, references) {
    const all = references.map(reference => reference.value);
    for (const curve of curvesOf(lines)) for (const point of curve) all.push(point.y);
    return all;
  }

  function drawCurve(layer, curve, line, kind, x, y, names) {
    const isUsable = usable(kind),
      drawn = curve.filter(isUsable);
    if (drawn.length === 0) return;
    const path = report.shape(layer, "path", {class: "mark " + names}).style("stroke", line.colour);
    if (drawn.length === 1) {
      const r = names === "seed" ? 2 : 3.5,
        px = x(drawn[0].x),
        py = y(drawn[0].y);
      path.attr("d", `M${px - r},${py}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`);
      path.style("fill", line.colour);
      return;
    }
    const pen = d3
      .line()
      .defined(isUsable)
      .x(p => x(p.x).toFixed(2))
      .y(p => y(p.y).toFixed(2));
    path.attr("stroke-dasharray", line.dash || null).attr("d", pen(curve));
  }

  function drawLines(svg, lines, kind, x, y, raw) {
    // fifty curves of noise would be a wall: the more there are, the fainter
    const opacity = Math.min(1, Math.sqrt(12 / d3.sum(lines, line => line.seeds.length)));
    const faint = report.shape(svg, "g", {class: raw ? "raw" : null, opacity}),
      clear = svg.append("g");
    for (const line of lines) {
      for (const seed of line.seeds) drawCurve(faint, seed.points, line, kind, x, y, "seed");
      for (const curve of line.diverged || [])
        drawCross(clear, curve.filter(usable(kind)), line, x, y);
      drawCurve(clear, line.median, line, kind, x, y, "median");
      if (line.dots) drawDots(clear, line.median.filter(usable(kind)), line, x, y);
    }
  }

  function drawDots(layer, points, line, x, y) {
    for (const point of points) {
      const place = {class: "mark point", r: 2.6, cx: x(point.x), cy: y(point.y)};
      report.shape(layer, "circle", place).style("fill", line.colour);
    }
  }

  function drawCross(layer, points, line, x, y) {
    if (points.length === 0) return;
    const last = points[points.length - 1];
    const cross = `M${x(last.x) - 4},${y(last.y) - 4}l8,8m0,-8l-8,8`;
    report.shape(layer, "path", {class: "mark diverged", d: cross}).style("stroke", line.colour);
  }

  function drawReferences(svg, spec, lines, frame, x, y) {
    const layer = svg.append("g"),
      texts = [];
    for (const reference of spec.references) {
      const py = y(reference.value);
      if (!Number.isFinite(py)) continue;
      const ends = {x1: frame.left, x2: frame.right, y1: py, y2: py};
      report.shape(layer, "line", {class: "mark " + reference.kind, ...ends});
      texts.push({
        y: py,
        node: report.shape(svg, "text", {class: "reference"}).text(reference.label),
      });
    }
    if (texts.length > 0)
      report.labels.place(texts, report.labels.samples(curvesOf(lines), x, y), frame);
  }

  /// One row of triangles for each line with values of exactly 0.
  function drawStrip(svg, lines, label, frame, x) {
    const strip = svg.append("g");
    const top = frame.bottom + 4,
      width = frame.right - frame.left;
    report.shape(strip, "rect", {
      class: "strip",
      x: frame.left,
      y: top,
      width,
      height: frame.axis - top,
    });
    const place = {x: frame.right - 6, y: frame.bottom + stripLabel, "text-anchor": "end"};
    report.shape(strip, "text", {class: "reference", ...place}).text(label);
    lines.forEach((line, row) => {
      const py = frame.bottom + stripLabel + 4 + (row + 0.5) * rowHeight;
      let before = -Infinity;
      for (const px of line.median
        .filter(p => p.y === 0)
        .map(p => x(p.x))
        .sort(d3.ascending)) {
        if (px - before < 8) continue;
        before = px;
        const triangle = `M${(px - 3).toFixed(1)},${py - 2.5}h6l-3,5.5z`;
        report
          .shape(strip, "path", {class: "mark underflow", d: triangle})
          .style("fill", line.colour);
      }
    });
  }

  function draw(svg, width, spec, view) {
    const lines = spec.lines.filter(line => view.shows(line.keys));
    const zeros = spec.strip ? lines.filter(line => line.median.some(p => p.y === 0)) : [];
    const rows = Math.max(zeros.length, spec.stripRows || 0);
    const frame = frameOf(width, rows > 0 ? stripLabel + 8 + rows * rowHeight : 0);
    const kind = spec.y.kind;
    const x = report.axes.scale("linear", spec.x.domain, [frame.left, frame.right]);
    const domain = spec.y.domain || report.axes.domain(kind, values(lines, spec.references));
    const y = report.axes.scale(kind, domain, [frame.bottom, frame.top]);
    report.figure.clear(svg, width, frame.height);
    const most = Math.max(3, Math.floor((frame.bottom - frame.top) / 34));
    const ticks =
      kind === "log"
        ? report.axes.logTicks(domain, most)
        : report.axes.linearTicks(domain, most, false);
    report.axes.left(svg, y, x, ticks, spec.y.title);
    report.axes.bottom(
      svg,
      x,
      frame.axis,
      spec.x.ticks(Math.max(2, Math.floor((frame.right - frame.left) / 80))),
      spec.x.title,
    );
    if (rows > 0) drawStrip(svg, zeros, spec.strip, frame, x);
    drawLines(svg, lines, kind, x, y, spec.raw);
    drawReferences(svg, spec, lines, frame, x, y);
    if (svg.select("path.mark").empty()) {
      report.lines.message(
        svg,
        frame,
        lines.length < spec.lines.length ? "All series are hidden." : "Nothing to show yet.",
      );
    }
    svg.append("g").attr("class", "hover");
    return {
      text: report.lines.alternative(spec, lines),
      legend: spec.entries.filter(entry => view.shows([entry.key])),
      hover: report.lines.reading(spec, lines, frame, x, y),
    };
  }

  report.lines = {draw, usable};
})();
