#!/usr/bin/env bash
# Data sets that are absent or broken: exit code 2, and a message that names the file.
tree="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# big_endian NUMBER: four bytes.
big_endian() {
  local byte
  for byte in $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); do
    printf '%b' "\\$(printf '0%03o' "$byte")"
  done
}

# part NAME COUNT: COUNT images of 2 x 2 pixels, and their labels 0 1 0 1 ...
part() {
  local i
  {
    printf '\0\0\010\003'
    big_endian "$2"
    big_endian 2
    big_endian 2
    for ((i = 0; i < $2; ++i)); do printf 'ab%b%b' "\\0$((i % 8))" '\0377'; done
  } >"images/$1-images-idx3-ubyte"
  {
    printf '\0\0\010\001'
    big_endian "$2"
    for ((i = 0; i < $2; ++i)); do printf '%b' "\\0$((i % 2))"; done
  } >"images/$1-labels-idx1-ubyte"
}

# A data set in images/ and x.yaml that trains on it.
image_experiment() {
  mkdir images
  part train 40
  part t10k 10
  cat >x.yaml <<'YAML'
task: {name: image_sequence, dataset: directory, directory: images, classes: 2, validation_images: 8}
cells: [vanilla]
hidden_size: 3
train: {steps: 2, batch_size: 4, evaluate_every: 2}
parallel: 1
YAML
}

test_small_images_train() {
  image_experiment
  expect 0 run x.yaml --out results
}

test_absent_data() {
  image_experiment
  rm -r images
  refused 'images/train-images-idx3-ubyte' -- run x.yaml --out results
}

test_absent_mnist_says_how_to_get_it() {
  if [[ -e "$tree/experiments/data/mnist" ]]; then return; fi  # it has been got
  image_experiment
  refused 'fetch\.sh mnist' -- run x.yaml --set task.dataset=mnist --set 'task.directory=""'
}

test_truncated_images() {
  image_experiment
  truncate -s 100 images/train-images-idx3-ubyte
  refused 'images/train-images-idx3-ubyte' '176' '100' -- run x.yaml --out results
}

test_truncated_header() {
  image_experiment
  truncate -s 6 images/t10k-labels-idx1-ubyte
  refused 'images/t10k-labels-idx1-ubyte' -- run x.yaml --out results
}

test_empty_data_file() {
  image_experiment
  : >images/t10k-images-idx3-ubyte
  refused 'images/t10k-images-idx3-ubyte' -- run x.yaml --out results
}

test_wrong_magic() {
  image_experiment
  printf 'PK' | dd of=images/train-labels-idx1-ubyte conv=notrunc status=none
  refused 'images/train-labels-idx1-ubyte' 'idx' -- run x.yaml --out results
}

test_surplus_bytes() {
  image_experiment
  printf 'x' >>images/train-images-idx3-ubyte
  refused 'images/train-images-idx3-ubyte' 'more' -- run x.yaml --out results
}

test_damaged_gzip() {
  image_experiment
  gzip images/train-images-idx3-ubyte
  printf 'XXXX' | dd of=images/train-images-idx3-ubyte.gz bs=1 seek=40 conv=notrunc status=none
  refused 'images/train-images-idx3-ubyte\.gz' -- run x.yaml --out results
}

test_label_out_of_range() {
  image_experiment
  printf '\7' | dd of=images/train-labels-idx1-ubyte bs=1 seek=20 conv=notrunc status=none
  refused 'images/train-labels-idx1-ubyte' 'label' '7' -- run x.yaml --out results
}

test_a_batch_larger_than_the_data() {
  image_experiment
  refused 'batch size' '32' '33' -- run x.yaml --set train.batch_size=33 --out results
  [[ ! -e results ]] || fail "something was written"
}

test_more_images_asked_for_than_there_are() {
  image_experiment
  refused 'validation_images' '39' -- run x.yaml --set task.validation_images=50 --out results
}

run_case
