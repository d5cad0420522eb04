(() => {
  "use strict";

  const unknown = "\u2013";
  const known = x => typeof x === "number" && Number.isFinite(x);
  const plainSize = x => x === 0 || (Math.abs(x) >= 1e-4 && Math.abs(x) < 1e6);

  /// 4 significant digits, all written: for columns of a table and for tooltips.
  function value(x) {
    if (!known(x)) return unknown;
    if (x === 0) return "0";
    return plainSize(x) ? x.toPrecision(Math.abs(x) >= 1e4 ? 6 : 4) : exponent(x.toExponential(3));
  }

  /// "1.230e-7" stays, "1.000e+22" becomes "1.000e22".
  function exponent(text) {
    return text.replace("e+", "e");
  }

  /// 4 significant digits without zeros at the end; whole numbers whole.
  function number(x) {
    if (!known(x)) return unknown;
    if (Number.isInteger(x) && Math.abs(x) < 1e7) return String(x);
    if (plainSize(x)) return String(Number(x.toPrecision(4)));
    return exponent(x.toExponential(3)).replace(/\.?0+e/, "e");
  }

  /// Whole numbers such as steps; a median of two may end in .5.
  function step(x) {
    return known(x) ? String(Math.round(x * 10) / 10) : unknown;
  }

  /// "0.0025 to 0.0035" over the seeds; "" where there is nothing to say.
  function range(summary, format) {
    if (!summary || !known(summary.low) || !known(summary.high)) return "";
    const low = format(summary.low),
      high = format(summary.high);
    return low === high ? "" : low + " to " + high;
  }

  function duration(seconds) {
    if (!known(seconds)) return unknown;
    if (seconds < 99.5) return (seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)) + " s";
    const minutes = Math.round(seconds / 60);
    if (minutes < 100) return minutes + " min";
    return Math.floor(minutes / 60) + " h " + (minutes % 60) + " min";
  }

  /// "1 seed", "3 seeds".
  function count(n, noun) {
    return n + " " + noun + (n === 1 ? "" : "s");
  }

  /// "a", "a and b", "a, b and c".
  function enumeration(words) {
    if (words.length < 2) return words.join("");
    return words.slice(0, -1).join(", ") + " and " + words[words.length - 1];
  }

  /// What can be part of a file's name on any system.
  function fileName(...parts) {
    const name = parts
      .filter(Boolean)
      .join("-")
      .replace(/[^A-Za-z0-9._-]+/g, "_");
    return name.slice(0, 100) || "chart";
  }

  report.format = {
    unknown,
    known,
    value,
    number,
    step,
    range,
    duration,
    count,
    enumeration,
    fileName,
  };
})();
