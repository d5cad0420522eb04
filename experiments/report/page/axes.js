(() => {
  "use strict";

  // Scales and axes. Ticks are chosen here and not by d3-axis: a logarithmic axis may span forty
  // decades, where d3 labels either every power or none.

  const minus = "\u2212";

  function power(exponent) {
    return ["10", {sup: (exponent < 0 ? minus : "") + Math.abs(exponent)}];
  }

  /// Powers of ten that are `stride` apart, the smallest stride with at most `most` of them.
  function powers(low, high, most) {
    const fits = s => Math.floor(high / s) - Math.ceil(low / s) + 1 <= most;
    const stride = [1, 2, 3, 4, 5, 10, 20, 50, 100].find(fits);
    return d3.range(Math.ceil(low / stride) * stride, high + 1e-9, stride).map(e => Math.round(e));
  }

  /// 1, 2, 5 and their multiples by powers of ten; below a decade finer, at last even.
  function mantissas([low, high], most) {
    const decades = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
    for (const steps of [[1, 2, 5], d3.range(1, 10)]) {
      const ticks = []
        .concat(...decades.map(e => steps.map(m => Number(m + "e" + e))))
        .filter(tick => tick >= low && tick <= high);
      if (ticks.length >= 3)
        return ticks.length <= most + 2
          ? ticks
          : ticks.filter(t => /^[15]/.test(t.toExponential()));
    }
    return d3.ticks(low, high, 4);
  }

  function logTicks(domain, most) {
    const low = Math.log10(domain[0]),
      high = Math.log10(domain[1]);
    const plain = value => ({value, text: [report.format.number(value)]});
    if ((high - low) * 3 <= most + 1) return mantissas(domain, most).map(plain);
    const exponents = powers(low, high, most);
    if (exponents[0] >= -3 && exponents[exponents.length - 1] <= 4)
      return exponents.map(e => plain(Number("1e" + e)));
    return exponents.map(e => ({value: Number("1e" + e), text: power(e)}));
  }

  function linearTicks(domain, most, whole) {
    const ticks = d3
      .ticks(domain[0], domain[1], most)
      .filter(tick => !whole || Number.isInteger(tick));
    const size = Math.max(Math.abs(domain[0]), Math.abs(domain[1])),
      step = d3.tickStep(domain[0], domain[1], most);
    const write =
      size >= 1e6 || step < 1e-5
        ? d3.format("~e")
        : d3.format("." + (whole ? 0 : d3.precisionFixed(step)) + "f");
    return ticks.map(value => ({value, text: [write(value).replace("\u2212", minus)]}));
  }

  /// Extent of what is drawn, with a little air; some domain also where there is nothing to draw.
  function domain(kind, values) {
    let [low, high] = d3.extent(
      values.filter(v => Number.isFinite(v) && (kind !== "log" || v > 0)),
    );
    if (low === undefined) return kind === "log" ? [0.1, 1] : [0, 1];
    if (kind === "log") {
      if (high / low < 1.5) [low, high] = [low / 1.5, high * 1.5];
      const air = Math.pow(high / low, 0.05);
      return [Math.max(low / air, Number.MIN_VALUE), Math.min(high * air, Number.MAX_VALUE)];
    }
    const air = high > low ? (high - low) * 0.05 : Math.abs(high) * 0.1 || 1;
    return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
  }

  function scale(kind, ends, range) {
    return (kind === "log" ? d3.scaleLog() : d3.scaleLinear()).domain(ends).range(range);
  }

  /// The horizontal axis at height y; its title at the right end below the numbers.
  function bottom(layer, x, y, ticks, title) {
    const [left, right] = x.range();
    const axis = layer.append("g").attr("class", "axis");
    report.shape(axis, "line", {x1: left, x2: right, y1: y, y2: y});
    for (const {value, text} of ticks) {
      report.shape(axis, "line", {x1: x(value), x2: x(value), y1: y, y2: y + 4});
      const label = {class: "tick", x: x(value), y: y + 17, "text-anchor": "middle"};
      report.shape(axis, "text", label).call(report.rich.svg, text);
    }
    const place = {class: "title", x: right, y: y + 34, "text-anchor": "end"};
    report.shape(axis, "text", place).call(report.rich.svg, title);
  }

  /// The vertical axis: numbers, faint lines across, and its title above, where it can be read.
  function left(layer, y, x, ticks, title) {
    const [from, to] = x.range();
    const axis = layer.append("g").attr("class", "axis");
    for (const {value, text} of ticks) {
      report.shape(axis, "line", {class: "grid", x1: from, x2: to, y1: y(value), y2: y(value)});
      const label = {class: "tick", x: from - 8, y: y(value), dy: "0.32em", "text-anchor": "end"};
      report.shape(axis, "text", label).call(report.rich.svg, text);
    }
    report.shape(axis, "text", {class: "title", x: 0, y: 11}).call(report.rich.svg, title);
  }

  report.axes = {power, logTicks, linearTicks, domain, scale, bottom, left};
})();
