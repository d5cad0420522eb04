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
    const stride = [1, 2, 3, 4, 5, 10, 20, 50, 100].find(s => Math.floor(high / s) - Math.ceil(low / s) + 1 <= most);
    return d3.range(Math.ceil(low / stride) * stride, high + 1e-9, stride).map(e => Math.round(e));
  }

  /// 1, 2, 5 and their multiples by powers of ten; below a decade finer, at last even.
  function mantissas([low, high], most) {
    const decades = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
    for (const steps of [[1, 2, 5], d3.range(1, 10)]) {
      const ticks = [].concat(...decades.map(e => steps.map(m => Number(m + "e" + e))))
        .filter(tick => tick >= low && tick <= high);
      if (ticks.length >= 3) return ticks.length <= most + 2 ? ticks : ticks.filter(t => /^[15]/.test(t.toExponential()));
    }
    return d3.ticks(low, high, 4);
  }

  function logTicks(domain, most) {
    const low = Math.log10(domain[0]), high = Math.log10(domain[1]);
    if ((high - low) * 3 <= most + 1) return mantissas(domain, most).map(value => ({value, text: [report.format.number(value)]}));
    const exponents = powers(low, high, most);
    const plain = exponents[0] >= -3 && exponents[exponents.length - 1] <= 4;
    return exponents.map(e => ({value: Number("1e" + e), text: plain ? [report.format.number(Number("1e" + e))] : power(e)}));
  }

  function linearTicks(domain, most, whole) {
    const ticks = d3.ticks(domain[0], domain[1], most).filter(tick => !whole || Number.isInteger(tick));
    const size = Math.max(Math.abs(domain[0]), Math.abs(domain[1])), step = d3.tickStep(domain[0], domain[1], most);
    const write = size >= 1e6 || step < 1e-5 ? d3.format("~e")
      : d3.format("." + (whole ? 0 : d3.precisionFixed(step)) + "f");
    return ticks.map(value => ({value, text: [write(value).replace("\u2212", minus)]}));
  }

  /// Extent of what is drawn, with a little air; some domain also where there is nothing to draw.
  function domain(kind, values) {
    const usable = values.filter(v => Number.isFinite(v) && (kind !== "log" || v > 0));
    let [low, high] = d3.extent(usable);
    if (low === undefined) return kind === "log" ? [0.1, 1] : [0, 1];
    if (kind === "log") {
      if (high / low < 1.5) [low, high] = [low / 1.5, high * 1.5];
      const air = Math.pow(high / low, 0.05);
      return [Math.max(low / air, Number.MIN_VALUE), Math.min(high * air, Number.MAX_VALUE)];
    }
    const air = high > low ? (high - low) * 0.05 : Math.abs(high) * 0.1 || 1;
    return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
  }

  const scale = (kind, values, range) => (kind === "log" ? d3.scaleLog() : d3.scaleLinear()).domain(values).range(range);

  /// The horizontal axis at height y; its title at the right end below the numbers.
  function bottom(layer, x, y, ticks, title) {
    const [left, right] = x.range();
    const axis = layer.append("g").attr("class", "axis");
    axis.append("line").attr("x1", Math.min(left, right)).attr("x2", Math.max(left, right)).attr("y1", y).attr("y2", y);
    for (const tick of ticks) {
      axis.append("line").attr("x1", x(tick.value)).attr("x2", x(tick.value)).attr("y1", y).attr("y2", y + 4);
      axis.append("text").attr("class", "tick").attr("x", x(tick.value)).attr("y", y + 17)
        .attr("text-anchor", "middle").call(report.rich.svg, tick.text);
    }
    axis.append("text").attr("class", "title").attr("x", Math.max(left, right)).attr("y", y + 34)
      .attr("text-anchor", "end").call(report.rich.svg, title);
  }

  /// The vertical axis: numbers, faint lines across, and its title above, where it can be read.
  function left(layer, y, x, ticks, title) {
    const [from, to] = x.range();
    const axis = layer.append("g").attr("class", "axis");
    for (const tick of ticks) {
      axis.append("line").attr("class", "grid").attr("x1", from).attr("x2", to)
        .attr("y1", y(tick.value)).attr("y2", y(tick.value));
      axis.append("text").attr("class", "tick").attr("x", from - 8).attr("y", y(tick.value)).attr("dy", "0.32em")
        .attr("text-anchor", "end").call(report.rich.svg, tick.text);
    }
    axis.append("text").attr("class", "title").attr("x", 0).attr("y", 11).call(report.rich.svg, title);
  }

  report.axes = {power, logTicks, linearTicks, domain, scale, bottom, left};
})();
