# After ratios.awk: tables for people.

function ms(value) { return value == 0 ? "-" : sprintf(value < 10 ? "%.3f" : "%.1f", value) }
function of(name, shape, cell) {
  return (name, shape, cell) in ratio ? sprintf("%.2f", ratio[name, shape, cell]) : "-"
}
function timed(shape, cell, kind, library, variant, threads) {
  return ms(best("times", shape, cell, kind, library, variant, threads))
}

function gradients(cell, title,   s, shape) {
  printf "\n%s, forward and backward; ms\n", title
  printf "%-16s %8s %8s %9s %9s %8s %8s | %9s %9s %8s %8s\n", "in,hidden,batch,T", "ours 1", "ours 2",
         "oneDNN 1", "oneDNN 2", "hand 1", "hand 2", "/oneDNN", "/hand", "1 / 2", "of limit"
  for (s = 1; s <= shape_count; s++) {
    shape = shapes[s]
    printf "%-16s %8s %8s %9s %9s %8s %8s | %9s %9s %8s %8s\n", shape,
           timed(shape, cell, "grad", "carousel", "compiled", 1),
           timed(shape, cell, "grad", "carousel", "compiled", 2),
           timed(shape, cell, "grad", "onednn", "*", 1),
           timed(shape, cell, "grad", "onednn", "*", 2),
           timed(shape, cell, "grad", "hand", "*", 1), timed(shape, cell, "grad", "hand", "*", 2),
           of("grad_over_onednn", shape, cell), of("grad_over_hand", shape, cell),
           of("grad_one_over_two_threads", shape, cell), of("limit_share", shape, cell)
  }
}

function training(cell, title,   s, shape, part) {
  printf "\n%s, whole steps; ms\n", title
  printf "%-16s %8s %8s %8s %9s  %-13s | %9s %9s\n", "in,hidden,batch,T", "eager 1", "ours 1",
         "ours 2", "libtorch", "its best", "libtorch/", "op by op/"
  for (s = 1; s <= shape_count; s++) {
    shape = shapes[s]
    if (!ours("times", shape, cell, "train")) continue
    best("times", shape, cell, "train", "torch", "*", "*")
    split(best_key, part, "|")
    printf "%-16s %8s %8s %8s %9s  %-13s | %9s %9s\n", shape,
           timed(shape, cell, "train", "carousel", "eager", 1),
           timed(shape, cell, "train", "carousel", "compiled", 1),
           timed(shape, cell, "train", "carousel", "compiled", 2),
           timed(shape, cell, "train", "torch", "*", "*"), (best_key == "" ? "-" : part[6] ", " part[7]),
           of("torch_over_train", shape, cell), of("torch_ops_over_train", shape, cell)
  }
}

function custom(   s, c, n, names, shape) {
  n = split("relu mgu peephole three_gates traces", names, " ")
  printf "\nCells that no peer has fused: libtorch op by op / ours; ours per operation / LSTM's\n"
  for (s = 1; s <= shape_count; s++) {
    shape = shapes[s]
    if (!ours("times", shape, "relu", "train")) continue
    printf "%-16s", shape
    for (c = 1; c <= n; c++) {
      printf "  %s %s; %s", names[c], of("torch_ops_over_train", shape, names[c]),
             of("time_per_operation_over_lstm", shape, names[c])
    }
    printf "\n"
  }
}

function scaling(   i, part, size) {
  printf "\nThe gradient of an LSTM against T and against the batch; ms, and ns for a step of a sequence\n"
  for (i = 1; i <= key_count; i++) {
    split(keys[i], part, "|")
    if (part[1] != "scaling") continue
    split(part[2], size, ",")
    printf "%-16s %9s %8.0f\n", part[2], ms(time[keys[i]]), time[keys[i]] * 1e6 / (size[3] * size[4])
  }
}

function memory(   s, shape, mine, theirs) {
  printf "\nMemory of an LSTM; MiB: peak of the process beyond its start, and what forward keeps\n"
  printf "%-16s %10s %10s | %10s %10s\n", "in,hidden,batch,T", "ours", "libtorch", "ours keeps", "oneDNN"
  for (s = 1; s <= shape_count; s++) {
    shape = shapes[s]
    ours("memory", shape, "lstm", "train")
    mine = best_key
    best("memory", shape, "lstm", "train", "torch", "fused", "*")
    theirs = best_key
    best("memory", shape, "lstm", "grad", "onednn", "*", "*")
    printf "%-16s %10s %10s | %10s %10s\n", shape, (mine == "" ? "-" : sprintf("%.1f", kib[mine] / 1024)),
           (theirs == "" ? "-" : sprintf("%.1f", kib[theirs] / 1024)),
           (mine == "" ? "-" : sprintf("%.1f", kept[mine] / 1048576)),
           (best_key == "" ? "-" : sprintf("%.1f", kept[best_key] / 1048576))
  }
}

END {
  gradients("lstm", "LSTM")
  gradients("gru", "GRU")
  gradients("tanh", "Vanilla tanh")
  training("lstm", "LSTM")
  training("gru", "GRU")
  training("tanh", "Vanilla tanh")
  custom()
  scaling()
  memory()
  if (disagreements) exit 1
}
